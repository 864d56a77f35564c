import { createHash } from 'node:crypto';
import type { DescribedRoute } from './openapi.ts';

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}code{font-weight:600}dt{margin-top:1rem}';

/** What a browser may do with the page: show it, in our style. */
export const DOCS_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'; base-uri 'none'`;

/** All routes for a person. It needs nothing but itself. */
export function docsPage(routes: readonly DescribedRoute[]): string {
  const list = routes.map(({ url, method, description: { summary, query, body, answer, isOpen } }) => {
    const details = [
      ...(query ? [`Query: ${Object.keys(query.shape).join(', ')}.`] : []),
      ...(body ? [`Body: ${Object.keys(body).join(', ')}.`] : []),
      `Answer: ${answer.description}.`,
      ...(isOpen ? ['Open to all.'] : []),
    ];
    return `<dt><code>${escaped(`${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`)}</code> ${escaped(summary)}</dt><dd>${escaped(details.join(' '))}</dd>`;
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>llm-intent</title><style>${STYLE}</style></head>
<body><h1>llm-intent</h1>
<p>Every route, with its fields, as <a href="/api/v1/openapi.json">OpenAPI 3.1</a>. What goes wrong is told as problem details (RFC 9457).</p>
<dl>
${list.join('\n')}
</dl></body></html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

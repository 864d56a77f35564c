import { expect, test } from 'vitest';
import { serveHttp } from '../../support/http.ts';

const WORD = 'kwiatuszek';

test.each([
  { route: '/intent', body: { text: `zapal ${WORD}` }, status: 500 },
  { route: '/intent/batch', body: [{ text: `zapal ${WORD}` }], status: 200 },
])(
  'a defect that $route meets is logged by its kind and place, without a word of what was said',
  async ({ route, body, status }) => {
    const lines: string[] = [];
    const recognise = async ({ text }: { readonly text: string }) => {
      throw new RangeError(`cannot read ${text}`);
    };
    const server = await serveHttp({ recognise }, { logged: (line) => lines.push(line) });
    const response = await fetch(`${server.url}${route}`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
    });
    expect(response.status).toBe(status);
    expect(await response.text()).not.toContain(WORD);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { event: 'request_failed', route, defect: { type: 'RangeError', at: expect.any(Array) } },
    ]);
    expect(lines.join('')).not.toContain(WORD);
  },
);

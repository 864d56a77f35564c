// Pictures of the dashboards as a Prometheus fills them, without Grafana:
// npm run screenshots http://127.0.0.1:9090 FOLDER [MINUTES]
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DASHBOARDS } from './all.ts';
import { isMomentary } from './grafana.ts';
import type { Dashboard, Panel, Query } from './panel.ts';
import { previewPage, type Result } from './preview.ts';
import { filledIn } from './variables.ts';

const [prometheus, folder, minutes = '15'] = process.argv.slice(2);
if (prometheus === undefined || folder === undefined)
  throw new Error('expected the address of a Prometheus, and a folder');
const POINTS = 120;
/** One for all queries: what stands on top of another has to be of the same moment. */
const end = Date.now() / 1000;
const HEIGHTS: Readonly<Record<string, number>> = { 'llm-costs': 1440, intents: 1440, pipeline: 1820 };

for (const [name, dashboard] of Object.entries(DASHBOARDS)) {
  const page = previewPage(dashboard, await ask(dashboard));
  const scratch = await mkdtemp(join(tmpdir(), 'dashboards-'));
  await writeFile(join(scratch, 'page.html'), page);
  await promisify(execFile)('chromium', [
    ...['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', `--user-data-dir=${scratch}`],
    ...[
      `--window-size=1400,${HEIGHTS[name]}`,
      `--screenshot=${join(folder, `${name}.png`)}`,
      `file://${scratch}/page.html`,
    ],
  ]).catch((error: Error) => {
    throw new Error('chromium takes no picture: install it (apt-get install chromium)', { cause: error });
  });
  await rm(scratch, { recursive: true, force: true });
}

async function ask({ rows }: Dashboard): Promise<Map<string, Result[]>> {
  const results = new Map<string, Result[]>();
  for (const panel of rows.flatMap((row) => row.panels)) {
    const found = [];
    for (const query of panel.queries) found.push(...(await resultsOf(query, panel)));
    results.set(panel.title, found);
  }
  return results;
}

async function resultsOf({ expression, legend = '' }: Query, panel: Panel): Promise<Result[]> {
  const query = filledIn(expression, { range: `${minutes}m`, rateInterval: '30s' });
  const seconds = Number(minutes) * 60;
  const range = { start: String(end - seconds), end: String(end), step: String(seconds / POINTS) };
  const [path, parameters] = isMomentary(panel) ? ['query', { query }] : ['query_range', { query, ...range }];
  const response = await fetch(
    `${prometheus}/api/v1/${path}?${new URLSearchParams(parameters as Record<string, string>)}`,
  );
  const { data, error } = (await response.json()) as {
    data: {
      result: { metric: Record<string, string>; value?: [number, string]; values?: [number, string][] }[];
    };
    error?: string;
  };
  if (error !== undefined) throw new Error(`${query}: ${error}`);
  return data.result.map(({ metric, value, values = value ? [value] : [] }) => ({
    name: legend.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? ''),
    points: values.map(([at, sample]) => [at, Number(sample)] as const),
  }));
}

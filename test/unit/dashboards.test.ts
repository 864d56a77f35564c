import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { DASHBOARDS } from '../../dashboards/source/all.ts';
import { grafanaDashboard } from '../../dashboards/source/grafana.ts';
import { previewPage } from '../../dashboards/source/preview.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string): Promise<string> => readFile(join(ROOT, file), 'utf8');

describe.each(Object.entries(DASHBOARDS))('the dashboard %s', (name, dashboard) => {
  const panels = dashboard.rows.flatMap((row) => row.panels);
  const shown = grafanaDashboard(dashboard);

  test('is what its source says; "npm run dashboards" makes it so', async () => {
    expect(JSON.parse(await read(`dashboards/${name}.json`))).toEqual(JSON.parse(JSON.stringify(shown)));
  });

  test('says of every panel what it tells, by a name of its own, in lines that fill the width', () => {
    const titles = panels.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
    for (const { title, description, unit } of panels) {
      expect(description, title).toMatch(/.{20,}[.?]$/);
      expect(unit, title).not.toBe('');
    }
    for (const row of dashboard.rows) {
      expect(row.panels.reduce((sum, { width }) => sum + width, 0) % 24, row.title).toBe(0);
    }
  });

  test('gives every query of a panel with several things a name', () => {
    for (const { title, kind, queries } of panels) {
      for (const { legend } of queries) if (kind !== 'number') expect(legend, title).toBeDefined();
    }
  });

  test('leads to the traces, and asks the Prometheus that is provisioned', async () => {
    expect(shown.links).toContainEqual(expect.objectContaining({ url: '$jaeger/search?service=llm-intent' }));
    const provisioned = parse(await read('dashboards/grafana/provisioning/datasources/datasources.yml'));
    const uids = provisioned.datasources.map(({ uid }: { uid: string }) => uid);
    const targets = shown.panels?.flatMap((panel) => ('targets' in panel ? (panel.targets ?? []) : [])) ?? [];
    expect(targets).toHaveLength(panels.flatMap(({ queries }) => queries).length);
    for (const target of targets)
      expect(target).toMatchObject({ datasource: { uid: expect.toBeOneOf(uids) } });
  });

  test('can be looked at without Grafana, also where nothing was answered', () => {
    const points = [
      [1_800_000_000, 0.5],
      [1_800_000_060, Number.NaN],
      [1_800_000_120, 1],
    ] as const;
    const page = previewPage(
      dashboard,
      // Nobody answered for the first one.
      new Map(panels.slice(1).map(({ title }) => [title, [{ name: '<0.5>', points }]])),
    );
    for (const { title } of panels) expect(page).toContain(`<h3>${title}</h3>`);
    expect(page.match(/class="none"/g)).toHaveLength(1);
    expect(page).not.toMatch(/NaN|<0\.5>|undefined/);
  });

  test('is what the containers show', async () => {
    const { services } = parse(await read('docker-compose.yml'));
    const { providers } = parse(await read('dashboards/grafana/provisioning/dashboards/dashboards.yml'));
    const [{ options }] = providers;
    expect(services.grafana.volumes).toContain(`./dashboards/${name}.json:${options.path}/${name}.json:ro`);
  });
});

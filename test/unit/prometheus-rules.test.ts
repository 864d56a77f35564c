import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { prometheusTools, runPromtool } from '../support/prometheus-tools.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'dashboards/prometheus');
const TESTS = (await readdir(join(FOLDER, 'tests'))).map((name) => join('tests', name));

interface Alert {
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface AlertTest {
  readonly alertname: string;
  readonly exp_alerts: readonly unknown[];
}

const read = async (file: string) => parse(await readFile(join(FOLDER, file), 'utf8'));
const alerts: Alert[] = (await read('alerts.yml')).groups.flatMap(({ rules }: { rules: Alert[] }) => rules);
const alertTests: AlertTest[] = (await Promise.all(TESTS.map(read))).flatMap(({ tests }) =>
  tests.flatMap(({ alert_rule_test = [] }: { alert_rule_test?: AlertTest[] }) => alert_rule_test),
);

describe.each(alerts.map((alert) => [alert.alert, alert] as const))('the alert %s', (name, alert) => {
  test('is tested firing and not firing', () => {
    const expected = alertTests.filter(({ alertname }) => alertname === name);
    expect(expected.filter(({ exp_alerts }) => exp_alerts.length > 0)).not.toHaveLength(0);
    expect(expected.filter(({ exp_alerts }) => exp_alerts.length === 0)).not.toHaveLength(0);
  });

  test('says what is so, how much haste it has, and where it stands what to do', async () => {
    expect(alert.annotations['summary']).toBeTruthy();
    expect(['page', 'ticket']).toContain(alert.labels['severity']);
    const [file = '', section] = alert.annotations['runbook_url']?.split('#') ?? [];
    const headings = (await readFile(join(ROOT, file), 'utf8')).matchAll(/^### (\w+)\n\n\S/gm);
    expect([...headings].map(([, heading]) => heading?.toLowerCase())).toContain(section);
    expect(section).toBe(name.toLowerCase());
  });
});

test('every alert that stands in the runbook is one', async () => {
  const runbook = await readFile(join(ROOT, 'docs/operations.md'), 'utf8');
  const sections = [...runbook.matchAll(/^### (\w+)$/gm)].map(([, heading]) => heading);
  expect(sections.toSorted()).toEqual(alerts.map(({ alert }) => alert).toSorted());
});

const tools = await prometheusTools('rules and alerts');

describe.skipIf(tools.missing !== undefined)('promtool', () => {
  const promtool = tools.missing === undefined ? tools.promtool : '';

  test('has nothing to say against the configuration, the rules and the alerts', async () => {
    const { code, printed } = await runPromtool(
      promtool,
      ['check', 'config', 'prometheus.yml', 'by-hand.yml'],
      {
        folder: FOLDER,
      },
    );
    expect(code, printed).toBe(0);
    expect(printed).not.toMatch(/FAILED|WARNING|duplicate/i);
  });

  test.each(TESTS)('finds that everything in %s is so', { timeout: 120_000 }, async (file) => {
    const { code, printed } = await runPromtool(promtool, ['test', 'rules', file], { folder: FOLDER });
    expect(code, printed).toBe(0);
  });
});

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { DASHBOARDS } from '../../dashboards/source/all.ts';
import { isMomentary } from '../../dashboards/source/grafana.ts';
import { filledIn } from '../../dashboards/source/variables.ts';
import { DEMO_SCRIPT } from '../../src/cli/demo-script.ts';
import { loadHome } from '../../src/lexicon/home-document.ts';
import { type ServiceProcess, startBridgeProcess } from '../support/command.ts';
import { startFakeHomeAssistant, TOKEN } from '../support/fake-home-assistant.ts';
import { type ModelService, startModelService } from '../support/model-service.ts';
import { type PrometheusServer, startPrometheus } from '../support/prometheus-server.ts';
import { prometheusTools } from '../support/prometheus-tools.ts';
import { selectorsOf } from '../support/selectors.ts';

/** What alerts look at and a busy service need not have, and why. */
const MAY_BE_MISSING: Readonly<Record<string, string>> = {
  llm_budget_refusals_total: 'there is money for every call',
};

const TRACE = '0af7651916cd43dd8448eb211c80319c';

interface Rule {
  readonly name: string;
  readonly query: string;
  readonly type: 'alerting' | 'recording';
  readonly health: string;
  readonly state?: string;
}

async function rulesOf(prometheus: PrometheusServer): Promise<Rule[]> {
  const { groups } = (await prometheus.ask('rules')) as { groups: { rules: Rule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

/** Says what the demo says, and what else happens to a service: blanks, rubbish, a question and its answer, a failing model. */
async function speak({ provider, say }: ModelService, { until }: { until: () => boolean }): Promise<void> {
  // The model knows nothing of this one, and nothing of any home: rules answer.
  provider.plan(({ said }) => (said.includes('światło') ? { kind: 'status', status: 400 } : undefined));
  await say({ transcript: 'zapal światło', room: 'salon', traceparent: `00-${TRACE}-b7ad6b7169203331-01` });
  for (let round = 0; !until(); round += 1) {
    const { text, room, language } = DEMO_SCRIPT[round % DEMO_SCRIPT.length] as (typeof DEMO_SCRIPT)[number];
    await say(
      { transcript: text, language, ...(room !== undefined && { room }) },
      ...[{ transcript: `zapal światło po raz ${round}`, room: 'kuchnia', user: 'anna' }],
    );
    if (round % 20 === 5) await say({ transcript: ' ' }, { transcript: 'ą'.repeat(5000) });
    await sleep(100);
  }
}

/** The bridge of a service, and a Home Assistant behind it. */
async function bridgeOf({ environment, redis }: ModelService): Promise<ServiceProcess> {
  const { entities } = await loadHome(join(import.meta.dirname, '../../config/home.yaml'));
  const state = { state: 'off', attributes: { temperature: 21 } };
  const assistant = await startFakeHomeAssistant({
    states: Object.fromEntries(entities.map(({ id }) => [id, state])),
  });
  const output = environment['OUTPUT_STREAM'] ?? '';
  await redis.xgroup('CREATE', output, 'llm-intent-bridge', '0', 'MKSTREAM');
  return startBridgeProcess({
    ...environment,
    ...{ HA_URL: assistant.url, HA_TOKEN: TOKEN, LLM_INTENT_BRIDGE__OUTPUT: `${output}:executed` },
  });
}

/** What is empty and should not be, and what Prometheus does not take. */
async function complaints(prometheus: PrometheusServer): Promise<string[]> {
  const found: string[] = [];
  const settings = { range: '5m', rateInterval: '15s' };
  for (const [name, { rows }] of Object.entries(DASHBOARDS)) {
    for (const panel of rows.flatMap(({ panels }) => panels)) {
      for (const { expression, mayBeEmpty } of panel.queries) {
        const query = filledIn(expression, settings);
        const result = isMomentary(panel) ? await prometheus.now(query) : await prometheus.lately(query);
        const isEmpty = result.every(({ values }) => values.every((value) => value === 'NaN'));
        if (isEmpty && mayBeEmpty === undefined) found.push(`${name}, ${panel.title}: ${query}`);
      }
    }
  }
  for (const { name, query, type, health } of await rulesOf(prometheus)) {
    if (health !== 'ok') found.push(`${name} is ${health}`);
    await prometheus.now(query);
    const looksAt = type === 'recording' ? [name] : selectorsOf(query);
    for (const selector of looksAt) {
      const isThere = (await prometheus.now(selector)).some(({ values }) => values[0] !== 'NaN');
      if (!isThere && MAY_BE_MISSING[selector] === undefined) found.push(`${name}: ${selector} is not there`);
    }
  }
  return found;
}

const tools = await prometheusTools('dashboards');

describe.skipIf(tools.missing !== undefined)('a real Prometheus that looks at a busy service', () => {
  test('finds something for every panel, rule and alert', { timeout: 120_000 }, async () => {
    const service = await startModelService();
    const bridge = await bridgeOf(service);
    const prometheus = await startPrometheus(tools.missing === undefined ? tools.prometheus : '', {
      'llm-intent': service.url,
      'llm-intent-bridge': bridge.url,
    });
    let isOver = false;
    const spoken = speak(service, { until: () => isOver });
    try {
      await expect.poll(() => complaints(prometheus), { timeout: 90_000, interval: 2000 }).toEqual([]);
      await expect
        .poll(
          async () =>
            (await rulesOf(prometheus)).filter(({ state }) => state === 'firing').map(({ name }) => name),
          { timeout: 20_000 },
        )
        // Of all that was said only the rubbish is a reason.
        .toEqual(['DeadLetters']);
      const now = Date.now() / 1000;
      const exemplars = await prometheus.ask('query_exemplars', {
        query: 'intent_recognition_duration_seconds_bucket',
        ...{ start: String(now - 120), end: String(now) },
      });
      expect(JSON.stringify(exemplars)).toContain(TRACE);
    } finally {
      isOver = true;
      await spoken;
    }
  });
});

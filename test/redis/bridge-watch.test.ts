import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { startBridgeProcess } from '../support/command.ts';
import { configFolder } from '../support/config-folder.ts';
import { startFakeHomeAssistant, TOKEN } from '../support/fake-home-assistant.ts';
import { prometheusTools, runPromtool } from '../support/prometheus-tools.ts';
import { connectShared, ownName, whereRedisIs } from '../support/shared.ts';

const PATIENCE = { timeout: 20_000, interval: 50 };
const WORD = 'kwiatuszek';

/** A running bridge, and what tells of it. */
async function watched(environment: Readonly<Record<string, string>> = {}) {
  const assistant = await startFakeHomeAssistant({ states: { 'light.kuchnia_sufit': 'off' } });
  const name = ownName();
  const redis = connectShared();
  onTestFinished(() => redis.disconnect());
  await redis.xgroup('CREATE', `${name}:out`, 'llm-intent-bridge', '0', 'MKSTREAM');
  const bridge = await startBridgeProcess({
    ...{ ...whereRedisIs(name), KEY_PREFIX: `${name}:`, OUTPUT_STREAM: `${name}:out` },
    ...{ LLM_INTENT_BRIDGE__OUTPUT: `${name}:executed`, HA_URL: assistant.url, HA_TOKEN: TOKEN },
    ...environment,
  });
  const action = { intent: 'light.turn_on', entities: { entity_id: 'light.kuchnia_sufit' } };
  return {
    ...{ assistant, bridge },
    understood: (fields: Readonly<Record<string, string>>) =>
      redis.xadd(
        `${name}:out`,
        '*',
        ...Object.entries({
          ...{ status: 'recognized', kind: 'action', source_message_id: randomUUID() },
          ...{ actions: JSON.stringify([action]), ...fields },
        }).flat(),
      ),
    health: async () => (await (await fetch(`${bridge.url}/health`)).json()) as Record<string, unknown>,
    metrics: async () => (await fetch(`${bridge.url}/metrics`)).text(),
  };
}

test('the bridge tells how it is, what it did, and what is planned', async () => {
  const { assistant, bridge, understood, health, metrics } = await watched();
  await expect.poll(health, PATIENCE).toEqual({
    ...{ status: 'healthy', service: 'llm-intent-bridge', version: expect.any(String) },
    config_version: expect.stringMatching(/^[0-9a-f]{12}$/),
    ...{ redis: 'connected', home_assistant: 'connected', troubles: {} },
  });
  expect(await metrics()).toContain('bridge_actions_total{status="failed"} 0');
  const entities = { entity_id: 'light.kuchnia_sufit' };
  const later = { intent: 'light.turn_off', entities, at: new Date(Date.now() + 3_600_000).toISOString() };
  await understood({});
  await understood({ actions: JSON.stringify([later]) });
  await understood({ actions: 'no list' });
  for (const sample of [
    'bridge_unreadable_total 1',
    'bridge_actions_total{status="done"} 1',
    'bridge_actions_total{status="scheduled"} 1',
    'bridge_call_duration_seconds_count{outcome="done"} 1',
    'bridge_home_assistant_connected 1',
    'bridge_schedules 1',
    'bridge_stream_lag 0',
    'bridge_stream_pending 0',
    'bridge_stream_oldest_entry_seconds 0',
    'bridge_failures_total 0',
  ]) {
    await expect.poll(metrics, PATIENCE).toContain(`${sample}\n`);
  }
  const open = await fetch(`${bridge.url}/metrics`, { headers: { accept: 'application/openmetrics-text' } });
  expect(await open.text()).toMatch(/\n# EOF\n$/);
  for (const [path, status] of [
    ...[['/healthz', 200] as const, ['/ready', 200] as const],
    ...[['/intent', 404] as const, ['/api/v1/costs', 404] as const],
  ]) {
    expect((await fetch(`${bridge.url}${path}`)).status).toBe(status);
  }

  await assistant.stop();
  await expect.poll(health, PATIENCE).toMatchObject({ status: 'degraded', home_assistant: 'disconnected' });
  expect(await metrics()).toContain('bridge_home_assistant_connected 0');
  bridge.kill('SIGTERM');
  expect(await bridge.exited()).toBe(0);
});

test('it follows the home and policy while it runs', async () => {
  const { folder, replace } = await configFolder();
  const { assistant, bridge, understood, health } = await watched({ LLM_INTENT_CONFIG: folder });
  const inKitchen = { actions: JSON.stringify([{ intent: 'light.turn_on', entities: { area: 'kuchnia' } }]) };
  const done = () => assistant.calls.map(({ target }) => target['entity_id']);
  await understood(inKitchen);
  await expect.poll(done, PATIENCE).toEqual([['light.kuchnia_sufit']]);
  assistant.set('light.grota', 'off');
  await replace(
    'home.yaml',
    'entities:\n',
    'entities:\n  - { id: light.grota, name: grota, area: kuchnia }\n',
  );
  await bridge.logged('configuration_changed');
  await understood(inKitchen);
  await expect
    .poll(done, PATIENCE)
    .toEqual([['light.kuchnia_sufit'], ['light.grota', 'light.kuchnia_sufit']]);

  await replace('config.yaml', '  rules: []', '  rules: [{ action: light.turn_on, decision: no }]');
  expect(await bridge.logged('configuration_refused')).toMatchObject({
    reasons: [expect.stringMatching(/^config\.yaml:\d+:\d+: expected one of allow, confirm, deny/)],
  });
  await expect.poll(health, PATIENCE).toMatchObject({ status: 'degraded' });
  bridge.kill('SIGHUP');
  await replace('config.yaml', 'decision: no }', 'decision: deny }');
  await expect
    .poll(() => bridge.log.filter(({ event }) => event === 'configuration_changed').length, PATIENCE)
    .toBe(2);
  await expect.poll(health, PATIENCE).toMatchObject({ status: 'healthy', troubles: {} });
});

test('what it tells of what it cannot read or do holds no word that was said', async () => {
  const { assistant, bridge, understood, metrics } = await watched({ OTEL_TRACES_EXPORTER: 'console' });
  assistant.misbehave(() => ({
    refuse: { code: 'service_validation_error', message: `there is no ${WORD}` },
  }));
  for (const actions of [`{"${WORD}`, JSON.stringify([{ intent: WORD }])]) await understood({ actions });
  const odd = { intent: 'light.turn_on', entities: {}, at: WORD };
  await understood({ actions: JSON.stringify([odd]), transcript: WORD, room: WORD, user: WORD });
  await understood({ transcript: WORD, room: WORD, response_text: WORD });
  await expect.poll(metrics, PATIENCE).toContain('bridge_actions_total{status="failed"} 1');
  const told = await metrics();
  expect(told).toContain('bridge_unreadable_total 3');
  bridge.kill('SIGTERM');
  expect(await bridge.exited()).toBe(0);
  expect(bridge.log.filter(({ event }) => event === 'unreadable_intent')).toHaveLength(3);
  const call = bridge.log.find(({ event, name }) => event === 'span' && name === 'call light.turn_on');
  expect(call).toMatchObject({
    attributes: { 'error.type': 'service_validation_error' },
    error: 'service_validation_error',
  });
  expect(told + JSON.stringify(bridge.log)).not.toContain(WORD);
});

test('where it listens for others, it tells them no more than that it lives without the token', async () => {
  const token = 'a-token-that-nobody-may-read';
  const { bridge } = await watched({ HTTP_TOKEN: token, METRICS_PUBLIC: 'false' });
  const ask = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${bridge.url}${path}`, { headers });
  expect(Object.keys((await (await ask('/health')).json()) as object)).toEqual(['status']);
  expect((await ask('/metrics')).status).toBe(401);
  expect((await ask('/metrics', { authorization: `Bearer ${token}` })).status).toBe(200);
});

const tools = await prometheusTools('metrics of the bridge');

test.skipIf(tools.missing !== undefined)('promtool has nothing to say about its metrics', async () => {
  const { understood, metrics } = await watched();
  await understood({});
  await expect.poll(metrics, PATIENCE).toContain('bridge_actions_total{status="done"} 1');
  const promtool = tools.missing === undefined ? tools.promtool : '';
  expect(await runPromtool(promtool, ['check', 'metrics'], { input: await metrics() })).toEqual({
    code: 0,
    printed: '',
  });
});

import { expect, test } from 'vitest';
import { createBudgetOperator } from '../../src/budget/operator.ts';
import { systemClock } from '../../src/clock.ts';
import { NANO_DOLLARS_A_DOLLAR } from '../../src/intent/money.ts';
import type { HealthReport } from '../../src/telemetry/health.ts';
import { runCommand, startServiceHere } from '../support/command.ts';
import type { FakeRequest, Fate } from '../support/fake-provider.ts';
import { type Fields, type ModelService, picking, startModelService } from '../support/model-service.ts';
import { toRecord } from '../support/processor.ts';

const DEAR = 'openai:gpt-5-mini';
const CHEAP = 'openai:gpt-5-nano';
const MODELS = { LLM_PROVIDERS: `${DEAR},${CHEAP}` };

let service: ModelService;

const turnOn = ({ prompt }: FakeRequest): Fate => ({
  kind: 'answer',
  content: picking(prompt, 'light.turn_on'),
});
/** The rules know both; the first one is marked as not critical. */
const [PLAIN, DIMMED] = ['zapal światło', 'zapal światło na 30 procent'];

/** A service that asks a fake provider, which picks the light to turn on. */
async function start(given: Readonly<Record<string, string>> = {}): Promise<ModelService> {
  service = await startModelService({ ...MODELS, ...given });
  service.provider.plan(turnOn);
  return service;
}

const command = (...words: string[]) => runCommand(words, service.environment);
const by = ({ source, model, fallback_reason: reason }: Fields) => [source, model, reason];
const said = (text: string) => service.ask({ text, room: 'salon' });
const healthOf = async (url: string) => (await (await fetch(`${url}/health`)).json()) as HealthReport;

test('one command turns models down and up: rules and the cache answer meanwhile, and no call is made', async () => {
  await start();
  expect(by(await said(DIMMED))).toEqual(['llm', 'gpt-5-mini', undefined]);

  expect(await command('mode', 'rules-only')).toMatchObject({ code: 0 });
  await expect.poll(async () => (await service.health())['mode']).toBe('rules-only');
  const calls = service.provider.requests.length;
  expect(by(await said(PLAIN))).toEqual(['rules', undefined, 'mode']);
  expect(by(await said(DIMMED))).toEqual(['cache', undefined, undefined]);
  expect(by(await said('coś zupełnie innego'))).toEqual(['none', undefined, 'mode']);
  expect(service.provider.requests).toHaveLength(calls);
  expect(await service.health()).toMatchObject({
    ...{ status: 'healthy', mode_reason: expect.stringMatching(/^an operator set it at/) },
  });
  const metrics = await service.metrics();
  expect(metrics.get('llm_mode{mode="rules-only"}')).toBe(1);
  expect(metrics.get('llm_mode{mode="full"}')).toBe(0);
  expect(metrics.get('intent_fallback_total{reason="mode"}')).toBe(2);
  expect(metrics.get('llm_savings_dollars_total{by="rules"}')).toBeGreaterThan(0);

  expect(await command('mode', 'auto')).toMatchObject({ code: 0, output: 'full\n' });
  await expect.poll(async () => (await service.health())['mode']).toBe('full');
  expect(by(await said('zapal światło w kuchni'))).toEqual(['llm', 'gpt-5-mini', undefined]);

  expect(await changes()).toMatchObject([
    { mode: 'rules-only', from: 'full', by: 'operator' },
    { mode: 'full', from: 'rules-only', by: 'automatic' },
  ]);
});

test('economy asks the cheapest model, keeps its answers for longer, and asks nobody about what is not critical', async () => {
  await start({ CACHE_TTL_SECONDS: '5', LLM_INTENT_CACHE__CONFIRMED_TTL_SECONDS: '0' });
  await command('mode', 'economy');
  await expect.poll(async () => (await service.health())['mode']).toBe('economy');
  expect(by(await said(PLAIN))).toEqual(['rules', undefined, 'mode']);
  expect(service.provider.requests).toHaveLength(0);
  expect(by(await said(DIMMED))).toEqual(['llm', 'gpt-5-nano', undefined]);
  const [entry] = await eventuallyOne(() => service.redis.keys(`${service.keyPrefix}*entry:*`));
  expect(await service.redis.pttl(entry ?? '')).toBeGreaterThan(1_000_000);
});

test('two services turn models down by the budget and up again, and say why in health, log and events', async () => {
  await start({ LLM_INTENT_MODE__MINIMUM_STAY_SECONDS: '1' });
  const other = await startServiceHere({
    ...service.environment,
    DATA_DIR: `${service.environment['DATA_DIR']}-2`,
    CONSUMER_NAME: 'other',
  });
  await other.logged('budget_open');
  const operator = createBudgetOperator({
    ...{ redis: service.redis, keyPrefix: service.keyPrefix, timeZone: 'UTC', clock: systemClock },
    limits: [{ scope: 'all', window: 'day', limit: 5 * NANO_DOLLARS_A_DOLLAR }],
  });
  const healths = () => Promise.all([service.url, other.url].map(healthOf));
  /** Waits until both know it: else one of them would go its own way for a moment. */
  const spend = async (dollars: number): Promise<void> => {
    await operator.set({ scope: 'all', window: 'day', spent: dollars * NANO_DOLLARS_A_DOLLAR });
    await expect
      .poll(async () =>
        (await healths()).map(({ budget }) => Math.round(budget?.windows[0]?.spent ?? Number.NaN)),
      )
      .toEqual([dollars, dollars]);
  };
  const modes = async () => (await healths()).map(({ mode }) => mode);

  await spend(4);
  await expect.poll(modes).toEqual(['economy', 'economy']);
  expect(await service.health()).toMatchObject({
    ...{ status: 'degraded', mode_reason: "80 % of the day's budget is spent" },
  });
  expect(by(await said(DIMMED))).toEqual(['llm', 'gpt-5-nano', undefined]);

  await spend(5);
  await expect.poll(modes).toEqual(['rules-only', 'rules-only']);
  expect(by(await said('zapal światło na 40 procent'))[2]).toBe('mode');

  await spend(0);
  await expect.poll(modes).toEqual(['full', 'full']);
  for (const { log } of [service, other]) {
    expect(log.filter(({ event }) => event === 'mode').map(({ mode, by: who }) => [mode, who])).toEqual([
      ['economy', 'automatic'],
      ['rules-only', 'automatic'],
      ['full', 'automatic'],
    ]);
  }
  expect(await changes()).toMatchObject([
    { mode: 'economy', reason: "80 % of the day's budget is spent" },
    { mode: 'rules-only', reason: "100 % of the day's budget is spent" },
    { mode: 'full' },
  ]);
}, 90_000);

test('a service turns models down when its provider fails, and up again when a try went well', async () => {
  await start({
    LLM_PROVIDERS: DEAR,
    ...{ CACHE_MODE: 'off', LLM_INTENT_MODE__MINIMUM_STAY_SECONDS: '2' },
    ...{ LLM_INTENT_MODE__TROUBLE__WINDOW_SECONDS: '5', LLM_INTENT_MODE__TROUBLE__MINIMUM_CALLS: '4' },
    ...{
      LLM_INTENT_LLM__RETRIES: '0',
      LLM_INTENT_LLM__BREAKER__FAILURES: '100',
      LLM_INTENT_LLM__BREAKER__OPEN_MS: '100',
      LLM_INTENT_LIMITS__MINUTE: 'unlimited',
    },
  });
  const modeAfterAsking = async () => {
    // Several at once: with too few in its time nothing is concluded, however slow the machine.
    await Promise.all(Array.from({ length: 3 }, () => said(DIMMED)));
    return (await service.health())['mode'];
  };
  service.provider.plan(() => ({ kind: 'status', status: 500 }));
  await expect.poll(modeAfterAsking).toBe('economy');
  expect((await service.health())['mode_reason']).toBe('models failed 100 % of what they were asked');
  await expect.poll(modeAfterAsking).toBe('rules-only');
  service.provider.plan(turnOn);
  await expect.poll(modeAfterAsking).toBe('full');
  const modes = service.log.filter(({ event }) => event === 'mode').map(({ mode }) => mode);
  expect(modes).toEqual(['economy', 'rules-only', 'economy', 'full']);
});

/** What was told of the mode to whoever reads the events. */
async function changes(): Promise<Fields[]> {
  const told = await service.redis.xrange(`${service.keyPrefix}events`, '-', '+');
  return told.map(([, fields]) => toRecord(fields)).filter(({ event }) => event === 'mode_changed');
}

async function eventuallyOne(look: () => Promise<string[]>): Promise<string[]> {
  await expect.poll(async () => (await look()).length).toBe(1);
  return look();
}

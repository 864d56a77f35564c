import type { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { createKeyedHash } from '../../src/budget/keyed-hash.ts';
import { ledgerKeys } from '../../src/budget/ledger-keys.ts';
import { formatDollars, NANO_DOLLARS_A_DOLLAR } from '../../src/intent/money.ts';
import { BUILT_IN_PROMPTS } from '../../src/llm/prompts.ts';
import type { FakeRequest, Fate } from '../support/fake-provider.ts';
import { records } from '../support/ledger.ts';
import { type Fields, picking, SECRET_KEY, startModelService } from '../support/model-service.ts';
import { postIntent } from '../support/post-intent.ts';

/** The fake provider understands by words that are alike; no Polish word for it is like `turn_on`. */
const turnOn = ({ prompt }: FakeRequest): Fate => ({
  kind: 'answer',
  delayMs: 300,
  content: picking(prompt, 'light.turn_on'),
});

async function eventuallyRecorded(redis: Redis, keyPrefix: string): ReturnType<typeof records> {
  const look = (): ReturnType<typeof records> => records(redis, ledgerKeys(keyPrefix));
  await expect.poll(async () => (await look()).length).toBe(1);
  return look();
}

describe('what a model answered', () => {
  test('is published with what it took, and agrees with the bill, the metrics and the books', async () => {
    const { provider, say, answers, metrics, health, redis, keyPrefix } = await startModelService();
    await say({ transcript: 'zapal światło w kuchni', room: 'salon', frame_id: 'f1' });
    const [answer] = await answers(1);
    const [{ tokens }] = provider.bill as [(typeof provider.bill)[number]];
    expect(answer).toMatchObject({
      ...{ frame_id: 'f1', status: 'recognized', intent: 'light.turn_on', source: 'llm' },
      entities: { area: 'kuchnia' },
      ...{ provider: 'openai', model: 'gpt-5-mini', prompt_version: BUILT_IN_PROMPTS.version },
      prompt_tokens: String(tokens.prompt),
      completion_tokens: String(tokens.completion),
      cost_usd: formatDollars(provider.billed()),
    });
    expect(answer).not.toHaveProperty('fallback_reason');
    expect(answer).not.toHaveProperty('saved_usd');

    const model = 'provider="openai",model="gpt-5-mini"';
    const dollars = provider.billed() / NANO_DOLLARS_A_DOLLAR;
    const counted = await metrics();
    expect(Object.fromEntries([...counted].filter(([name]) => name.startsWith('llm_')))).toMatchObject({
      [`llm_requests_total{${model},outcome="answered"}`]: 1,
      [`llm_request_duration_seconds_count{${model}}`]: 1,
      [`llm_tokens_used_total{${model},kind="prompt"}`]: tokens.prompt,
      [`llm_tokens_used_total{${model},kind="completion"}`]: tokens.completion,
      [`llm_cost_dollars_total{${model}}`]: dollars,
      ['llm_circuit_state{provider="openai"}']: 0,
      ['llm_cache_requests_total{outcome="miss"}']: 1,
      llm_cache_hit_ratio: 0,
      ['llm_budget_dollars{scope="all",window="day",kind="limit"}']: 5,
      ['llm_budget_dollars{scope="all",window="month",kind="limit"}']: 50,
    });
    expect(counted.get('intent_recognition_total{status="recognized",source="llm",language="pl"}')).toBe(1);
    await expect
      .poll(async () => (await metrics()).get('llm_budget_dollars{scope="all",window="day",kind="spent"}'))
      .toBe(dollars);
    expect(await health()).toMatchObject({
      ...{ status: 'healthy', mode: 'full' },
      providers: { 'openai:gpt-5-mini': { model: 'gpt-5-mini', state: 'closed' } },
      budget: { state: 'open', windows: [{ window: 'day', limit: 5, spent: dollars, reserved: 0 }, {}] },
    });
    const records = await redis.xrange(`${keyPrefix}v1:{budget}:ledger`, '-', '+');
    expect(records).toHaveLength(1);
    expect(records[0]?.[1].join(' ')).toContain(` cost ${provider.billed()} `);
  });

  test('is held to policy, fresh or from the cache: what a model wants unlocked waits for a yes', async () => {
    const { provider, say, answers } = await startModelService();
    provider.plan(({ prompt }) => ({ kind: 'answer', content: picking(prompt, 'lock.unlock') }));
    for (const source of ['llm', 'cache']) {
      await say({ transcript: 'otwórz drzwi wejściowe', room: 'przedpokój' });
      expect((await answers(source === 'llm' ? 1 : 2)).at(-1)).toMatchObject({
        ...{ source, intent: 'none', requires_confirmation: 'true' },
        actions: [{ intent: 'lock.unlock', entities: { entity_id: 'lock.drzwi_wejsciowe' } }],
      });
    }
    expect(provider.requests).toHaveLength(1);
  });

  test('is nothing where it is hardly sure of it, and the rules have the last word', async () => {
    const { provider, say, answers } = await startModelService();
    provider.plan(({ prompt }) => ({
      kind: 'answer',
      content: { ...picking(prompt, 'light.turn_on'), confidence: 0.01 },
    }));
    await say({ transcript: 'w kuchni coś ciemno', room: 'kuchnia' });
    const [unsure] = await answers(1);
    expect(unsure).toMatchObject({ status: 'unclear', intent: 'none', source: 'llm', confidence: '0.01' });
    expect(unsure).not.toHaveProperty('actions');
    await say({ transcript: 'zapal światło w kuchni', room: 'kuchnia' });
    expect((await answers(2))[1]).toMatchObject({ intent: 'light.turn_on', source: 'rules' });
  });

  test('is what was sent for, and no more: neither key, nor words of the home, show in logs, metrics or health', async () => {
    const { provider, redis, keyPrefix, say, answers, url, log, health } = await startModelService();
    await say({ transcript: 'zapal kinkiet w salonie', room: 'salon', user: 'anna' });
    await answers(1);
    const hashOf = await createKeyedHash(redis, keyPrefix);
    const [record] = await eventuallyRecorded(redis, keyPrefix);
    expect(record).toMatchObject({ origin: hashOf('origin', 'anna') });
    expect(JSON.stringify(record)).not.toMatch(/anna|kinkiet/);
    expect(provider.requests[0]?.headers['authorization']).toBe(`Bearer ${SECRET_KEY}`);
    expect(JSON.stringify(provider.requests[0]?.body)).not.toMatch(/anna|light\.salon_kinkiet/);
    const told = JSON.stringify([log, await health(), await (await fetch(`${url}/metrics`)).text()]);
    expect(told).not.toContain(SECRET_KEY);
    expect(told).not.toContain('kinkiet');
  });
});

describe('what was asked before', () => {
  test('is answered from the cache, calls nobody, and tells what that saved', async () => {
    const { provider, say, answers, metrics } = await startModelService();
    provider.plan(turnOn);
    await say({ transcript: 'zapal światło', room: 'kuchnia' });
    await answers(1);
    await say({ transcript: 'Zapal światło!', room: 'kuchnia' });
    const [, again] = await answers(2);
    expect(provider.requests).toHaveLength(1);
    expect(again).toMatchObject({
      ...{ source: 'cache', intent: 'light.turn_on', entities: { area: 'kuchnia' } },
      saved_usd: formatDollars(provider.billed()),
    });
    for (const field of ['cost_usd', 'model', 'prompt_tokens', 'fallback_reason']) {
      expect(again).not.toHaveProperty(field);
    }
    const counted = await metrics();
    expect(counted.get('llm_cache_hit_ratio')).toBe(0.5);
    expect(counted.get('llm_cache_requests_total{outcome="hit"}')).toBe(1);
    expect(counted.get('llm_savings_dollars_total{by="cache"}')).toBe(
      provider.billed() / NANO_DOLLARS_A_DOLLAR,
    );
  });

  test('was not asked where rules that go first knew: that saved what calls cost on average', async () => {
    const { provider, ask, metrics } = await startModelService({ RESOLVERS: 'cache,rules,llm' });
    provider.plan(({ prompt }) => ({ kind: 'answer', content: picking(prompt, 'light.turn_on') }));
    const saved = async () => (await metrics()).get('llm_savings_dollars_total{by="rules"}');
    const known = { text: 'zapal światło', room: 'kuchnia' };
    expect(await ask(known)).toMatchObject({ source: 'rules' });
    // Nobody knows yet what a call costs.
    expect(await saved()).toBe(0);
    expect(await ask({ text: 'w kuchni przydałoby się więcej blasku', room: 'kuchnia' })).toMatchObject({
      source: 'llm',
    });
    await ask(known);
    await ask(known);
    expect(provider.requests).toHaveLength(1);
    expect(await saved()).toBe((2 * provider.billed()) / NANO_DOLLARS_A_DOLLAR);
  });

  test('is no answer in another room, unless the sentence names its own', async () => {
    const { provider, say, answers } = await startModelService();
    provider.plan(turnOn);
    await say({ transcript: 'zapal światło', room: 'kuchnia' });
    await answers(1);
    await say({ transcript: 'zapal światło', room: 'salon' });
    expect((await answers(2))[1]).toMatchObject({ source: 'llm', entities: { area: 'salon' } });
    await say({ transcript: 'zapal światło w sypialni', room: 'kuchnia' });
    await answers(3);
    await say({ transcript: 'zapal światło w sypialni', room: 'salon' });
    expect((await answers(4))[3]).toMatchObject({ source: 'cache', entities: { area: 'sypialnia' } });
    expect(provider.requests).toHaveLength(3);
  });
});

describe('what a model makes of words that say otherwise', () => {
  test('is not done, though it is told what is wrong and says the same again', async () => {
    const { provider, say, answers } = await startModelService();
    provider.plan(turnOn);
    const said = [
      { language: 'pl', transcript: 'nie włączaj światła w kuchni' },
      { language: 'en', transcript: "don't turn on the kitchen light" },
      { language: 'en', transcript: 'is the kitchen light on' },
      { language: 'pl', transcript: 'zgaś światło w kuchni' },
      // By a wrong tag.
      { language: 'de', transcript: 'nie włączaj światła w kuchni' },
    ];
    await say(...said.map((each) => ({ ...each, room: 'kuchnia' })));
    const given = await answers(said.length);
    for (const answer of given) expect(answer).toMatchObject({ fallback_reason: 'invalid_output' });
    expect(given.map(({ intent }) => intent)).toEqual(['none', 'none', 'none', 'light.turn_off', 'none']);
    expect(given.flatMap(({ actions }) => actions ?? [])).toMatchObject([{ intent: 'light.turn_off' }]);
    expect(provider.requests).toHaveLength(2 * said.length);
  });

  test('is not that nobody understood, where the rules did', async () => {
    const { provider, say, answers } = await startModelService();
    provider.plan(() => ({ kind: 'answer', content: { kind: 'unclear', picks: [], confidence: 0.9 } }));
    await say({ transcript: 'zapal światło w kuchni', room: 'salon' });
    const [answer] = await answers(1);
    expect(answer).toMatchObject({
      ...{ status: 'recognized', intent: 'light.turn_on', source: 'rules', model: 'gpt-5-mini' },
      cost_usd: formatDollars(provider.billed()),
    });
    expect(answer).not.toHaveProperty('fallback_reason');
  });
});

test('what comes again is not its own past, though whatever is said next follows on from it', async () => {
  const { provider, say, answers } = await startModelService();
  provider.plan(() => ({ kind: 'answer', content: { kind: 'unclear', picks: [], confidence: 0.9 } }));
  const first = { transcript: 'w kuchni jest dziś ciemno', room: 'kuchnia', frame_id: 'f1' };
  await say(first);
  await answers(1);
  await say(first);
  await answers(2);
  await say({ transcript: 'a w salonie też', room: 'kuchnia', frame_id: 'f2' });
  await answers(3);
  const earlier = provider.requests.map(({ prompt }) => /Earlier:\n«([^»]*)»/.exec(prompt)?.[1]);
  expect(earlier).toEqual([undefined, undefined, first.transcript]);
});

test('what stands alone is asked without its past, so that its answer is right for everybody', async () => {
  const { provider, say, answers } = await startModelService();
  provider.plan(() => ({ kind: 'answer', content: { kind: 'unclear', picks: [], confidence: 0.9 } }));
  await say({ transcript: 'u mnie jest jakoś ciemno', room: 'kuchnia' });
  await answers(1);
  await say({ transcript: 'zapal lampę', room: 'kuchnia' });
  await answers(2);
  await say({ transcript: 'u mnie też', room: 'kuchnia' });
  await answers(3);
  const earlier = provider.requests.map(({ prompt }) => prompt.includes('Earlier:'));
  expect(earlier).toEqual([false, false, true]);
});

describe('the same words at once', () => {
  const TIMES = 50;

  /** One paid for it; whoever joined tells what that saved, once each. */
  function expectOnePaid(
    answers: readonly Fields[],
    cost: (dollars: number) => unknown,
    billed: number,
  ): void {
    expect(answers).toHaveLength(TIMES);
    for (const answer of answers) expect(answer).toMatchObject({ intent: 'light.turn_on' });
    const bySource = Object.groupBy(answers, ({ source }) => String(source));
    expect(bySource['llm']).toMatchObject([{ cost_usd: cost(billed) }]);
    expect(bySource['cache']).toHaveLength(TIMES - 1);
    for (const answer of bySource['cache'] ?? []) expect(answer['saved_usd']).toEqual(cost(billed));
  }

  test('cost one call over the streams', async () => {
    const { provider, say, answers, metrics } = await startModelService();
    provider.plan(turnOn);
    await say(
      ...Array.from({ length: TIMES }, (_, index) => ({
        ...{ transcript: 'zapal światło', room: 'kuchnia', frame_id: `f${index}` },
      })),
    );
    const all = await answers(TIMES);
    expect(provider.requests).toHaveLength(1);
    expectOnePaid(all, formatDollars, provider.billed());
    expect(new Set(all.map(({ frame_id }) => frame_id)).size).toBe(TIMES);
    // A room's words are worked on one after the other, so all but the first find the answer kept.
    expect((await metrics()).get('llm_cache_hit_ratio')).toBe((TIMES - 1) / TIMES);
  });

  test('cost one call over HTTP, and one each where the caller wants no cache', async () => {
    const { provider, ask, metrics } = await startModelService();
    provider.plan(turnOn);
    const all = await Promise.all(
      Array.from({ length: TIMES }, () => ask({ text: 'zapal światło', room: 'kuchnia' })),
    );
    expect(provider.requests).toHaveLength(1);
    expectOnePaid(all, (cost) => cost / NANO_DOLLARS_A_DOLLAR, provider.billed());
    expect((await metrics()).get('llm_cache_requests_total{outcome="shared"}')).toBe(TIMES - 1);

    const twice = (cache_mode: string) =>
      Promise.all([1, 2].map(() => ask({ text: 'zapal lampy', room: 'kuchnia', cache_mode })));
    const off = await twice('off');
    expect(off.map(({ source }) => source)).toEqual(['llm', 'llm']);
    expect(provider.requests).toHaveLength(3);
    const shared = await twice('dedupe-only');
    expect(shared.map(({ source }) => source).sort()).toEqual(['cache', 'llm']);
    expect(provider.requests).toHaveLength(4);
    // Nothing was kept of either.
    expect(await ask({ text: 'zapal lampy', room: 'kuchnia' })).toMatchObject({ source: 'llm' });
    expect(await ask({ text: 'zapal lampy', room: 'kuchnia' })).toMatchObject({ source: 'cache' });
    expect(provider.requests).toHaveLength(5);
  });
});

test('a client that hangs up pays for no further try', async () => {
  const { provider, url } = await startModelService({ LLM_DEADLINE_MS: '20000', LLM_TIMEOUT_MS: '20000' });
  provider.plan(() => ({ kind: 'silence' }));
  const client = new AbortController();
  const order = { text: 'zapal światło', room: 'salon' };
  const asked = postIntent(url, order, {}, client.signal).catch(() => 'hung up');
  await expect.poll(() => provider.requests.length).toBe(1);
  client.abort();
  expect(await asked).toBe('hung up');
  await expect.poll(async () => (await outcomes(url)).get('aborted'), { timeout: 5000 }).toBe(1);
  expect(provider.requests).toHaveLength(1);
});

/** How many requests to models ended in which way. */
async function outcomes(url: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return new Map(
    [...text.matchAll(/^llm_requests_total\{.*outcome="(\w+)"\} (\d+)$/gm)].map(([, outcome = '', count]) => [
      outcome,
      Number(count),
    ]),
  );
}

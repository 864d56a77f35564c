import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { chooseProviders, type ProviderChoice } from '../../../src/llm/choose-providers.ts';
import { PRESETS } from '../../../src/llm/presets.ts';
import { REPLY_SCHEMA } from '../../../src/llm/reply-schema.ts';
import { loadTokenCounter } from '../../../src/llm/token-counter.ts';
import { type Fate, startFakeProvider } from '../../support/fake-provider.ts';
import { type ModelStep, startModelStep } from '../../support/model-step.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });
beforeAll(async () => {
  await loadTokenCounter('o200k_base');
});

let aheadMs = 0;
const movableClock = { now: systemClock.now, monotonic: () => systemClock.monotonic() + aheadMs };

const picked = (id: string) => ({ id, slots: [], at: null });
const pick = (id: string) => ({ kind: 'action', picks: [picked(id)], confidence: 0.9 });

/** Answers with these contents, one after the other. */
function contents(...given: readonly unknown[]): (request: { readonly index: number }) => Fate {
  return ({ index }) => ({ kind: 'answer', content: given[Math.min(index, given.length - 1)] });
}

/** Every provider with its own model, its own wire and its own ways, at the fake one's address. */
function choicesOf(provider: string): (url: string) => readonly ProviderChoice[] {
  return (url) => {
    const model = PRESETS.get(provider)?.model ?? 'qwen3:4b';
    const { chosen, mistakes } = chooseProviders(
      configSchema.parse({
        llm: {
          providers: [`${provider}:${model}`],
          [provider]: { api_keys: ['sk-secret'], base_url: url },
        },
      }).llm,
    );
    expect(mistakes).toEqual([]);
    return chosen;
  };
}

function countTimers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

describe.each([...PRESETS.keys()])('%s', (provider) => {
  const start = (options: Parameters<typeof startModelStep>[0] = {}): Promise<ModelStep> =>
    startModelStep({ choices: choicesOf(provider), ...options });
  const preset = PRESETS.get(provider);

  test('answers with an action of the list, and is billed for what it took', async () => {
    const { ask, server, purse, calls } = await start();
    expect(await ask('zapal kinkiet w salonie na 40')).toMatchObject({
      kind: 'answer',
      meaning: { actions: [{ intent: 'light.turn_on', entities: { brightness_pct: 40 } }] },
      use: { provider, cost: server.billed() },
    });
    expect(purse.spent()).toBe(server.billed());
    expect(calls).toMatchObject([{ provider, outcome: 'answered', tries: 1 }]);
  });

  test('is sent the same fixed part and the same schema each time, and its key', async () => {
    const { ask, server } = await start();
    await ask();
    await ask('zapal światło w kuchni');
    const [first, second] = server.requests.map(({ body: { messages, ...fixed } }) => ({
      fixed,
      said: messages.map(({ content }) => content),
    }));
    expect(second?.fixed).toEqual(first?.fixed);
    expect(second?.said.slice(0, -1)).toEqual(first?.said.slice(0, -1));
    const sent = JSON.stringify(server.requests[0]?.body);
    expect(sent.includes(JSON.stringify(REPLY_SCHEMA)) || sent.includes('Answer as JSON like this')).toBe(
      true,
    );
    expect(server.requests[0]?.headers['authorization']).toBe('Bearer sk-secret');
  });

  test.each(['reserved', 'budget_exceeded'] as const)(
    'hears nothing while its money is being set aside (%s in the end)',
    async (verdict) => {
      const settle = vi.fn();
      const asking = Promise.withResolvers<void>();
      const told = Promise.withResolvers<typeof verdict>();
      const reserve = () => {
        asking.resolve();
        return told.promise;
      };
      const { ask, server } = await start({ spending: { reserve, settle } });
      const timers = countTimers();
      const answer = ask();
      await asking.promise;
      // Long enough for a request that is ready to have left.
      await sleep(50);
      expect(server.openConnections()).toBe(0);
      told.resolve(verdict);
      expect((await answer).kind).toBe(verdict === 'reserved' ? 'answer' : 'pass');
      await sleep(20);
      expect(server.requests).toHaveLength(verdict === 'reserved' ? 1 : 0);
      // What was not sent is over: an SDK has a timer for each request.
      if (verdict !== 'reserved') expect(countTimers()).toBeLessThanOrEqual(timers);
    },
  );

  test('takes less for what it knew already', async () => {
    const { ask, server, purse } = await start();
    server.plan(() => ({ kind: 'answer', cache: { cached: 64 } }));
    await ask();
    expect(server.bill).toMatchObject([{ tokens: { cached: 64 } }]);
    expect([...purse.bills.values()]).toMatchObject([{ kind: 'metered', usage: { cachedTokens: 64 } }]);
    expect(purse.spent()).toBe(server.billed());
  });

  test('that answers after a while is waited for', async () => {
    const { ask, server } = await start();
    server.plan(() => ({ kind: 'answer', delayMs: 150, slowBodyMs: 150 }));
    expect(await ask()).toMatchObject({ kind: 'answer' });
    expect(server.requests).toHaveLength(1);
  });

  describe('a reply of no use', () => {
    test('is complained about once, and then may be right', async () => {
      const { ask, server, purse } = await start();
      server.plan(contents(pick('c9'), pick('c2')));
      expect(await ask('zgaś kinkiet w salonie')).toMatchObject({
        meaning: { actions: [{ intent: 'light.turn_off' }] },
      });
      const repair = server.requests[1]?.body.messages;
      expect(repair?.filter(({ role }) => role !== 'system')).toHaveLength(3);
      expect(repair?.at(-1)?.content).toContain('no such candidate; ids are c1 to c4');
      expect(purse.spent()).toBe(server.billed());
    });

    test.each<[string, Fate]>([
      ['prose', { kind: 'answer', content: 'Done! The light is on.' }],
      ['broken JSON', { kind: 'answer', content: '{"kind":"action","picks":[' }],
      ['cut', { kind: 'answer', finish: 'cut' }],
      ['empty', { kind: 'answer', content: '' }],
      ['another candidate', { kind: 'answer', content: pick('c5') }],
    ])('that is %s twice is passed on as invalid', async (_, fate) => {
      const { ask, server, purse, calls } = await start();
      server.plan(() => fate);
      const answer = await ask();
      expect(answer).toMatchObject({
        kind: 'pass',
        reason: 'invalid_output',
        use: { cost: server.billed() },
      });
      expect(server.requests).toHaveLength(2);
      expect(purse.spent()).toBe(server.billed());
      expect(calls).toMatchObject([{ outcome: 'invalid_output', tries: 2 }]);
    });

    test.each<[string, Fate]>([
      ['refusal', { kind: 'answer', refusal: 'I cannot help with that.' }],
      ['filter', { kind: 'answer', finish: 'filtered' }],
    ])('that is a %s is not asked for again', async (_, fate) => {
      const { ask, server } = await start();
      server.plan(() => fate);
      expect(await ask()).toMatchObject({ kind: 'pass', reason: 'invalid_output' });
      expect(server.requests).toHaveLength(1);
    });
  });

  describe('when it fails', () => {
    test.each<[string, Fate]>([
      ['500', { kind: 'status', status: 500 }],
      ['529', { kind: 'status', status: 529 }],
      ['408', { kind: 'status', status: 408 }],
      ['409', { kind: 'status', status: 409 }],
      ['429', { kind: 'status', status: 429 }],
      ['a reset', { kind: 'reset' }],
      ['half a body', { kind: 'torn' }],
      ['JSON that is none', { kind: 'page', body: '{"choices":' }],
      ['a page', { kind: 'page', body: '<html>', type: 'text/html' }],
      ['a book', { kind: 'page', body: 'x'.repeat(2 ** 20 + 1) }],
    ])('is asked again after %s', async (_, fate) => {
      const { ask, server, purse, calls } = await start({ random: () => 1 });
      server.plan(({ index }) => (index === 0 ? fate : undefined));
      expect(await ask()).toMatchObject({ kind: 'answer' });
      expect(calls).toMatchObject([{ tries: 2 }]);
      expect(purse.spent()).toBeGreaterThanOrEqual(server.billed());
      expect(purse.open()).toBe(0);
    });

    test.each([
      [401, `refused the key (401); check ${preset?.keyVariable}`],
      [403, `check ${preset?.keyVariable}`],
      [404, 'check LLM_PROVIDERS'],
      [308, `is to be asked at another address (308); check ${preset?.addressVariable}`],
    ])('is not asked again after %s, and health hears what to do', async (status, problem) => {
      const { ask, server, told, model, purse } = await start({ clock: movableClock });
      server.plan(() => ({
        kind: 'status',
        status,
        error: { message: 'Incorrect API key provided: sk-secret' },
      }));
      expect(await ask()).toMatchObject({ kind: 'pass', reason: 'provider_error' });
      aheadMs += 60_000;
      await ask();
      expect(server.requests).toHaveLength(2);
      expect(told).toEqual([expect.stringContaining(problem)]);
      expect(model.providers()).toMatchObject([
        { provider, state: 'misconfigured', problem: expect.stringContaining(problem) },
      ]);
      expect(JSON.stringify([told, model.providers()])).not.toContain('sk-secret');
      expect(purse.spent()).toBe(0);
      server.plan(() => undefined);
      aheadMs += 60_000;
      await ask();
      expect(told.at(-1)).toBe(`solved ${provider}`);
      expect(model.providers()).toMatchObject([{ state: 'closed' }]);
    });

    test.each([400, 422])(
      'that cannot read a request (%i) costs nothing, and is out of order only if it reads none',
      async (status) => {
        const { ask, server, told, model, purse } = await start();
        server.plan(() => ({ kind: 'status', status }));
        for (let call = 1; call <= 2; call += 1) {
          expect(await ask()).toMatchObject({ kind: 'pass', reason: 'provider_error' });
        }
        expect(model.providers()).toMatchObject([{ state: 'closed' }]);
        server.plan(() => undefined);
        expect(await ask()).toMatchObject({ kind: 'answer' });
        const spent = purse.spent();
        server.plan(() => ({ kind: 'status', status }));
        for (let call = 1; call <= 4; call += 1) await ask();
        const problem = expect.stringContaining(`refused the request (${status})`);
        expect(model.providers()).toMatchObject([{ provider, state: 'misconfigured', problem }]);
        expect(told).toEqual([problem]);
        expect(purse.spent()).toBe(spent);
        expect(server.requests).toHaveLength(7);
      },
    );

    test.each<[string, number, object]>([
      ['a filter', 400, { code: 'content_filter' }],
      ['moderation', 403, { metadata: { reasons: ['violence'], flagged_input: '…' } }],
      ['a policy', 400, { code: 'content_policy_violation', param: 'prompt' }],
      ['JSON it wrote itself', 400, { code: 'json_validate_failed', message: 'does not match json_schema' }],
      ['a reason it does not tell', 400, { type: null }],
      ['having waited', 408, {}],
      ['somebody else', 409, {}],
      ['who asked and left', 499, {}],
    ])('that may have worked before it refused for %s counts at its worst', async (_, status, error) => {
      const { ask, server, purse, told } = await start({ settings: { retries: 0 } });
      server.plan(() => ({ kind: 'status', status, error: { ...error }, isBilled: true }));
      expect(await ask()).toMatchObject({ kind: 'pass', reason: 'provider_error' });
      expect(server.requests).toHaveLength(1);
      expect(purse.spent()).toBe(purse.expenses[0]?.atMost);
      expect(purse.spent()).toBeGreaterThanOrEqual(server.billed());
      expect(told).toEqual([]);
    });

    test('that is not there costs nothing, and health says where it was looked for', async () => {
      const gone = await startFakeProvider();
      await gone.close();
      const { ask, purse, model } = await start({ server: gone, settings: { retries: 1 } });
      expect(await ask()).toMatchObject({ kind: 'pass', reason: 'provider_error' });
      expect(purse.spent()).toBe(0);
      expect(purse.expenses).toHaveLength(2);
      expect(model.providers()).toMatchObject([
        { state: 'unreachable', problem: expect.stringContaining(`check ${preset?.addressVariable}`) },
      ]);
    });

    test('waits as long as it asks for, where there is time', async () => {
      const { ask, server } = await start();
      const at: number[] = [];
      server.plan(({ index }) => {
        at.push(performance.now());
        return index === 0
          ? { kind: 'status', status: 429, headers: { 'retry-after-ms': '400' } }
          : undefined;
      });
      expect(await ask()).toMatchObject({ kind: 'answer' });
      expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThan(390);
    });

    test('is left at once where it asks for more time than there is', async () => {
      const { ask, server, purse } = await start();
      server.plan(() => ({ kind: 'status', status: 429, headers: { 'retry-after': '30' } }));
      expect(await ask()).toMatchObject({ kind: 'pass', reason: 'rate_limited' });
      expect(server.requests).toHaveLength(1);
      expect(purse.spent()).toBe(0);
    });

    test('that is silent is given up within the deadline, and counts at its worst', async () => {
      const { ask, server, purse } = await start();
      server.plan(() => ({ kind: 'silence' }));
      const answer = await ask({}, { withinMs: 900 });
      expect(answer).toMatchObject({ kind: 'pass', reason: 'timeout', use: { cost: purse.spent() } });
      expect(server.requests.length).toBeGreaterThan(1);
      expect([...purse.bills.values()].every(({ kind }) => kind === 'unknown')).toBe(true);
      expect(purse.spent()).toBeGreaterThan(server.billed());
    });

    test.each<[string, Fate]>([
      ['answer', { kind: 'answer', slowBodyMs: 60_000 }],
      ['error', { kind: 'status', status: 500, slowBodyMs: 60_000 }],
    ])('whose %s comes too slowly is given up within the deadline', async (_, fate) => {
      const { ask, server } = await start();
      server.plan(() => fate);
      expect(await ask({}, { withinMs: 500 })).toMatchObject({ kind: 'pass', reason: 'timeout' });
    });

    test.each(['missing', 'half', 'false'] as const)(
      'whose usage is %s counts at its worst',
      async (usage) => {
        const { ask, server, purse } = await start();
        server.plan(() => ({ kind: 'answer', usage }));
        expect(await ask()).toMatchObject({ kind: 'answer', use: { cost: purse.expenses[0]?.atMost } });
        expect([...purse.bills.values()]).toEqual([{ kind: 'unknown' }]);
        expect(purse.spent()).toBeGreaterThanOrEqual(server.billed());
      },
    );

    test('whose numbers nobody can believe counts at its worst, and that is told once', async () => {
      const { ask, server, purse, told } = await start();
      const [prompt, completion] =
        preset?.wire === 'anthropic'
          ? (['input_tokens', 'output_tokens'] as const)
          : (['prompt_tokens', 'completion_tokens'] as const);
      for (const claimed of [
        { [completion]: 9_999_999 },
        { [prompt]: 9_999_999 },
        { [prompt]: 1 },
        { [completion]: -5 },
        { [completion]: 1.5 },
      ]) {
        server.plan(() => ({ kind: 'answer', usage: claimed }));
        expect(await ask()).toMatchObject({ kind: 'answer' });
      }
      expect([...purse.bills.values()]).toEqual(Array(5).fill({ kind: 'unknown' }));
      expect(told).toEqual([expect.stringContaining(`problem ${provider}: `)]);
    });

    test.each<[string, Fate]>([
      ['is silent', { kind: 'silence' }],
      ['is to be asked again', { kind: 'status', status: 429, headers: { 'retry-after-ms': '4000' } }],
    ])('that %s is let go at once when nobody wants the answer', async (_, fate) => {
      const { ask, server, purse, calls } = await start();
      server.plan(() => fate);
      const controller = new AbortController();
      const reason = new Error('stopped');
      const asked = ask({}, { signal: controller.signal });
      setTimeout(() => controller.abort(reason), 100);
      const muchLater = sleep(1500, 'still waiting');
      await expect(Promise.race([asked, muchLater])).rejects.toBe(reason);
      expect(purse.open()).toBe(0);
      expect(purse.spent()).toBeGreaterThanOrEqual(server.billed());
      expect(calls).toMatchObject([{ outcome: 'aborted' }]);
    });

    test('that is silent loses its connection when nobody wants the answer', async () => {
      const { ask, server } = await start();
      server.plan(() => ({ kind: 'silence' }));
      const controller = new AbortController();
      const asked = ask({}, { signal: controller.signal });
      await expect.poll(() => server.openConnections()).toBe(1);
      controller.abort(new Error('stopped'));
      await expect(asked).rejects.toThrow('stopped');
      await expect.poll(() => server.openConnections()).toBe(0);
    });
  });
});

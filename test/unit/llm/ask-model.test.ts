import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import type { ProviderChoice } from '../../../src/llm/choose-providers.ts';
import { BUILT_IN_PROMPTS } from '../../../src/llm/prompts.ts';
import { loadTokenCounter } from '../../../src/llm/token-counter.ts';
import { FAKE_PRICES, type Fate, startFakeProvider } from '../../support/fake-provider.ts';
import { startModelStep } from '../../support/model-step.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });
beforeAll(async () => {
  await loadTokenCounter('o200k_base');
});

const mock = (): readonly ProviderChoice[] => [
  { kind: 'mock', provider: 'mock', model: 'mock-word-overlap', isRemote: false },
];

let aheadMs = 0;
const movableClock = { now: systemClock.now, monotonic: () => systemClock.monotonic() + aheadMs };

/** Answers with these contents, one after the other. */
function contents(...given: readonly unknown[]): (request: { readonly index: number }) => Fate {
  return ({ index }) => ({ kind: 'answer', content: given[Math.min(index, given.length - 1)] });
}
const picked = (id: string) => ({ id, slots: [], at: null });
const pick = (id: string) => ({ kind: 'action', picks: [picked(id)], confidence: 0.9 });

describe.each([
  ["OpenAI's wire", undefined],
  ['the mock', mock],
])('a model over %s', (_, choices) => {
  const start = () => startModelStep(choices ? { choices } : {});

  test('answers with an action of the list, and tells what it took', async () => {
    const { ask, purse, calls } = await start();
    const answer = await ask('zapal kinkiet w salonie na 40');
    expect(answer).toMatchObject({
      kind: 'answer',
      meaning: {
        status: 'recognized',
        kind: 'action',
        actions: [
          {
            intent: 'light.turn_on',
            entities: { area: 'salon', entity_id: 'light.kinkiet', brightness_pct: 40 },
          },
        ],
        requiresConfirmation: false,
      },
      use: { promptVersion: BUILT_IN_PROMPTS.version, cost: purse.spent() },
    });
    expect(answer.use?.promptTokens).toBeGreaterThan(100);
    expect(calls).toMatchObject([{ outcome: 'answered', tries: 1, cost: purse.spent() }]);
    expect(purse.open()).toBe(0);
  });

  test('answers a question with a question', async () => {
    const { ask } = await start();
    expect(await ask('kuchnia light state?')).toMatchObject({
      meaning: { kind: 'query', query: { intent: 'light.get_state', entities: { area: 'kuchnia' } } },
    });
  });

  test('answers several things in the order they were said', async () => {
    const { ask } = await start();
    expect(await ask('zapal kuchnia i zapal kinkiet')).toMatchObject({
      meaning: { actions: [{ entities: { area: 'kuchnia' } }, { entities: { area: 'salon' } }] },
    });
  });

  test('says in our words that it did not understand', async () => {
    const { ask } = await start();
    expect(await ask('xyzzy')).toMatchObject({
      meaning: { status: 'unclear', responseText: 'Nie rozumiem.' },
    });
  });

  test.for([
    ['pl', 'zgaś kinkiet o dziewiątej'],
    ['pl', 'zgaś kinkiet za dziesięć minut'],
    ['en', 'kinkiet off at nine'],
    ['en', 'kinkiet off in ten minutes'],
  ])('does nothing now that was asked for later (%s: "%s")', async ([language = '', text = '']) => {
    const { ask, purse } = await start();
    const answer = await ask({ utterance: { text, language } });
    expect(answer).toMatchObject(
      choices ? { meaning: { status: 'unclear' } } : { kind: 'pass', reason: 'invalid_output' },
    );
    expect(purse.expenses).toHaveLength(2);
  });

  test('gives up at once when nobody wants the answer any more', async () => {
    const { ask, purse } = await start();
    const reason = new Error('stopped');
    await expect(ask({}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(purse.expenses).toEqual([]);
  });

  test.each(['budget_exceeded', 'ledger_unavailable'] as const)(
    'is not asked when it is %s',
    async (verdict) => {
      const { ask, purse, server } = await start();
      purse.answer(verdict);
      expect(await ask()).toEqual({ kind: 'pass', reason: verdict });
      expect(server.requests).toEqual([]);
    },
  );

  test('is not asked without candidates, nor about what is too long to be an order', async () => {
    const { ask, purse } = await start();
    expect(await ask({ candidates: [] })).toEqual({ kind: 'pass' });
    expect(await ask('a '.repeat(300))).toEqual({ kind: 'pass' });
    expect(purse.expenses).toEqual([]);
  });
});

describe('a request', () => {
  test('holds the fixed part, the schema and a limit', async () => {
    const { ask, server } = await startModelStep();
    await ask();
    await ask('zapal światło w kuchni');
    const [first, second] = server.requests;
    expect(first?.body).toMatchObject({
      model: 'gpt-4.1-mini',
      max_tokens: 300,
      temperature: 0,
      response_format: { type: 'json_schema', json_schema: { strict: true } },
    });
    expect(second?.body.messages[0]).toEqual(first?.body.messages[0]);
    expect(second?.body.response_format).toEqual(first?.body.response_format);
    expect(first?.headers['authorization']).toBe('Bearer sk-secret');
  });

  test('goes over a connection that stays', async () => {
    const { ask, server } = await startModelStep();
    for (let call = 1; call <= 6; call += 1) {
      await ask();
      await sleep(5);
    }
    expect(server.connections()).toBe(1);
  });

  test('of a model that reasons takes other fields', async () => {
    const { ask, server } = await startModelStep({
      choices: (baseUrl) => [
        {
          kind: 'openai wire',
          provider: 'openai',
          model: 'gpt-5-mini',
          accounts: [{ name: '', baseUrl, apiKey: 'k', weight: 1 }],
          isRemote: true,
        },
      ],
    });
    await ask();
    const { body } = server.requests[0] ?? {};
    expect(body).toMatchObject({ max_completion_tokens: 300, reasoning_effort: 'minimal' });
    expect(body).not.toHaveProperty('temperature');
    expect(body).not.toHaveProperty('max_tokens');
  });

  test('takes the settings of its kind of prompt, and reserves for them', async () => {
    const { ask, server, purse } = await startModelStep({
      settings: {
        templates: { recognise: { max_tokens: 200 }, repair: { temperature: 0.7, max_tokens: 500 } },
      },
    });
    server.plan(contents('no JSON', pick('c1')));
    await ask();
    expect(server.requests.map(({ body }) => [body.max_tokens, body['temperature']])).toEqual([
      [200, 0],
      [500, 0.7],
    ]);
    const [first, second] = purse.expenses.map(({ atMost }) => atMost);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(300 * FAKE_PRICES.completion);
  });

  test('leaves out what the server does not know, and remembers it', async () => {
    const { ask, server, purse } = await startModelStep();
    server.plan(({ body }) => {
      const refused = (message: string): Fate => ({ kind: 'status', status: 400, error: { message } });
      if (body.response_format?.type === 'json_schema')
        return refused("'response_format' of this type is not supported");
      if (body.max_tokens !== undefined) return refused("Unsupported parameter: 'max_tokens'");
      return body['temperature'] === undefined ? undefined : refused("'temperature' does not support 0");
    });
    expect(await ask()).toMatchObject({ kind: 'answer' });
    expect(server.requests).toHaveLength(4);
    expect(server.requests[3]?.body.messages[0]?.content).toContain('JSON like this');
    expect(await ask()).toMatchObject({ kind: 'answer' });
    expect(server.requests).toHaveLength(5);
    expect(purse.expenses).toHaveLength(2);
    expect(purse.spent()).toBe(server.billed());
  });

  test('that may have been billed before it was refused is no part of the next one, which has money of its own', async () => {
    const { ask, server, purse } = await startModelStep({ settings: { retries: 1 } });
    const error = { message: 'temperature is odd', type: null };
    server.plan(({ body }) =>
      body['temperature'] === undefined ? undefined : { kind: 'status', status: 400, error, isBilled: true },
    );
    expect(await ask()).toMatchObject({ kind: 'answer' });
    expect(server.requests).toHaveLength(2);
    expect(purse.expenses).toHaveLength(2);
    expect(purse.spent()).toBeGreaterThanOrEqual(server.billed());
    // What was learnt is kept.
    expect(await ask()).toMatchObject({ kind: 'answer' });
    expect(server.requests).toHaveLength(3);
  });

  test('sends no words of a room that keeps them at home to a remote model', async () => {
    const { ask, server } = await startModelStep();
    expect(await ask({ staysHome: true })).toEqual({ kind: 'pass', reason: 'no_provider' });
    expect(server.requests).toEqual([]);
  });
});

describe('a reply of no use', () => {
  test.for([
    ['pl', 'nie włączaj kinkietu w salonie'],
    ['pl', 'czy kinkiet w salonie jest włączony'],
    ['en', "don't turn on the wall light"],
    ['en', 'is the wall light on'],
  ])(
    'is an action or a choice of actions where none was ordered (%s: "%s")',
    async ([language = '', text = '']) => {
      const { ask, server, purse } = await startModelStep();
      server.plan(
        contents(pick('c1'), { ...pick('c1'), kind: 'ambiguous', picks: ['c1', 'c3'].map(picked) }),
      );
      expect(await ask({ utterance: { text, language } })).toMatchObject({
        kind: 'pass',
        reason: 'invalid_output',
        use: { cost: purse.spent() },
      });
      expect(server.requests).toHaveLength(2);
      expect(server.requests[1]?.body.messages.at(-1)?.content).toContain('Nothing was ordered');
      server.plan(contents({ ...pick('c4'), kind: 'query' }));
      expect(await ask({ utterance: { text, language } })).toMatchObject({ meaning: { kind: 'query' } });
    },
  );

  test.for([
    ['pl', 'zgaś kinkiet w salonie', 'c1', 'c2', 'light.turn_off'],
    ['en', 'turn the wall light on', 'c2', 'c1', 'light.turn_on'],
  ])(
    'is the opposite of what was said (%s: "%s")',
    async ([language = '', text = '', turned = '', right = '', intent]) => {
      const { ask, server } = await startModelStep();
      server.plan(contents(pick(turned), pick(right)));
      expect(await ask({ utterance: { text, language } })).toMatchObject({
        meaning: { actions: [{ intent }] },
      });
      expect(server.requests[1]?.body.messages.at(-1)?.content).toContain('the opposite of what was said');
      server.plan(contents(pick(turned)));
      expect(await ask({ utterance: { text, language } })).toMatchObject({
        kind: 'pass',
        reason: 'invalid_output',
      });
    },
  );
});

test.for([
  ['action', 'c1'],
  ['query', 'c4'],
  ['ambiguous', 'c1', 'c3'],
] as const)(
  'what a model is less sure of than the threshold, nobody understood (%s)',
  async ([kind, ...ids]) => {
    const { ask, server } = await startModelStep({ threshold: 0.6 });
    const sure = (confidence: number) => ({ kind, picks: ids.map(picked), confidence });
    server.plan(contents(sure(0.01), sure(0.59), sure(0.6)));
    const question = { utterance: { text: kind === 'query' ? 'kuchnia?' : 'zapal światło', language: 'pl' } };
    for (const confidence of [0.01, 0.59]) {
      const answer = await ask(question);
      expect(answer).toMatchObject({
        meaning: { status: 'unclear', responseText: 'Nie rozumiem.', confidence },
      });
      expect(answer).not.toHaveProperty('meaning.candidates');
    }
    expect(await ask(question)).toMatchObject({
      meaning: { status: kind === 'ambiguous' ? 'ambiguous' : 'recognized' },
    });
  },
);

describe('a time', () => {
  const at = (time: string | null, ...ids: readonly string[]) => ({
    kind: 'action',
    picks: ids.map((id) => ({ ...picked(id), at: time })),
    confidence: 0.9,
  });
  const later = '2026-11-21T21:00';

  test.for([
    ['pl', 'zgaś kinkiet o dziewiątej wieczorem'],
    ['pl', 'zgaś kinkiet za osiem godzin'],
    ['en', 'turn off the wall light at nine pm'],
    ['en', 'turn off the wall light in eight hours'],
  ])('that was said and left out is asked for once more (%s: "%s")', async ([language = '', text = '']) => {
    const { ask, server } = await startModelStep();
    server.plan(contents(at(null, 'c2'), at(later, 'c2')));
    expect(await ask({ utterance: { text, language } })).toMatchObject({
      meaning: { actions: [{ intent: 'light.turn_off', at: '2026-11-21T21:00:00+01:00' }] },
    });
    expect(server.requests[1]?.body.messages.at(-1)?.content).toContain('asked for later');
    server.plan(contents(at(null, 'c2')));
    expect(await ask({ utterance: { text, language } })).toMatchObject({
      kind: 'pass',
      reason: 'invalid_output',
    });
  });

  test.for([
    ['pl', 'zgaś kinkiet'],
    ['pl', 'zgaś kinkiet jak wyjdę'],
    ['en', 'turn off the wall light'],
    ['en', 'turn off the wall light if it is cold'],
  ])('that nobody said is refused (%s: "%s")', async ([language = '', text = '']) => {
    const { ask, server } = await startModelStep();
    server.plan(contents(at(later, 'c2')));
    expect(await ask({ utterance: { text, language } })).toMatchObject({ reason: 'invalid_output' });
    expect(server.requests[1]?.body.messages.at(-1)?.content).toContain('No time was said');
  });
});

describe('a provider that refuses everything until somebody does something', () => {
  const refusing = (status: number): Fate => ({ kind: 'status', status });

  test.each([401, 402, 403, 404])(
    'is asked once a minute, and again as soon as that helped (%i)',
    async (status) => {
      const { ask, model, server, told } = await startModelStep({ clock: movableClock });
      server.plan(() => refusing(status));
      for (const _ of Array(5)) {
        expect(await ask()).toMatchObject({ kind: 'pass', reason: 'provider_error' });
      }
      expect(server.requests).toHaveLength(1);
      expect(model.providers()).toMatchObject([{ state: 'misconfigured' }]);

      aheadMs += 60_000;
      const again = await Promise.all([ask(), ask(), ask()]);
      expect(again.map(({ kind }) => kind)).toEqual(['pass', 'pass', 'pass']);
      expect(server.requests).toHaveLength(2);

      aheadMs += 60_000;
      server.plan(() => undefined);
      expect(await ask()).toMatchObject({ kind: 'answer' });
      expect(await ask()).toMatchObject({ kind: 'answer' });
      expect(model.providers()).toMatchObject([{ state: 'closed' }]);
      expect(told.filter((event) => event.startsWith('problem'))).toHaveLength(1);
    },
  );

  test('leaves all its time to the next one', async () => {
    const { ask, server, calls } = await startModelStep({
      choices: (baseUrl) =>
        ['gpt-4.1-mini', 'gpt-4o-mini'].map((model) => ({
          kind: 'openai wire',
          provider: 'openai',
          ...{
            model,
            accounts: [{ name: '', baseUrl, apiKey: 'k', weight: 1 }],
            isRemote: true,
          },
        })),
    });
    server.plan(({ body }) => (body.model === 'gpt-4.1-mini' ? refusing(401) : undefined));
    for (const _ of Array(3)) {
      expect(await ask()).toMatchObject({ kind: 'answer', use: { model: 'gpt-4o-mini' } });
    }
    expect(calls.map(({ model }) => model)).toEqual(['gpt-4.1-mini', ...Array(3).fill('gpt-4o-mini')]);
  });

  test('is not one that refused what was said', async () => {
    const { ask, server } = await startModelStep();
    server.plan(({ index }) => (index === 0 ? refusing(422) : undefined));
    expect(await ask()).toMatchObject({ kind: 'pass', reason: 'provider_error' });
    expect(await ask()).toMatchObject({ kind: 'answer' });
  });
});

describe('the breaker', () => {
  const impatient = { retries: 0, breaker: { failures: 5, open_ms: 1000 } };

  test('opens after five failed calls, keeps the sixth off the network, and closes by itself', async () => {
    const { ask, server, told, model } = await startModelStep({ settings: { ...impatient, retries: 1 } });
    server.plan(() => ({ kind: 'status', status: 503 }));
    for (let call = 1; call <= 5; call += 1) {
      expect(await ask()).toMatchObject({ kind: 'pass', reason: 'provider_error' });
    }
    expect(server.requests).toHaveLength(10);
    expect(model.providers()).toMatchObject([{ state: 'open' }]);
    expect(await ask()).toEqual({ kind: 'pass', reason: 'circuit_open', isTrouble: true });
    expect(server.requests).toHaveLength(10);

    server.plan(() => undefined);
    await sleep(1050);
    expect(await ask()).toMatchObject({ kind: 'answer' });
    expect(told).toEqual(['breaker openai open', 'breaker openai half_open', 'breaker openai closed']);
  });

  test('lets one try, and nobody waits for it', async () => {
    const { ask, server } = await startModelStep({ settings: impatient });
    server.plan(() => ({ kind: 'reset' }));
    for (let call = 1; call <= 5; call += 1) await ask();
    await sleep(1050);
    let finish = false;
    server.plan(() => ({ kind: 'answer', delayMs: 300 }));
    const probe = ask().then((answer) => {
      finish = true;
      return answer;
    });
    const others = await Promise.all([ask(), ask(), ask()]);
    expect(others).toEqual(others.map(() => ({ kind: 'pass', reason: 'circuit_open', isTrouble: true })));
    expect(finish).toBe(false);
    expect(await probe).toMatchObject({ kind: 'answer' });
    expect(server.requests).toHaveLength(6);
  });

  test('stays open when the try fails too', async () => {
    const { ask, server, model } = await startModelStep({ settings: impatient });
    server.plan(() => ({ kind: 'reset' }));
    for (let call = 1; call <= 5; call += 1) await ask();
    await sleep(1050);
    expect(await ask()).toMatchObject({ reason: 'provider_error' });
    expect(model.providers()).toMatchObject([{ state: 'open' }]);
    expect(await ask()).toMatchObject({ reason: 'circuit_open' });
  });

  test('learns nothing from a try that was broken off: the next call may try at once', async () => {
    const { ask, server, model } = await startModelStep({ settings: impatient });
    server.plan(() => ({ kind: 'reset' }));
    for (let call = 1; call <= 5; call += 1) await ask();
    await sleep(1050);
    server.plan(() => ({ kind: 'silence' }));
    await expect(ask({}, { signal: AbortSignal.timeout(50) })).rejects.toThrow();
    expect(model.providers()).toMatchObject([{ state: 'open' }]);
    server.plan(() => undefined);
    expect(await ask()).toMatchObject({ kind: 'answer' });
    expect(model.providers()).toMatchObject([{ state: 'closed' }]);
  });

  test.each<[string, Fate]>([
    ['refused', { kind: 'status', status: 400 }],
    ['limited', { kind: 'status', status: 429 }],
  ])('does not count calls that were %s', async (_, fate) => {
    const { ask, server, model } = await startModelStep({ settings: impatient });
    server.plan(() => fate);
    for (let call = 1; call <= 7; call += 1) await ask();
    expect(server.requests).toHaveLength(7);
    server.plan(() => undefined);
    expect(await ask()).toMatchObject({ kind: 'answer' });
    expect(model.providers()).toMatchObject([{ state: 'closed' }]);
  });

  test('does not count calls that we broke off, nor those that began too late', async () => {
    const { ask, server, model } = await startModelStep({ settings: impatient });
    server.plan(() => ({ kind: 'silence' }));
    for (let call = 1; call <= 6; call += 1) {
      await expect(ask({}, { signal: AbortSignal.timeout(20) })).rejects.toThrow();
      expect(await ask({}, { withinMs: 50 })).toMatchObject({ reason: 'timeout' });
    }
    expect(model.providers()).toMatchObject([{ state: 'closed' }]);
  });

  test('counts an utterance once, however many models of the provider it was taken to', async () => {
    const { ask, server, model } = await startModelStep({
      settings: impatient,
      choices: (baseUrl) =>
        ['gpt-4.1-mini', 'gpt-4o-mini', 'gpt-4.1'].map((name) => ({
          kind: 'openai wire',
          provider: 'openai',
          model: name,
          accounts: [{ name: '', baseUrl, apiKey: 'k', weight: 1 }],
          isRemote: true,
        })),
    });
    server.plan(() => ({ kind: 'status', status: 503 }));
    for (let call = 1; call <= 4; call += 1) await ask();
    expect(server.requests).toHaveLength(12);
    expect(model.providers()).toMatchObject(Array(3).fill({ state: 'closed' }));
    await ask();
    // The first model of the fifth utterance opens it.
    expect(server.requests).toHaveLength(13);
    expect(model.providers()).toMatchObject(Array(3).fill({ state: 'open' }));
  });

  test.each([-1, 1])('does not go by a wall clock that somebody set (%i hours)', async (hours) => {
    let ahead = 0;
    const clock = { now: systemClock.now, monotonic: () => systemClock.monotonic() + ahead };
    const { ask, server, model } = await startModelStep({
      settings: { ...impatient, breaker: { failures: 2, open_ms: 60_000 } },
      clock,
    });
    server.plan(() => ({ kind: 'status', status: 503 }));
    await ask();
    await ask();
    const wall = vi
      .spyOn(Date, 'now')
      .mockImplementation(() => systemClock.monotonic() + performance.timeOrigin + hours * 3_600_000);
    onTestFinished(() => {
      wall.mockRestore();
    });
    server.plan(() => undefined);
    expect(await ask()).toEqual({ kind: 'pass', reason: 'circuit_open', isTrouble: true });
    ahead = 60_000;
    expect(await ask()).toMatchObject({ kind: 'answer' });
    expect(model.providers()).toMatchObject([{ state: 'closed' }]);
  });

  test('counts failures in a row only', async () => {
    const { ask, server, model } = await startModelStep({ settings: impatient });
    server.plan(({ index }) => (index % 5 === 4 ? undefined : { kind: 'status', status: 500 }));
    for (let call = 1; call <= 14; call += 1) await ask();
    expect(model.providers()).toMatchObject([{ state: 'closed' }]);
    expect(server.requests).toHaveLength(14);
  });
});

describe('many at once', () => {
  test('wait for a place within their deadline, and leave when they are let go', async () => {
    const { ask, server } = await startModelStep({ settings: { concurrency: 2 } });
    server.plan(() => ({ kind: 'answer', delayMs: 300 }));
    const controller = new AbortController();
    const first = [ask(), ask()];
    const patient = ask();
    const hasty = ask({}, { withinMs: 100 });
    const gone = ask({}, { signal: controller.signal });
    controller.abort(new Error('stopped'));
    await expect(gone).rejects.toThrow('stopped');
    expect(await hasty).toEqual({ kind: 'pass', reason: 'queue_full' });
    expect(await Promise.all([...first, patient])).toMatchObject(Array(3).fill({ kind: 'answer' }));
    expect(server.requests).toHaveLength(3);
    expect(await ask()).toMatchObject({ kind: 'answer' });
  });
});

test('every try is told of, and nothing that was never made', async () => {
  const { ask, server } = await startModelStep({ settings: { concurrency: 1 } });
  let tries = 0;
  const tried = (): void => {
    tries += 1;
  };
  server.plan(({ index }) =>
    index === 0 ? { kind: 'status', status: 500 } : { kind: 'answer', delayMs: 200 },
  );
  const first = ask({}, { tried });
  await expect(ask({}, { tried, signal: AbortSignal.timeout(50) })).rejects.toThrow();
  await first;
  expect([tries, server.requests.length]).toEqual([2, 2]);
});

test('nothing is sent before it is allowed, and what was set aside is free again where it is not', async () => {
  const { ask, server, purse } = await startModelStep();
  const { promise: allowed, resolve } = Promise.withResolvers<boolean>();
  const asked = ask({}, { allowed });
  await expect.poll(() => purse.open()).toBe(1);
  expect(server.requests).toHaveLength(0);
  resolve(true);
  expect(await asked).toMatchObject({ kind: 'answer' });

  const refused = await ask({}, { allowed: Promise.resolve(false) });
  expect(refused).toEqual({ kind: 'pass', reason: 'rate_limited' });
  expect(server.requests).toHaveLength(1);
  expect(purse.open()).toBe(0);
});

test('a defect after money was spent is told with what was spent', async () => {
  const { ask, purse, calls } = await startModelStep({
    targetOf: () => {
      throw new Error('a defect');
    },
  });
  await expect(ask()).rejects.toThrow('a defect');
  expect(purse.spent()).toBeGreaterThan(0);
  expect(calls).toMatchObject([{ outcome: 'provider_error', cost: purse.spent() }]);
});

describe('a connection', () => {
  /** Takes connections and says nothing, as where a TLS handshake hangs. */
  async function aDeafServer(): Promise<string> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const sockets = new Set<Socket>();
    server.on('connection', (socket) => sockets.add(socket));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  }
  const at = (baseUrl: string) => (): readonly ProviderChoice[] => [
    {
      kind: 'openai wire',
      provider: 'openai',
      model: 'gpt-4.1-mini',
      accounts: [{ name: '', baseUrl, apiKey: 'k', weight: 1 }],
      isRemote: true,
    },
  ];

  test.each([
    ['by the time a connection may take', { timeout_ms: 300 }, 2000, /provider_error|timeout/],
    ['by its try', { timeout_ms: 60_000 }, 200, /timeout/],
  ])('that does not come about costs nothing, given up %s', async (_, settings, withinMs, reason) => {
    const { ask, purse } = await startModelStep({
      settings: { ...settings, retries: 0 },
      choices: at(await aDeafServer()),
    });
    expect(await ask({}, { withinMs })).toEqual({
      kind: 'pass',
      reason: expect.stringMatching(reason),
      isTrouble: true,
      use: expect.objectContaining({ cost: 0 }),
    });
    expect([...purse.bills.values()]).toEqual([{ kind: 'free' }]);
  });

  test('that does not come about costs nothing, let go by who asked', async () => {
    const { ask, purse } = await startModelStep({ choices: at(await aDeafServer()) });
    await expect(ask({}, { signal: AbortSignal.timeout(100) })).rejects.toThrow();
    expect([...purse.bills.values()]).toEqual([{ kind: 'free' }]);
  });

  test('that stands may have carried the request: what is silent on it counts at its worst', async () => {
    const { ask, server, purse } = await startModelStep({ settings: { retries: 0 } });
    await ask();
    await sleep(20);
    const spent = purse.spent();
    server.plan(() => ({ kind: 'silence' }));
    expect(await ask({}, { withinMs: 300 })).toMatchObject({ kind: 'pass', reason: 'timeout' });
    expect(server.connections()).toBe(1);
    expect(purse.spent()).toBe(spent + (purse.expenses[1]?.atMost ?? Number.NaN));
  });
});

describe('several providers', () => {
  test('are asked in order within the deadline, and what all took is told', async () => {
    const second = await startFakeProvider();
    const { ask, server, purse, calls } = await startModelStep({
      settings: { retries: 0 },
      choices: (baseUrl) => [
        {
          kind: 'openai wire',
          provider: 'groq',
          model: 'llama',
          accounts: [{ name: '', baseUrl, apiKey: 'k', weight: 1 }],
          isRemote: true,
        },
        {
          kind: 'openai wire',
          provider: 'local',
          model: 'qwen',
          accounts: [{ name: '', baseUrl: second.url, weight: 1 }],
          isRemote: false,
        },
      ],
    });
    server.plan(() => ({ kind: 'status', status: 500 }));
    const answer = await ask();
    expect(answer).toMatchObject({
      kind: 'answer',
      use: { provider: 'local', model: 'qwen', cost: purse.spent() },
    });
    expect(calls.map(({ provider, outcome }) => `${provider} ${outcome}`)).toEqual([
      'groq provider_error',
      'local answered',
    ]);
    await second.close();
  });

  test('may be none', async () => {
    const { ask } = await startModelStep({ choices: () => [] });
    expect(await ask()).toEqual({ kind: 'pass', reason: 'no_provider' });
  });
});

import { join } from 'node:path';
import { INVALID_SPAN_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { afterEach, describe, expect, test } from 'vitest';
import type { Recognise } from '../../../src/intent/recognise.ts';
import type { FallbackReason, Meaning, Recognition, Source } from '../../../src/intent/recognition.ts';
import type { Transcript } from '../../../src/intent/transcript.ts';
import type { Utterance } from '../../../src/intent/utterance.ts';
import { collapse } from '../../../src/language/fold.ts';
import { loadHome } from '../../../src/lexicon/home-document.ts';
import { createPolicy } from '../../../src/policy/policy.ts';
import { createRecognise } from '../../../src/recognise/recognise.ts';
import type { Outcome, Resolver } from '../../../src/recognise/resolver.ts';
import { createUnclear } from '../../../src/recognise/rules-step.ts';
import { loadRules } from '../../../src/rules/load-rules.ts';
import { recordSpans } from '../../support/recorded-spans.ts';
import { rulesResolver } from '../../support/rules-resolver.ts';

const root = join(import.meta.dirname, '../../..');
const home = await loadHome(join(root, 'config/home.yaml'));
const rules = rulesResolver({ rules: await loadRules(join(root, 'config/intents.yaml')), home });
const decide = createPolicy({
  rules: [
    { action: 'lock.*', decision: 'confirm' },
    { action: 'siren.*', decision: 'deny' },
  ],
  things: () => [],
  wallClock: () => 0,
});

const nobody = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
const { signal } = new AbortController();

const heard = (text: string): Transcript => ({ text, frameId: 'f1', language: 'pl', room: 'salon' });

const doing = (intent: string): Meaning => ({
  status: 'recognized',
  kind: 'action',
  actions: [{ intent, entities: {} }],
  confidence: 0.9,
  requiresConfirmation: false,
});

/** A step that says the same whatever it is asked, and tells whether it was asked. */
function step(
  source: Source,
  outcome: Outcome | (() => Outcome | Promise<Outcome>),
): Resolver & { asked: number } {
  const resolver = {
    source,
    asked: 0,
    resolve() {
      resolver.asked += 1;
      return typeof outcome === 'function' ? outcome() : outcome;
    },
  };
  return resolver;
}

const answer = (source: Source, intent = 'light.turn_on') =>
  step(source, { kind: 'answer', meaning: doing(intent), explanation: `found by ${source}` });
const pass = (source: Source, reason?: FallbackReason) =>
  step(source, { kind: 'pass', ...(reason && { reason }) });

/** The path through these steps, with everything beside them real. */
function path(...resolvers: Resolver[]): Recognise {
  return createRecognise({
    normalise: ({ text, language, room }) => ({ text: collapse(text), language, ...(room && { room }) }),
    resolvers,
    decide: (meaning, { language }) => decide(meaning, { language, now: 0 }),
    unclear: createUnclear(() => 'Nie rozumiem.'),
    deadlineMs: 2500,
    clock: { now: () => 0, monotonic: () => 1000 },
  });
}

const recognise = (resolvers: Resolver[], text = 'zapal światło') =>
  path(...resolvers)(heard(text), { signal, span: nobody, mayWait: true });

describe('the path of a transcript', () => {
  test('asks one step after the other until one answers, and none after that', async () => {
    const steps = [pass('cache'), answer('llm'), answer('rules', 'light.turn_off')] as const;
    expect(await recognise([...steps])).toEqual({
      meaning: doing('light.turn_on'),
      source: 'llm',
      explanation: 'found by llm',
    });
    expect(steps.map(({ asked }) => asked)).toEqual([1, 1, 0]);
  });

  test.each([false, true])('has nobody stand in where it had rather wait (at once: %j)', async (isAtOnce) => {
    const out: Outcome = { kind: 'pass', reason: 'circuit_open', retryAfterMs: 70 };
    const model = step('llm', isAtOnce ? out : async () => out);
    const behind = answer('rules');
    const understand = async (reason: string) =>
      path(
        pass('cache'),
        model,
        behind,
      )(heard('zapal światło'), {
        ...{ signal, span: nobody, mayWait: true },
        waitsFor: (passed) => passed.reason === reason,
      });
    await expect(understand('circuit_open')).rejects.toMatchObject({
      ...{ name: 'ModelUnavailable', reason: 'circuit_open', retryAfterMs: 70 },
    });
    expect(behind.asked).toBe(0);
    expect(await understand('timeout')).toMatchObject({ source: 'rules', fallbackReason: 'circuit_open' });
  });

  describe('where a model or the cache says that it did not understand', () => {
    const notUnderstood: Meaning = { status: 'unclear', confidence: 0.2, responseText: 'Nie rozumiem.' };
    const use = { provider: 'openai', model: 'm', promptVersion: 'v', promptTokens: 9, completionTokens: 3 };
    const spent = { use: { ...use, cachedTokens: 0, cost: 7 } };

    test('takes what the rules understood, and tells what the model cost', async () => {
      const model = step('llm', { kind: 'answer', meaning: notUnderstood, ...spent });
      expect(await recognise([model, rules])).toEqual({
        meaning: expect.objectContaining({
          actions: [{ intent: 'light.turn_on', entities: expect.anything() }],
        }),
        source: 'rules',
        explanation: expect.any(String),
        ...spent,
      });
    });

    test('asks nobody else who wants money for it', async () => {
      const kept = step('cache', { kind: 'answer', meaning: notUnderstood, saved: 7 });
      const model = answer('llm');
      expect(await recognise([kept, model, rules])).toMatchObject({ source: 'rules', saved: 7 });
      expect(await recognise([kept, model])).toMatchObject({ meaning: notUnderstood, source: 'cache' });
      expect(model.asked).toBe(0);
    });

    test.each([
      ['know nothing of it either', pass('rules')],
      [
        'are in doubt themselves',
        step('rules', { kind: 'answer', meaning: { ...notUnderstood, confidence: 1 } }),
      ],
      [
        'had to mend it first',
        step('rules', {
          kind: 'answer',
          meaning: { ...doing('light.turn_on'), isMended: true } as Meaning,
        }),
      ],
    ])('does not understand where the rules %s', async (_, last) => {
      const model = step('llm', { kind: 'answer', meaning: notUnderstood, ...spent });
      expect(await recognise([model, last])).toEqual({ meaning: notUnderstood, source: 'llm', ...spent });
    });

    test('lets policy have its say on what the rules understood', async () => {
      const model = step('llm', { kind: 'answer', meaning: notUnderstood });
      expect(await recognise([model, answer('rules', 'siren.turn_on')])).toMatchObject({
        meaning: { status: 'refused' },
        source: 'rules',
      });
    });
  });

  test('hands every step the words made ready, the room, the signal, and one deadline for all', async () => {
    const seen: { utterance: Utterance; signal: AbortSignal; deadline: number; mayWait: boolean }[] = [];
    const listening = (source: Source): Resolver => ({
      source,
      resolve(utterance, { signal: given, deadline, mayWait }) {
        seen.push({ utterance, signal: given, deadline, mayWait });
        return { kind: 'pass' };
      },
    });
    await recognise([listening('cache'), listening('llm')], '  Zapal \t  ŚWIATŁO ');
    const utterance = { text: 'Zapal ŚWIATŁO', language: 'pl', room: 'salon' };
    expect(seen).toEqual([
      { utterance, signal, deadline: 3500, mayWait: true },
      { utterance, signal, deadline: 3500, mayWait: true },
    ]);
    expect(seen.every((given) => given.signal === signal)).toBe(true);
  });

  test('answers without a promise where no step has to wait', () => {
    expect(recognise([pass('cache'), pass('llm', 'no_provider'), rules])).toMatchObject({
      meaning: { status: 'recognized', actions: [{ intent: 'light.turn_on', entities: { area: 'salon' } }] },
      source: 'rules',
      fallbackReason: 'no_provider',
      explanation: expect.any(String),
    });
  });

  test('mixes steps that wait with steps that do not, in any order', async () => {
    const later = (resolver: Resolver): Resolver => ({
      source: resolver.source,
      resolve: async (utterance, given) => resolver.resolve(utterance, given),
    });
    const orders = [
      [later(pass('cache')), pass('llm', 'timeout'), rules],
      [pass('cache'), later(pass('llm', 'timeout')), rules],
      [pass('cache'), later(pass('llm', 'timeout')), later(rules)],
    ];
    for (const order of orders) {
      const pending = recognise(order);
      expect(pending).toBeInstanceOf(Promise);
      expect(await pending).toMatchObject({ source: 'rules', fallbackReason: 'timeout' });
    }
  });

  test('is unclear when every step passes, and says so in words', async () => {
    expect(await recognise([pass('cache'), rules], 'opowiedz mi o teorii względności')).toEqual({
      meaning: { status: 'unclear', responseText: 'Nie rozumiem.' },
      source: 'none',
    });
    expect(await recognise([])).toMatchObject({ meaning: { status: 'unclear' }, source: 'none' });
  });

  test('survives a long row of steps that pass', async () => {
    const many = Array.from({ length: 1000 }, () => pass('cache'));
    expect(await recognise([...many, answer('rules')])).toMatchObject({ source: 'rules' });
  });
});

describe('the reason why a better step was passed over', () => {
  test.each<[string, Resolver[], FallbackReason | undefined]>([
    ['the one there is', [pass('cache'), pass('llm', 'budget_exceeded'), rules], 'budget_exceeded'],
    ['the first of several', [pass('cache', 'mode'), pass('llm', 'circuit_open'), rules], 'mode'],
    ['none where a step simply did not know', [pass('cache'), pass('llm'), rules], undefined],
    ['none for steps after the answer', [answer('cache'), pass('llm', 'timeout')], undefined],
    ['kept where nobody knows', [pass('llm', 'provider_error'), pass('rules')], 'provider_error'],
  ])('is %s', async (_what, steps, reason) => {
    const recognition: Recognition = await recognise(steps);
    expect(recognition.fallbackReason).toBe(reason);
    // Absent, so that it is no field of the output either.
    expect('fallbackReason' in recognition).toBe(reason !== undefined);
  });
});

describe('policy', () => {
  test.each<Source>(['cache', 'llm', 'rules'])('has the last word on what %s answered', async (source) => {
    expect(await recognise([answer(source, 'lock.unlock')])).toMatchObject({
      source,
      meaning: { requiresConfirmation: true, actions: [{ intent: 'lock.unlock' }] },
    });
    expect(await recognise([answer(source, 'siren.turn_on')])).toMatchObject({
      source,
      meaning: { status: 'refused' },
    });
  });

  test('is asked of what comes later, too', async () => {
    const later = step('llm', async () => ({ kind: 'answer', meaning: doing('lock.unlock') }));
    expect(await recognise([later])).toMatchObject({ meaning: { requiresConfirmation: true } });
  });

  test('decides on what the rules make of a real sentence', async () => {
    expect(await recognise([rules], 'otwórz drzwi wejściowe')).toMatchObject({
      meaning: { requiresConfirmation: true, actions: [{ intent: 'lock.unlock' }] },
    });
  });
});

describe('a step that fails', () => {
  const broken = new Error('a defect');

  test('ends the path with its error and asks nobody else', async () => {
    const rulesAfter = answer('rules');
    const throws = step('llm', () => {
      throw broken;
    });
    const rejects = step('llm', () => Promise.reject(broken));
    await expect(async () => recognise([throws, rulesAfter])).rejects.toBe(broken);
    await expect(recognise([rejects, rulesAfter])).rejects.toBe(broken);
    expect(rulesAfter.asked).toBe(0);
  });

  test('rejects rather than throws once an earlier step had to wait', async () => {
    const waits = step('cache', async () => ({ kind: 'pass' }));
    const throws = step('llm', () => {
      throw broken;
    });
    const pending = recognise([waits, throws]);
    expect(pending).toBeInstanceOf(Promise);
    await expect(pending).rejects.toBe(broken);
  });

  test('leaves the next transcript alone', async () => {
    let first = true;
    const flaky = step('llm', () => {
      if (!first) return { kind: 'pass', reason: 'provider_error' };
      first = false;
      throw broken;
    });
    const run = path(flaky, rules);
    expect(() => run(heard('zapal światło'), { signal, span: nobody, mayWait: true })).toThrow(broken);
    expect(await run(heard('zapal światło'), { signal, span: nobody, mayWait: true })).toMatchObject({
      source: 'rules',
    });
  });
});

describe('a transcript that nobody waits for any more', () => {
  test('gives up with the reason, and asks no further step', async () => {
    const stop = new AbortController();
    const waiting: Resolver = {
      source: 'llm',
      resolve: (_utterance, { signal: given }) =>
        new Promise((_resolve, reject) => {
          given.addEventListener('abort', () => reject(given.reason), { once: true });
        }),
    };
    const rulesAfter = answer('rules');
    const pending = path(waiting, rulesAfter)(heard('zapal światło'), {
      signal: stop.signal,
      span: nobody,
      mayWait: true,
    });
    const reason = new Error('the lease is gone');
    stop.abort(reason);
    await expect(pending).rejects.toBe(reason);
    expect(rulesAfter.asked).toBe(0);
  });
});

describe('the spans of a transcript', () => {
  afterEach(() => trace.disable());

  function recording() {
    const { provider, spans } = recordSpans();
    trace.setGlobalTracerProvider(provider);
    return { spans, span: provider.getTracer('test').startSpan('process voice:transcribed') };
  }

  test('are one for each step that was asked, all of them children of the processing', async () => {
    const { spans, span } = recording();
    const waits = step('llm', async () => ({ kind: 'pass', reason: 'timeout' }));
    await path(
      pass('cache'),
      waits,
      rules,
      answer('llm'),
    )(heard('zapal światło'), { signal, span, mayWait: true });
    const [parent, ...steps] = spans;
    expect(steps.map(({ name }) => name)).toEqual(['normalise', 'cache', 'llm', 'rules']);
    for (const { parent: above, context, ended, status } of steps) {
      expect(above).toEqual(parent?.context);
      expect(context.traceId).toBe(parent?.context.traceId);
      expect(ended).toBe(true);
      expect(status.code).toBe(SpanStatusCode.UNSET);
    }
    expect(parent?.ended).toBe(false);
  });

  test('last as long as the step they are about', async () => {
    const { spans, span } = recording();
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const pending = path(
      step('llm', () => promise),
      rules,
    )(heard('zapal światło'), { signal, span, mayWait: true });
    expect(spans.find(({ name }) => name === 'llm')?.ended).toBe(false);
    expect(spans.some(({ name }) => name === 'rules')).toBe(false);
    resolve({ kind: 'pass' });
    await pending;
    expect(spans.find(({ name }) => name === 'llm')?.ended).toBe(true);
  });

  test.each<[string, () => Promise<Outcome>]>([
    [
      'throws',
      () => {
        throw new Error('a defect');
      },
    ],
    ['rejects', () => Promise.reject(new Error('a defect'))],
  ])('tell of a step that %s, and end', async (_how, fail) => {
    const { spans, span } = recording();
    await expect(async () =>
      path(step('llm', fail))(heard('zapal'), { signal, span, mayWait: true }),
    ).rejects.toThrow();
    expect(spans.find(({ name }) => name === 'llm')).toMatchObject({
      ended: true,
      attributes: { 'error.type': 'Error' },
      status: { code: SpanStatusCode.ERROR, message: 'Error' },
    });
  });

  test('hold nothing of what was said', async () => {
    const { spans, span } = recording();
    await path(pass('cache'), rules)(heard('zapal światło w kuchni'), { signal, span, mayWait: true });
    expect(JSON.stringify(spans)).not.toMatch(/zapal|salon|kuchni/);
  });

  test('are not made where nobody records', async () => {
    const { spans } = recording();
    await path(pass('cache'), rules)(heard('zapal światło'), { signal, span: nobody, mayWait: true });
    expect(spans.map(({ name }) => name)).toEqual(['process voice:transcribed']);
  });
});

import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { createCache } from '../../../src/cache/cache.ts';
import { systemClock } from '../../../src/clock.ts';
import type { Utterance } from '../../../src/intent/utterance.ts';
import type { OriginLimits } from '../../../src/limits/origin-limits.ts';
import type { AskModel } from '../../../src/llm/ask-model.ts';
import { createModelResolver } from '../../../src/recognise/model-step.ts';
import { CANDIDATES } from '../../support/model-step.ts';
import { recordSpans } from '../../support/recorded-spans.ts';

const never = new AbortController().signal;
const UTTERANCE: Utterance = { text: 'zapal światło', frameId: 'f', language: 'pl', room: 'salon' };

/** A model step with such a model. @param enter lets everybody in by default. @param hasPlenty whether everybody has */
async function modelStep(
  ask: AskModel,
  enter: OriginLimits['enter'] = async () => ({ kind: 'permit', giveBack: () => undefined }),
  hasPlenty = true,
) {
  const cache = await createCache({
    mode: 'dedupe-only',
    lifetimes: () => ({ answer: 1000, confirmed: 0, unclear: 1000 }),
    local: { entries: 10, megabytes: 1 },
    areaOf: () => undefined,
    clock: systemClock,
    events: { trouble: () => undefined, recovered: () => undefined, corrupted: () => undefined },
  });
  return createModelResolver({
    ask,
    shortlist: () => CANDIDATES,
    context: {
      turnsOf: () => [],
      about: () => ({ now: 0, timeZone: 'UTC' }),
      originOf: ({ user }) => user ?? 'unknown',
    },
    limits: { enter, hasPlenty: () => hasPlenty },
    keyOf: () => ({ entry: 'a', call: 'a' }),
    cache: () => cache,
    joined: () => undefined,
    clock: systemClock,
  });
}

test('who joins a call that lasts longer than its own time goes on without it', async () => {
  const outcomes = { kind: 'pass', reason: 'timeout' } as const;
  const { promise, resolve } = Promise.withResolvers<typeof outcomes>();
  let calls = 0;
  const step = await modelStep(() => {
    calls += 1;
    return promise;
  });
  const span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
  const now = systemClock.monotonic();
  const context = { signal: never, span, mayWait: true };
  const first = step.resolve(UTTERANCE, { ...context, deadline: now + 60_000 });
  const second = await step.resolve(UTTERANCE, { ...context, deadline: now + 50 });
  expect(second).toEqual({ kind: 'pass', reason: 'timeout' });
  resolve(outcomes);
  expect(await first).toEqual(outcomes);
  expect(calls).toBe(1);
});

test('who joined a call says in its trace whose it was', async () => {
  const { provider, spans } = recordSpans();
  const tracer = provider.getTracer('test');
  const { promise, resolve } = Promise.withResolvers<{ kind: 'pass'; reason: 'provider_error' }>();
  const step = await modelStep(() => promise);
  const deadline = systemClock.monotonic() + 60_000;
  const outcomes = ['first', 'second'].map((name) =>
    step.resolve(UTTERANCE, { signal: never, span: tracer.startSpan(name), mayWait: true, deadline }),
  );
  resolve({ kind: 'pass', reason: 'provider_error' });
  await Promise.all(outcomes);
  const [first, second] = spans;
  expect(first?.links).toEqual([]);
  expect(second?.links).toEqual([first?.context]);
});

const use = {
  ...{ provider: 'openai', model: 'gpt-5-mini', promptVersion: 'v1', cost: 1 },
  ...{ promptTokens: 1, completionTokens: 1, cachedTokens: 0 },
};

test.each([
  ['a call that was not made', { kind: 'pass', reason: 'circuit_open' }, 1],
  ['a call that was made in vain', { kind: 'pass', reason: 'invalid_output', use }, 0],
  ['an answer', { kind: 'answer', meaning: { status: 'unclear', responseText: '' }, use }, 0],
] as const)('gives back what was taken for %s only where it was not made', async (_, answer, times) => {
  let given = 0;
  const step = await modelStep(
    async (_question, { tried }) => {
      if ('use' in answer) tried?.();
      return answer;
    },
    async () => ({
      kind: 'permit',
      giveBack: () => {
        given += 1;
      },
    }),
  );
  const span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
  const deadline = systemClock.monotonic() + 60_000;
  await step.resolve(UTTERANCE, { signal: never, span, mayWait: true, deadline });
  expect(given).toBe(times);
});

test.each([
  ['before anything was sent gives back what was taken', false, 1],
  ['after something was sent has asked', true, 0],
])('who hangs up %s', async (_, isSent, times) => {
  let given = 0;
  const step = await modelStep(
    async (_question, { tried, signal }) => {
      if (isSent) tried?.();
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    },
    async () => ({
      kind: 'permit',
      giveBack: () => {
        given += 1;
      },
    }),
  );
  const span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
  const caller = new AbortController();
  const deadline = systemClock.monotonic() + 60_000;
  const answer = step.resolve(UTTERANCE, { signal: caller.signal, span, mayWait: true, deadline });
  setImmediate(() => caller.abort(new Error('hung up')));
  await expect(answer).rejects.toThrow('hung up');
  await expect.poll(() => given).toBe(times);
});

test('nobody asks a model whose limit is reached, and nobody waits behind the limit of somebody else', async () => {
  let calls = 0;
  const step = await modelStep(
    async () => {
      calls += 1;
      return { kind: 'answer', meaning: { status: 'unclear', responseText: '' }, use };
    },
    // The guest waits for good; the stranger is refused.
    (origin) =>
      origin === 'guest'
        ? new Promise(() => undefined)
        : Promise.resolve(
            origin === 'stranger'
              ? { kind: 'rate_limited', endsInMs: 1500 }
              : { kind: 'permit', giveBack: () => undefined },
          ),
    false,
  );
  const span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
  const context = { signal: never, span, mayWait: true, deadline: systemClock.monotonic() + 50 };
  const [guest, stranger, anna] = await Promise.all(
    ['guest', 'stranger', 'anna'].map((user) => step.resolve({ ...UTTERANCE, user }, context)),
  );
  expect(guest).toEqual({ kind: 'pass', reason: 'timeout' });
  expect(stranger).toEqual({ kind: 'pass', reason: 'rate_limited', retryAfterMs: 1500 });
  expect(anna).toMatchObject({ kind: 'answer', use });
  expect(calls).toBe(1);
});

const REFUSED = { kind: 'rate_limited', endsInMs: 400 } as const;

test.each([
  ['who has plenty left is prepared for while leave is asked for', true, ['asked', 'leave', 'sent']],
  ['who is near a limit waits for leave first', false, ['leave', 'asked', 'sent']],
])('%s', async (_, hasPlenty, order) => {
  const happened: string[] = [];
  const step = await modelStep(
    async (_question, { allowed, tried }) => {
      happened.push('asked');
      if (await allowed) happened.push('sent');
      tried?.();
      return { kind: 'pass', reason: 'provider_error', use };
    },
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      happened.push('leave');
      return { kind: 'permit', giveBack: () => undefined };
    },
    hasPlenty,
  );
  const span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
  const deadline = systemClock.monotonic() + 60_000;
  await step.resolve(UTTERANCE, { signal: never, span, mayWait: true, deadline });
  expect(happened).toEqual(order);
});

test.each([true, false])(
  'who is refused is told when it may ask again (plenty left: %s)',
  async (hasPlenty) => {
    const step = await modelStep(
      async (_question, { allowed }) => {
        if (await allowed) throw new Error('it was refused');
        return { kind: 'pass', reason: 'rate_limited' };
      },
      async () => REFUSED,
      hasPlenty,
    );
    const span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    const deadline = systemClock.monotonic() + 60_000;
    const outcome = await step.resolve(UTTERANCE, { signal: never, span, mayWait: true, deadline });
    expect(outcome).toEqual({ kind: 'pass', reason: 'rate_limited', retryAfterMs: 400 });
  },
);

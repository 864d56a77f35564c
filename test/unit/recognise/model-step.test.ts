import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { createCache } from '../../../src/cache/cache.ts';
import { systemClock } from '../../../src/clock.ts';
import type { Utterance } from '../../../src/intent/utterance.ts';
import type { AskModel } from '../../../src/llm/ask-model.ts';
import { createModelResolver } from '../../../src/recognise/model-step.ts';
import { CANDIDATES } from '../../support/model-step.ts';

const never = new AbortController().signal;
const UTTERANCE: Utterance = { text: 'zapal światło', frameId: 'f', language: 'pl', room: 'salon' };

/** A model step whose model answers after its own deadline only. */
async function slowStep(ask: AskModel) {
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
    context: { turnsOf: () => [], about: () => ({ now: 0, timeZone: 'UTC' }) },
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
  const step = await slowStep(() => {
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

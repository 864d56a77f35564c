import { sleep } from '../waiting.ts';
import { replyByOverlap } from './overlap.ts';
import { ProviderFailure } from './provider-failure.ts';
import type { Wire } from './wire.ts';

/** How a provider that is none behaves. */
export interface MockSettings {
  readonly seed: number;
  /** Milliseconds until an answer. */
  readonly latency_ms: number;
  /** Milliseconds that it may take longer. */
  readonly jitter_ms: number;
  /** 0–1: share of tries that fail. */
  readonly error_rate: number;
  /** Failures come so many in a row. */
  readonly burst: number;
}

/**
 * Stands in for a provider, to try things out: answers by the words of the request and nothing else, claims no accuracy,
 * costs nothing. The same seed gives the same course of latencies and failures.
 */
export function createMockWire({ seed, latency_ms, jitter_ms, error_rate, burst }: MockSettings): Wire {
  const random = seeded(seed);
  // So that failures in bursts still are the share that was asked for.
  const begins = error_rate / (burst * (1 - error_rate) + error_rate);
  let failing = 0;

  return {
    prepare: ({ messages }) => ({
      async send(signal) {
        const latency = latency_ms + random() * jitter_ms;
        if (failing === 0 && random() < begins) failing = burst;
        const fails = failing > 0;
        if (fails) failing -= 1;
        signal.throwIfAborted();
        if (latency > 0) await sleep(latency, signal);
        if (fails) {
          throw new ProviderFailure(
            'mock: fails, as llm.mock.error_rate asks for',
            { kind: 'unavailable', retry: true, bill: 'free', isOutage: true },
            { cause: undefined },
          );
        }
        const text = JSON.stringify(replyByOverlap(messages));
        const length = messages.reduce((total, { content }) => total + Buffer.byteLength(content), 0);
        const usage = {
          promptTokens: Math.ceil(length / 4),
          cachedTokens: 0,
          completionTokens: Math.ceil(text.length / 4),
        };
        return { text, end: 'whole', usage };
      },
      drop: () => undefined,
    }),
  };
}

/** mulberry32: 32 bits of state, plenty for this. */
function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

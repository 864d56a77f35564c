import { setTimeout as sleep } from 'node:timers/promises';
import { redisErrorCode } from '../redis/script.ts';
import { unlessAborted } from '../waiting.ts';

/**
 * Errors after which what this process holds in memory no longer says what is pending: another replica owns the
 * stream, or the group is gone. The session ends and the next one starts from what Redis knows.
 */
const SESSION_ENDING = new Set(['LOST', 'NOGROUP', 'UNBLOCKED']);

const FIRST_DELAY_MS = 50;
const MAX_DELAY_MS = 2000;

/** Told about an operation that Redis refuses for now: memory is full, a key has the wrong type. */
export interface TroubleListener {
  readonly trouble: (operation: string, error: Error) => void;
  /** Told whenever an operation succeeds. */
  readonly recovered: (operation: string) => void;
}

/**
 * Goes on trying an operation that Redis refuses, until it succeeds: what is refused stays pending, nothing is
 * lost by waiting.
 *
 * @throws the error of Redis when it ends the session; the signal's reason when it is aborted
 */
export async function persist<Result>(
  run: () => Promise<Result>,
  { operation, signal, listener }: { operation: string; signal: AbortSignal; listener: TroubleListener },
): Promise<Result> {
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, MAX_DELAY_MS)) {
    signal.throwIfAborted();
    try {
      const result = await unlessAborted(run(), signal);
      listener.recovered(operation);
      return result;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Error) || SESSION_ENDING.has(redisErrorCode(error))) throw error;
      listener.trouble(operation, error);
    }
    await sleep(delayMs, undefined, { signal });
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { within } from './within.ts';

/** Calls somebody outside who wants to know. */
export interface Webhook {
  /** Off the path; never fails. */
  send(body: Readonly<Record<string, string>>): void;
  /** Waits for what is under way, for so many milliseconds at most, and gives up the rest. */
  close(limitMs: number): Promise<void>;
}

/** Milliseconds before each further try. */
const PAUSES_MS: readonly number[] = [1000, 5000, 25_000];
/** Calls under way at once; more are given up: thresholds are few. */
const MOST = 50;

/**
 * @param url where a JSON object is POSTed; what it answers is not read
 * @param timeoutMs of each try
 * @param failed told when a call is given up; the message holds no address, which may be a secret
 */
export function createWebhook({
  url,
  timeoutMs,
  pausesMs = PAUSES_MS,
  failed,
}: {
  readonly url: string;
  readonly timeoutMs: number;
  readonly pausesMs?: readonly number[];
  readonly failed: (error: Error) => void;
}): Webhook {
  const closing = new AbortController();
  const underway = new Set<Promise<void>>();

  async function call(body: string): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      const { problem, isLasting } = await tryOnce(body);
      closing.signal.throwIfAborted();
      if (problem === undefined) return;
      const pause = pausesMs[tries];
      if (isLasting || pause === undefined) {
        throw new Error(`${problem} (tried ${tries + 1} times); check budget.webhook.url`);
      }
      await sleep(pause, undefined, { signal: closing.signal, ref: false });
    }
  }

  async function tryOnce(body: string): Promise<{ problem?: string; isLasting?: boolean }> {
    try {
      const {
        ok,
        status,
        body: reply,
      } = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': 'llm-intent' },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(timeoutMs)]),
      });
      await reply?.cancel();
      if (ok) return {};
      return {
        problem: `it answered ${status}`,
        isLasting: status < 500 && status !== 429 && status !== 408,
      };
    } catch (error) {
      const { name, cause } = error as Error;
      const code = (cause as NodeJS.ErrnoException | undefined)?.code;
      return { problem: name === 'TimeoutError' ? `no answer within ${timeoutMs} ms` : (code ?? name) };
    }
  }

  return {
    send(body) {
      if (underway.size >= MOST) {
        failed(new Error(`${MOST} calls are under way already, so this one is not made`));
        return;
      }
      const one = call(JSON.stringify(body))
        .catch((error: unknown) => {
          failed(
            closing.signal.aborted
              ? new Error('it had not taken a call when the service stopped, and is not called again')
              : (error as Error),
          );
        })
        .finally(() => underway.delete(one));
      underway.add(one);
    },
    async close(limitMs) {
      const all = Promise.all(underway);
      await within(all, { ms: limitMs, signal: new AbortController().signal });
      closing.abort();
      await all;
    },
  };
}

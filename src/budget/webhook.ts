import { setTimeout as sleep } from 'node:timers/promises';

/** Calls somebody outside who wants to know. */
export interface Webhook {
  /** Off the path; never fails. */
  send(body: Readonly<Record<string, string>>): void;
  /** Gives up what is under way. */
  close(): void;
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
  let underway = 0;

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
      if (underway >= MOST) {
        failed(new Error(`${MOST} calls are under way already, so this one is not made`));
        return;
      }
      underway += 1;
      call(JSON.stringify(body))
        .catch((error: unknown) => {
          if (!closing.signal.aborted) failed(error as Error);
        })
        .finally(() => {
          underway -= 1;
        });
    },
    close: () => closing.abort(),
  };
}

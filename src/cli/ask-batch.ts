import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchLine, BatchResult } from './batch-file.ts';
import { CommandError, EXIT } from './command-context.ts';

/** How often a service that is busy is asked again. */
const TRIES = 10;
/** Seconds between two of these, at most, whatever it asks for. */
const LONGEST_WAIT = 30;

/**
 * Sends some lines to a running service. Yields what it answers, in their order, as it comes.
 *
 * @throws CommandError that says what to do; the signal's reason when it is aborted
 */
export async function* askBatch(
  lines: readonly BatchLine[],
  {
    url,
    token,
    concurrency,
    signal,
  }: {
    readonly url: string;
    readonly token: string | undefined;
    readonly concurrency: number;
    readonly signal: AbortSignal;
  },
): AsyncGenerator<BatchResult> {
  const body = lines.map(({ item }) => `${JSON.stringify(item)}\n`).join('');
  const response = await post(`${url}/intent/batch?concurrency=${concurrency}`, { body, token, signal });
  let answered = 0;
  let rest = '';
  const decoder = new TextDecoder();
  try {
    for await (const piece of response.body ?? []) {
      const written = (rest + decoder.decode(piece, { stream: true })).split('\n');
      rest = written.pop() ?? '';
      for (const text of written) {
        const { index: _, ...answer } = JSON.parse(text) as Readonly<Record<string, unknown>>;
        const line = lines[answered]?.line;
        if (line === undefined) throw new CommandError(`${url} answered more than it was asked`, EXIT.failed);
        answered += 1;
        yield { line, ...answer };
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CommandError) throw error;
    throw endedEarly(url, error);
  }
  if (answered < lines.length) throw endedEarly(url);
}

function endedEarly(url: string, cause?: unknown): CommandError {
  const error = new CommandError(`${url} stopped answering; the same command goes on from here`, EXIT.failed);
  error.cause = cause;
  return error;
}

async function post(
  address: string,
  { body, token, signal }: { readonly body: string; readonly token: string | undefined; signal: AbortSignal },
): Promise<Response> {
  const headers = {
    'content-type': 'application/x-ndjson',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  for (let tries = 1; ; tries += 1) {
    const response = await fetch(address, { method: 'POST', headers, body, signal }).catch(
      (error: unknown) => {
        signal.throwIfAborted();
        const reason =
          (error as Error).cause instanceof Error ? ((error as Error).cause as Error).message : error;
        throw new CommandError(
          `cannot reach ${new URL(address).origin}: ${reason}; is it running?`,
          EXIT.failed,
        );
      },
    );
    if (response.ok) return response;
    const isBusy = response.status === 429 || response.status === 503;
    const problem = (await response.json().catch(() => ({}))) as { readonly detail?: string };
    if (!isBusy || tries === TRIES) {
      const detail = problem.detail ?? 'it gave no reason';
      throw new CommandError(
        `${new URL(address).origin} refused (${response.status}): ${detail}`,
        EXIT.failed,
      );
    }
    const wait = Number(response.headers.get('retry-after')) || 1;
    await sleep(Math.min(wait, LONGEST_WAIT) * 1000, undefined, { signal });
  }
}

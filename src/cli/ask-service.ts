import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError, EXIT } from './command-context.ts';

/** How often a service that is busy is asked again. */
const TRIES = 10;
/** Seconds between two of these, at most, whatever it asks for. */
const LONGEST_WAIT = 30;

/** A running service, as it is reached. */
export interface ServiceAccess {
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Asks a running service over HTTP, again where it is busy.
 *
 * @param path behind its address
 * @param body lines of JSON to be posted; absent: it is only looked at
 * @returns an answer that is none of an error, or 404 where that may come
 * @throws CommandError that says what to do; the signal's reason when it is aborted
 */
export async function askService(
  { url, token, signal }: ServiceAccess,
  path: string,
  { body, mayBeMissing = false }: { readonly body?: string; readonly mayBeMissing?: boolean } = {},
): Promise<Response> {
  const { origin } = new URL(url);
  const headers = {
    ...(body !== undefined && { 'content-type': 'application/x-ndjson' }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const asked = { headers, signal, ...(body !== undefined && { method: 'POST', body }) };
  for (let tries = 1; ; tries += 1) {
    const response = await fetch(`${url}${path}`, asked).catch((error: unknown) => {
      signal.throwIfAborted();
      const { cause } = error as Error;
      const reason = cause instanceof Error ? cause.message : error;
      throw new CommandError(`cannot reach ${origin}: ${reason}; is it running?`, EXIT.failed);
    });
    if (response.ok || (mayBeMissing && response.status === 404)) return response;
    const isBusy = response.status === 429 || response.status === 503;
    const problem = (await response.json().catch(() => ({}))) as { readonly detail?: string };
    if (!isBusy || tries === TRIES) {
      const detail = problem.detail ?? 'it gave no reason';
      throw new CommandError(`${origin} refused (${response.status}): ${detail}`, EXIT.failed);
    }
    const wait = Number(response.headers.get('retry-after')) || 1;
    await sleep(Math.min(wait, LONGEST_WAIT) * 1000, undefined, { signal });
  }
}

import { askService, type ServiceAccess } from './ask-service.ts';
import { type BatchLine, type BatchResult, isWaiting } from './batch-file.ts';
import { CommandError, EXIT } from './command-context.ts';

/**
 * Looks what became of the lines of an earlier run that waited for a model.
 *
 * @param lines of the file that was asked
 * @param results by line
 * @param access and how many are looked for at a time
 * @returns what holds: what is completed has its answer, what failed or is no longer known is left out
 * @throws as `askService`
 */
export async function settleWaiting(
  lines: readonly BatchLine[],
  results: ReadonlyMap<number, BatchResult>,
  { concurrency, ...access }: ServiceAccess & { readonly concurrency: number },
): Promise<Map<number, BatchResult>> {
  const settled = new Map(results);
  const waiting = lines.filter(({ line }) => isWaiting(results.get(line)));
  for (let start = 0; start < waiting.length; start += concurrency) {
    await Promise.all(
      waiting.slice(start, start + concurrency).map(async ({ line, item }) => {
        const answer = await whatBecameOf(String(results.get(line)?.['queue_id']), access);
        if (answer === 'lost') settled.delete(line);
        // What waited is told without what was said.
        else if (answer !== 'waiting') settled.set(line, { line, transcript: item['text'], ...answer });
      }),
    );
  }
  return settled;
}

async function whatBecameOf(
  queueId: string,
  access: ServiceAccess,
): Promise<'waiting' | 'lost' | Readonly<Record<string, unknown>>> {
  const path = `/api/v1/status/${encodeURIComponent(queueId)}`;
  const response = await askService(access, path, { mayBeMissing: true });
  const told = (await response.json().catch((error: unknown) => {
    access.signal.throwIfAborted();
    // A 404 says enough.
    if (response.status === 404) return {};
    throw new CommandError(`${access.url}${path} is no status of a service: look at --url`, EXIT.failed, {
      cause: error,
    });
  })) as { readonly status?: unknown; readonly result?: unknown };
  if (response.status === 404) return 'lost';
  switch (told.status) {
    case 'queued':
    case 'processing':
      return 'waiting';
    case 'completed':
      return typeof told.result === 'object' && told.result !== null
        ? (told.result as Readonly<Record<string, unknown>>)
        : 'lost';
    case 'failed':
    case 'expired':
      return 'lost';
    default:
      throw new CommandError(
        `${access.url} calls a request that waits "${told.status}": is it of another release?`,
        EXIT.failed,
      );
  }
}

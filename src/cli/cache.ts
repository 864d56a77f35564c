import type { CacheStats } from '../cache/cache.ts';
import { loadConfig } from '../config/load.ts';
import { formatDollars } from '../intent/money.ts';
import { type CacheTools, openCacheTools } from '../tools.ts';
import { type CommandContext, CommandError, EXIT } from './command-context.ts';

/** Shows what the cache holds and what it was good for. */
export async function showCacheStats(
  { json = false }: { json?: boolean },
  context: CommandContext,
): Promise<void> {
  const stats = await withCache(context, (cache) => cache.stats());
  context.output.write(json ? `${JSON.stringify(toJson(stats))}\n` : `${toText(stats)}\n`);
}

/** Forgets every answer, in every replica. */
export async function clearCache(
  { json = false }: { json?: boolean },
  context: CommandContext,
): Promise<void> {
  const cleared = await withCache(context, (cache) => cache.clear(context.signal));
  context.output.write(json ? `${JSON.stringify({ cleared })}\n` : `${cleared} entries cleared\n`);
}

async function withCache<Result>(
  { environment, signal }: CommandContext,
  run: (cache: CacheTools) => Promise<Result>,
): Promise<Result> {
  const config = await loadConfig(environment);
  const { backend } = config.cache;
  if (backend === 'memory') {
    throw new CommandError(
      'the cache is in the memory of the service (cache.backend: memory); ask it: curl http://localhost:8005/api/v1/cache/stats',
      EXIT.failed,
    );
  }
  if (backend === 'redis' && config.redis.url === undefined) {
    throw new CommandError('set REDIS_URL to the Redis of the running service', EXIT.usage);
  }
  const cache = await openCacheTools(config, { signal });
  try {
    return await run(cache);
  } finally {
    await cache.close();
  }
}

type ShownStats = Pick<CacheStats, 'backend' | 'entries' | 'counts'>;

function toJson({
  backend,
  entries,
  counts: { saved, local, shared, joined, ...counts },
}: ShownStats): object {
  return { backend, entries, hits: { local, shared, joined }, ...counts, saved_usd: formatDollars(saved) };
}

function toText({ backend, entries, counts }: ShownStats): string {
  const { local, shared, joined, misses, stores, corrupted, saved } = counts;
  const asked = local + shared + misses;
  const share =
    asked === 0 ? 'nobody asked yet' : `${Math.round((100 * (local + shared)) / asked)} % of ${asked}`;
  const rows: readonly (readonly [string, string])[] = [
    ['entries', `${entries} (${backend})`],
    ['hits', `${local + shared} (${share}): ${local} in the process, ${shared} behind it`],
    ['joined', `${joined} calls under way`],
    ['misses', `${misses}`],
    ['stores', `${stores}`],
    ['unreadable', `${corrupted}`],
    ['saved', `$${formatDollars(saved)}`],
  ];
  return rows.map(([name, value]) => `${name.padEnd(12)}${value}`).join('\n');
}

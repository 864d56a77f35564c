import { loadConfig } from '../config/load.ts';
import { type Erased, eraseWords } from '../tools.ts';
import { type CommandContext, CommandError, EXIT } from './command-context.ts';

/** Erases what was said in a room, or by somebody, and tells what it cannot reach. */
export async function forgetConversation(
  { room, user, json = false }: { room?: string; user?: string; json?: boolean },
  { environment, output, errors, signal }: CommandContext,
): Promise<void> {
  if ((room === undefined) === (user === undefined)) {
    throw new CommandError('say whose words to forget: either --room or --user', EXIT.usage);
  }
  const config = await loadConfig(environment);
  if (config.redis.url === undefined) {
    throw new CommandError('set REDIS_URL to the Redis of the running service', EXIT.usage);
  }
  const whose = room === undefined ? { user: user ?? '' } : { room };
  const erased = await eraseWords(config, whose, { redisUrl: config.redis.url, signal });
  output.write(json ? `${JSON.stringify(asJson(erased))}\n` : `${asLines(erased)}\n`);
  for (const left of notReached(erased, config.cache.ttl_seconds)) errors.write(`${left}\n`);
  if (erased.inWork > 0) {
    throw new CommandError(
      `${erased.inWork} entries are in work, or tell what came of such: run this again in a moment`,
      EXIT.failed,
    );
  }
}

function asJson({ entries, inWork, ...erased }: Erased): object {
  const { turns, questions, requests, answers, cached, untold, plans } = erased;
  const ofStreams = Object.values(entries).reduce((sum, each) => sum + each, 0);
  const forgotten = turns + questions + requests + answers + ofStreams;
  return { forgotten, turns, questions, entries, requests, answers, cached, in_work: inWork, untold, plans };
}

function asLines({ turns, questions, entries, requests, answers, cached }: Erased): string {
  const lines: [name: string, many: number | undefined][] = [
    ['turns of talks', turns],
    ['questions', questions],
    ...Object.entries(entries).map(([stream, many]): [string, number] => [`entries of ${stream}`, many]),
    ['requests that waited for a model, or their answers', requests],
    ['answers kept for Idempotency-Key', answers],
    ["models' answers in the cache, of everybody", cached],
  ];
  return lines.flatMap(([name, many]) => (many === undefined ? [] : [`${many} ${name}`])).join('\n');
}

/** What may still hold words of theirs, and until when. */
function notReached({ cached, untold, plans }: Erased, cacheSeconds: number): string[] {
  const left = [
    "Redis's own files hold them until it writes them anew (redis-cli BGREWRITEAOF, BGSAVE), and backups as long as you keep these.",
  ];
  if (plans.length > 0) {
    left.push(
      `What they have planned stays, with what it is called: llm-intent bridge schedules cancel ${plans.join(' ')}`,
    );
  }
  if (cached === undefined) {
    left.push(
      `The cache is within the service's own memory: DELETE /api/v1/cache there; it forgets an answer ${cacheSeconds} s after it was given, or later where it was confirmed.`,
    );
  }
  if (untold.length > 0) {
    left.push(
      `Dead letters too large to be kept whole tell not whose they are: llm-intent dead-letters drop ${untold.join(' ')}`,
    );
  }
  return left;
}

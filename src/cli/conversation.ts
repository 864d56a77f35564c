import { loadConfig } from '../config/load.ts';
import { openTalkTools } from '../tools.ts';
import { type CommandContext, CommandError, EXIT } from './command-context.ts';

/** Erases what is remembered of what was said in a room, or by somebody. */
export async function forgetConversation(
  { room, user, json = false }: { room?: string; user?: string; json?: boolean },
  { environment, output, signal }: CommandContext,
): Promise<void> {
  if ((room === undefined) === (user === undefined)) {
    throw new CommandError('say whose words to forget: either --room or --user', EXIT.usage);
  }
  const config = await loadConfig(environment);
  if (config.redis.url === undefined) {
    throw new CommandError('set REDIS_URL to the Redis of the running service', EXIT.usage);
  }
  const talks = await openTalkTools(config, { redisUrl: config.redis.url, signal });
  let forgotten: number;
  try {
    forgotten = await talks.forget(room === undefined ? { user: user ?? '' } : { room }, signal);
  } finally {
    await talks.close();
  }
  const turns = forgotten === 1 ? '1 turn' : `${forgotten} turns`;
  output.write(json ? `${JSON.stringify({ forgotten })}\n` : `${turns} forgotten\n`);
}

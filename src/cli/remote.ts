import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { connectTools, type Tools } from '../tools.ts';
import { type CommandContext, CommandError, EXIT } from './command-context.ts';

/** Runs something with the Redis of a running service, and closes the connection behind it. */
export async function withTools<Result>(
  { environment, signal }: CommandContext,
  run: (tools: Tools, config: Config) => Promise<Result>,
): Promise<Result> {
  const config = await loadConfig(environment);
  if (config.redis.url === undefined) {
    throw new CommandError('set REDIS_URL to the Redis of the running service', EXIT.usage);
  }
  const tools = await connectTools(config, { redisUrl: config.redis.url, signal });
  try {
    return await run(tools, config);
  } finally {
    tools.close();
  }
}

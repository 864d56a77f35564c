import type { Redis } from 'ioredis';

type ScriptArgument = string | number | Buffer;

/**
 * A Lua script bound to a connection.
 *
 * @throws the error the script raised, its code the first word of the message
 */
export type BoundScript = (keys: readonly string[], values: readonly ScriptArgument[]) => Promise<unknown>;

/**
 * Binds a Lua script to a connection. A server that does not know the script (it was restarted or flushed) is
 * sent its text again.
 *
 * @param numberOfKeys absent: as many as are given each time
 */
export function bindScript(
  redis: Redis,
  { name, numberOfKeys, lua }: { name: string; numberOfKeys?: number; lua: string },
): BoundScript {
  redis.defineCommand(name, { lua, ...(numberOfKeys !== undefined && { numberOfKeys }) });
  const command: unknown = Reflect.get(redis, name);
  if (typeof command !== 'function') throw new Error(`the script ${name} did not become a command`);
  if (numberOfKeys !== undefined) {
    return (keys, values) => command.call(redis, keys, values) as Promise<unknown>;
  }
  return (keys, values) => command.call(redis, keys.length, keys, values) as Promise<unknown>;
}

/** The first word of a Redis error's message: `NOGROUP`, `WRONGTYPE`, `OOM`; empty for any other error. */
export function redisErrorCode(error: unknown): string {
  if (!(error instanceof Error)) return '';
  return /^([A-Z]+)(?: |$)/.exec(error.message)?.[1] ?? '';
}

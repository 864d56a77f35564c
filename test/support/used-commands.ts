import { Redis } from 'ioredis';
import { onTestFinished, vi } from 'vitest';

/** What programs of this process ask of Redis, by the user they log in as. */
export interface UsedCommands {
  /** Commands in lower case, with their subcommand as ACLs write it: `xgroup|create`. */
  of(user: string): ReadonlySet<string>;
}

/**
 * Listens to every command that is sent from now on, and reads the commands out of every script that is bound to a
 * connection, whether its branches are reached or not.
 *
 * @param families commands that are allowed by subcommand: `xgroup`
 */
export function listenToCommands(families: ReadonlySet<string>): UsedCommands {
  const used = new Map<string, Set<string>>();
  const note = (redis: Redis, name: string, first: unknown): void => {
    const user = redis.options.username ?? 'default';
    const commands = used.get(user) ?? new Set();
    used.set(user, commands);
    const command = name.toLowerCase();
    commands.add(families.has(command) ? `${command}|${String(first).toLowerCase()}` : command);
  };

  const { sendCommand, defineCommand } = Redis.prototype;
  const sending = vi.spyOn(Redis.prototype, 'sendCommand').mockImplementation(function listen(
    this: Redis,
    command,
    stream,
  ) {
    note(this, command.name, command.args[0]);
    const answer = sendCommand.call(this, command, stream);
    // A script that Redis does not know becomes another command on its way.
    const noteAgain = (): void => note(this, command.name, command.args[0]);
    command.promise.then(noteAgain, noteAgain);
    return answer;
  });
  const binding = vi.spyOn(Redis.prototype, 'defineCommand').mockImplementation(function read(
    this: Redis,
    name,
    definition,
  ) {
    for (const [, command = '', first] of definition.lua.matchAll(
      /redis\.p?call\(\s*'(\w+)'(?:,\s*'(\w+)')?/g,
    )) {
      note(this, command, first);
    }
    return defineCommand.call(this, name, definition);
  });
  onTestFinished(() => {
    sending.mockRestore();
    binding.mockRestore();
  });
  return { of: (user) => used.get(user) ?? new Set() };
}

import { once } from 'node:events';
import { openScheduleTools, type ScheduleTools, startBridgeService } from '../bridge-service.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { createLog } from '../telemetry/log.ts';
import { type CommandContext, CommandError, EXIT, isInterruption } from './command-context.ts';
import { printable } from './printable.ts';
import { readAgain } from './read-again.ts';
import { requireHomeAssistant } from './require-home-assistant.ts';

/** Runs the bridge to Home Assistant until it is told to stop, or its token is not accepted. */
export async function bridge(context: CommandContext): Promise<void> {
  const { output, signal } = context;
  const { config, secrets, read, reloadBy } = await readAgain(context);
  const redisUrl = requireRedis(config);
  const address = requireHomeAssistant(config);
  const log = createLog({
    level: config.log.level,
    processorId: config.processor_id,
    secrets,
    output,
  });
  try {
    const service = await startBridgeService({ config, read, redisUrl, address, log, signal });
    reloadBy(service.reload);
    const end = signal.aborted ? undefined : once(signal, 'abort').then(() => undefined);
    const failure = await Promise.race([end, service.givenUp]);
    log.info({ event: 'stopping' });
    await service.stop();
    log.info({ event: 'stopped' });
    if (failure) throw new CommandError(failure.message, EXIT.failed);
  } catch (error) {
    if (!isInterruption(error, signal)) throw error;
  }
}

/** Shows what is planned, and timers. */
export async function listSchedules(
  { json = false }: { json?: boolean },
  context: CommandContext,
): Promise<void> {
  await withSchedules(context, async ({ list }) => {
    const schedules = await list();
    for (const schedule of schedules) {
      const { id, kind, action, at, repeat, name, pausedMs, origin } = schedule;
      const due = new Date(at).toISOString();
      if (json) {
        const told = { id, kind, ...action, due, repeat, name, paused_ms: pausedMs, room: origin.room };
        context.output.write(`${JSON.stringify(told)}\n`);
        continue;
      }
      const when = pausedMs === undefined ? due : `paused, ${Math.round(pausedMs / 1000)} s left`;
      const what = `${action.intent} ${JSON.stringify(action.entities)}`;
      const rest = [name, repeat, origin.room].filter((part) => part !== undefined).join('  ');
      context.output.write(`${printable(`${id}  ${when}  ${what}  ${rest}`).trimEnd()}\n`);
    }
    if (schedules.length === 0 && !json) context.errors.write('nothing is planned\n');
  });
}

/** Strikes off what is planned. */
export async function cancelSchedules(
  ids: readonly string[],
  { json = false }: { json?: boolean },
  context: CommandContext,
): Promise<void> {
  await withSchedules(context, async ({ cancel }) => {
    for (const id of ids) {
      if (!(await cancel(id))) {
        const message = `nothing is planned as ${id}; see: llm-intent bridge schedules list`;
        throw new CommandError(message, EXIT.failed);
      }
      context.output.write(`${json ? JSON.stringify({ id, cancelled: true }) : `${id} cancelled`}\n`);
    }
  });
}

async function withSchedules(
  { environment, signal }: CommandContext,
  run: (tools: ScheduleTools) => Promise<void>,
): Promise<void> {
  const config = await loadConfig(environment);
  const tools = await openScheduleTools(config, { redisUrl: requireRedis(config), signal });
  try {
    await run(tools);
  } finally {
    tools.close();
  }
}

function requireRedis({ redis }: Config): string {
  if (redis.url === undefined) {
    throw new CommandError('set REDIS_URL to the Redis of the running service', EXIT.usage);
  }
  return redis.url;
}

import { once } from 'node:events';
import { type Service, startService } from '../service.ts';
import { createLog } from '../telemetry/log.ts';
import { type CommandContext, isInterruption } from './command-context.ts';
import { readAgain } from './read-again.ts';

/** Runs the processor and its HTTP server until it is told to stop, and follows its configuration meanwhile. */
export async function serve(context: CommandContext): Promise<void> {
  const { output, signal } = context;
  const { config, secrets, read, reloadBy } = await readAgain(context);
  const log = createLog({
    level: config.log.level,
    processorId: config.processor_id,
    secrets,
    output,
  });
  let service: Service;
  try {
    service = await startService({ config, read, log, signal });
  } catch (error) {
    if (isInterruption(error, signal)) return;
    throw error;
  }
  reloadBy(service.reload);
  if (!signal.aborted) await once(signal, 'abort');
  log.info({ event: 'stopping' });
  await service.stop();
  log.info({ event: 'stopped' });
}

import { once } from 'node:events';
import { loadConfig } from '../config/load.ts';
import { secretsOf } from '../config/secrets.ts';
import { type Service, startService } from '../service.ts';
import { createLog } from '../telemetry/log.ts';
import { type CommandContext, isInterruption } from './command-context.ts';

/** Runs the processor and its HTTP server until it is told to stop. */
export async function serve({ environment, output, signal }: CommandContext): Promise<void> {
  const config = await loadConfig(environment);
  const log = createLog({
    level: config.log.level,
    processorId: config.processor_id,
    secrets: secretsOf(config),
    output,
  });
  let service: Service;
  try {
    service = await startService({ config, log, signal });
  } catch (error) {
    if (isInterruption(error, signal)) return;
    throw error;
  }
  if (!signal.aborted) await once(signal, 'abort');
  log.info({ event: 'stopping' });
  await service.stop();
  log.info({ event: 'stopped' });
}

import { loadConfig } from '../config/load.ts';
import { loadKnowledge } from '../understanding.ts';
import type { CommandContext } from './command-context.ts';

/** Reads every file the service would read and says whether it could start with them. */
export async function check(
  { json = false }: { json?: boolean },
  { environment, output }: CommandContext,
): Promise<void> {
  const config = await loadConfig(environment);
  const { inventory, notices } = await loadKnowledge(config);
  const found = { configuration: 'valid', ...inventory };
  if (json) output.write(`${JSON.stringify({ ...found, ...(notices.length > 0 && { notices }) })}\n`);
  else {
    for (const [name, value] of Object.entries(found)) output.write(`${name.padEnd(14)} ${value}\n`);
    for (const notice of notices) output.write(`${'notice'.padEnd(14)} ${notice}\n`);
  }
}

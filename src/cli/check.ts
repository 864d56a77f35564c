import { surveyConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { DocumentError, type Mistake } from '../documents/located-yaml.ts';
import { together } from '../documents/together.ts';
import { loadKnowledge } from '../understanding.ts';
import type { CommandContext } from './command-context.ts';

/**
 * Reads every file the service would read and says whether it could start with them.
 *
 * @throws DocumentError with every mistake in any of them
 */
export async function check(
  { json = false }: { json?: boolean },
  { environment, output }: CommandContext,
): Promise<void> {
  const { config, mistakes, wrong } = await surveyConfig(environment);
  // Else nobody knows where the files lie.
  if (wrong.has('files')) throw new DocumentError(mistakes);
  const [, { inventory, notices }] = await together([
    refused(mistakes),
    loadKnowledge(withoutUnknown(config, wrong)),
  ]);
  const found = { configuration: 'valid', ...inventory };
  if (json) output.write(`${JSON.stringify({ ...found, ...(notices.length > 0 && { notices }) })}\n`);
  else {
    for (const [name, value] of Object.entries(found)) output.write(`${name.padEnd(14)} ${value}\n`);
    for (const notice of notices) output.write(`${'notice'.padEnd(14)} ${notice}\n`);
  }
}

async function refused(mistakes: readonly Mistake[]): Promise<void> {
  if (mistakes.length > 0) throw new DocumentError(mistakes);
}

/** Asks no model where it is not known which are meant: there would be mistakes that nobody has made. */
function withoutUnknown(config: Config, wrong: ReadonlySet<string>): Config {
  if (!wrong.has('llm') && !wrong.has('recognition')) return config;
  return { ...config, recognition: { ...config.recognition, resolvers: ['rules'] } };
}

import { CommanderError } from 'commander';
import { DocumentError } from '../documents/located-yaml.ts';
import { type CommandContext, CommandError, EXIT } from './command-context.ts';
import { createProgram } from './program.ts';

/**
 * Runs one command to its end and says what went wrong, if anything did.
 *
 * @param words of the command line, without the program's own name
 * @returns the exit code
 */
export async function runCommandLine(words: readonly string[], context: CommandContext): Promise<number> {
  try {
    await createProgram(context).parseAsync(words, { from: 'user' });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof DocumentError) {
      context.errors.write(`${error.message}\n`);
      return EXIT.configuration;
    }
    context.errors.write(`llm-intent: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof CommandError ? error.exitCode : EXIT.failed;
  }
}

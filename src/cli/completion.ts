import type { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { fishCompletion } from './completion-fish.ts';
import { placesOf } from './completion-places.ts';
import { bashCompletion, zshCompletion } from './completion-sh.ts';

const writers = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

export type Shell = keyof typeof writers;
export const SHELLS = Object.keys(writers) as readonly Shell[];

/** Writes what a shell needs to complete this program's command line, from the program itself. */
export function completion(shell: Shell, program: Command, { output }: CommandContext): void {
  output.write(writers[shell](placesOf(program)));
}

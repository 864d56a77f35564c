import type { Argument, Command, Option } from 'commander';

/** A word that may be typed, and what it is for. */
export interface Offer {
  readonly word: string;
  readonly description: string;
}

/** What a value may be: some words, a file, or anything. */
export type Values =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'file' | 'any' };

/** What may be typed behind a command's own words. */
export interface Place {
  /** The command, without the program's name: `budget set`; empty for the program itself. */
  readonly path: string;
  readonly commands: readonly Offer[];
  /** A word each: `--help` and `-h` are two. */
  readonly options: readonly (Offer & { readonly value: Values | undefined })[];
  /** By position; the last one stands for all that follow where it may come several times. */
  readonly arguments: readonly { readonly values: Values; readonly isRepeated: boolean }[];
}

/** Names of values that are files. */
const FILES = new Set(['file', 'corpus']);

/** Every place of a program's command line: nothing is listed but what its own help shows. */
export function placesOf(program: Command): Place[] {
  return placesFrom(program, []);
}

function placesFrom(command: Command, path: readonly string[]): Place[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  const here: Place = {
    path: path.join(' '),
    commands: commands.map((each) => ({ word: each.name(), description: each.description() })),
    options: help.visibleOptions(command).flatMap(offersOf),
    arguments: command.registeredArguments.map((argument) => ({
      values: valuesOf(argument, argument.name()),
      isRepeated: argument.variadic,
    })),
  };
  return [here, ...commands.flatMap((each) => placesFrom(each, [...path, each.name()]))];
}

function offersOf(option: Option): Place['options'] {
  const placeholder = /[<[]([\w-]+)/.exec(option.flags)?.[1];
  const value = placeholder === undefined ? undefined : valuesOf(option, placeholder);
  const words = [option.long, option.short].filter((word) => word !== undefined);
  return words.map((word) => ({ word, description: option.description, value }));
}

function valuesOf({ argChoices }: Pick<Argument | Option, 'argChoices'>, placeholder: string): Values {
  if (argChoices) return { kind: 'words', words: argChoices };
  return { kind: FILES.has(placeholder) ? 'file' : 'any' };
}

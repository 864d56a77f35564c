import type { Stats } from 'node:fs';
import { access, constants, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { BatchResult } from './batch-file.ts';
import { CommandError, EXIT } from './command-context.ts';

/** Where the results of a run go. */
export interface ResultsFile {
  /** Where they are by now. */
  path(): string;
  /** Whether whoever looks for results finds those of this run. */
  isInPlace(): boolean;
  write(result: BatchResult): Promise<void>;
  /** @param isDone nothing was left out: what was answered with errors alone is kept beside earlier results */
  close(isDone: boolean): Promise<void>;
}

/** @throws CommandError where no results can be written to such a file, before anything is paid for */
export async function requirePlace(file: string): Promise<void> {
  const folder = dirname(file);
  const problem = await problemOfPlace(file, folder).catch((error: unknown) => (error as Error).message);
  if (problem === undefined) return;
  throw new CommandError(
    `cannot write results to ${file}: ${problem}; name another file by --output`,
    EXIT.usage,
  );
}

async function problemOfPlace(file: string, folder: string): Promise<string | undefined> {
  if (!(await found(folder))?.isDirectory()) return `there is no folder ${folder}`;
  if ((await found(file))?.isDirectory()) return 'it is a folder';
  await access(folder, constants.W_OK);
  return undefined;
}

/**
 * Opens a file that begins with what is kept of earlier results: nothing of these is lost whenever this ends.
 *
 * @param isAnew earlier results are given up, but only for an answer: until there is one, what is written goes beside them
 */
export async function openResults(
  file: string,
  { kept, isAnew }: { readonly kept: Iterable<BatchResult>; readonly isAnew: boolean },
): Promise<ResultsFile> {
  const fresh = `${file}.new`;
  const written = await open(fresh, 'w');
  let isInPlace = false;
  let isEmpty = true;
  const putInPlace = async (): Promise<void> => {
    await rename(fresh, file);
    isInPlace = true;
  };
  try {
    await written.appendFile([...kept].map(textOf).join(''));
    if (!isAnew || !(await found(file))) await putInPlace();
  } catch (error) {
    await written.close();
    await rm(fresh, { force: true });
    throw error;
  }
  return {
    path: () => (isInPlace ? file : fresh),
    isInPlace: () => isInPlace,
    async write(result) {
      await written.appendFile(textOf(result));
      isEmpty = false;
      if (!isInPlace && result['error'] === undefined) await putInPlace();
    },
    async close(isDone) {
      await written.close();
      if (!isInPlace && (isEmpty || !isDone)) await rm(fresh, { force: true });
    },
  };
}

function textOf(result: BatchResult): string {
  return `${JSON.stringify(result)}\n`;
}

async function found(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

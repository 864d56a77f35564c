import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Meaning } from '../intent/recognition.ts';
import type { AnsweredTrial } from './compared.ts';

/** What somebody made of an utterance, without what was right to make of it. */
export type StoredAnswer = Pick<
  AnsweredTrial,
  'meaning' | 'firstUs' | 'failure' | 'promptTokens' | 'completionTokens' | 'cost'
>;

/** Answers that were paid for, kept as they come, so that whoever was interrupted need not pay again. */
export interface AnswersFile {
  find(key: string): StoredAnswer | undefined;
  /** @throws an error that names the file where it cannot be written */
  keep(key: string, answer: StoredAnswer): Promise<void>;
}

const wholeNumber = z.number().int().min(0);
const line = z.object({
  key: z.string(),
  meaning: z.custom<Meaning>((value) => z.object({ status: z.string() }).safeParse(value).success),
  firstUs: z.number(),
  promptTokens: wholeNumber,
  completionTokens: wholeNumber,
  cost: wholeNumber,
});

/**
 * Opens the file, or begins one. A line that cannot be read, such as the last one of a process that was killed, counts as
 * none: it is asked again.
 */
export async function openAnswers(
  file: string,
  { fresh }: { readonly fresh: boolean },
): Promise<AnswersFile> {
  const known = new Map<string, StoredAnswer>();
  await mkdir(dirname(file), { recursive: true });
  if (!fresh) {
    for (const text of (await readOrNothing(file)).split('\n')) {
      const stored = text === '' ? undefined : parse(text);
      if (stored) known.set(stored.key, stored.answer);
    }
  }
  // What was torn off is ended, so that the next line is one of its own.
  let separator = '\n';
  let writing: Promise<void> = Promise.resolve();
  return {
    find: (key) => known.get(key),
    keep(key, answer) {
      known.set(key, answer);
      const text = `${separator}${JSON.stringify({ key, ...answer })}\n`;
      separator = '';
      writing = writing.then(() => appendFile(file, text));
      return writing;
    },
  };
}

async function readOrNothing(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function parse(text: string): { readonly key: string; readonly answer: StoredAnswer } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = line.safeParse(value);
  if (!parsed.success) return undefined;
  const { key, ...answer } = parsed.data;
  return { key, answer };
}

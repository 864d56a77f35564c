import { createHash } from 'node:crypto';
import { open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { NanoDollars } from '../intent/money.ts';

/** What a process knew of the books: each window's amount is at least what was committed when it last paid. */
export interface JournalContent {
  /** Which books, by the prefix of their keys. */
  readonly ledger: string;
  /** The epoch they were in; empty before the first. */
  readonly epoch: string;
  readonly marks: Readonly<Record<string, NanoDollars>>;
}

const NAME = /^budget-.*\.journal$/;

/** @param consumer this replica, under the same name after a restart */
export function journalPath(
  folder: string,
  { ledger, consumer }: { ledger: string; consumer: string },
): string {
  const name = consumer.replaceAll(/[^\w.-]/g, '_').slice(0, 100);
  return join(folder, `budget-${name}-${digest(`${ledger}\0${consumer}`).slice(0, 8)}.journal`);
}

/**
 * Writes a journal so that it survives a crash and a power cut, and never half.
 *
 * @throws an error of the file system
 */
export async function writeJournal(path: string, content: JournalContent): Promise<void> {
  const body = JSON.stringify(content);
  const draft = `${path}.draft`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(`${body}\n${digest(body)}\n`);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  // The new name is on the disk only once its folder is.
  const folder = await open(join(path, '..'), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Reads what all replicas that kept their journals in a folder knew of these books.
 *
 * @throws an error that names a journal which cannot be read, or is damaged
 */
export async function readJournals(
  folder: string,
  ledger: string,
): Promise<(JournalContent & { readonly path: string })[]> {
  const found: (JournalContent & { readonly path: string })[] = [];
  for (const name of await readdir(folder)) {
    if (!NAME.test(name)) continue;
    const path = join(folder, name);
    const content = parse(await readFile(path, 'utf8'), path);
    if (content.ledger === ledger) found.push({ ...content, path });
  }
  return found;
}

function parse(text: string, path: string): JournalContent {
  const [body = '', sum] = text.split('\n');
  if (sum !== digest(body)) {
    throw new Error(
      `the budget journal ${path} is damaged: what it knew of the spending is lost. If "llm-intent budget show" tells the right amounts, delete the file and start again`,
    );
  }
  return JSON.parse(body) as JournalContent;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

import { mkdir, rm } from 'node:fs/promises';
import type { NanoDollars } from '../intent/money.ts';
import { journalPath, readJournals, writeJournal } from './journal-file.ts';
import type { Knowledge } from './ledger-scripts.ts';
import type { Views } from './views.ts';

/** The journal is written ahead in steps, so many to a limit: it is written once for several calls. */
const STEPS = 64;

export interface Journal {
  /** What earlier processes knew when they ended. */
  readonly inherited: Knowledge['floors'];
  /** From now on what is seen belongs to these books. */
  enter(epoch: string): void;
  /** Whether the journal covers all that was seen of these windows; it may be called before every paid call. */
  covers(fields: readonly string[]): boolean;
  /** Writes until it does. @throws an error that names the file */
  cover(fields: readonly string[]): Promise<void>;
  /** Takes back what was written ahead and is not needed: a correction of the books, or a crowd that is gone. */
  trim(): void;
  /** Writes down exactly what was last seen; where it cannot, what stands there is enough. */
  close(): Promise<void>;
}

/**
 * Keeps on disk what this process knows of the books, for the case that it dies and Redis loses them. Before a call is
 * paid for, the disk has an amount at least as high as what is committed with that call.
 *
 * @param isOver whether a window is, so that nobody can spend in it: journals that know of no other ones are removed
 * @param limitOf the limit of a window, of which a 64th is written ahead
 * @param failed told of a write that nobody waits for
 * @throws an error that says which folder or file cannot be used
 */
export async function openJournal({
  folder,
  ledger,
  consumer,
  views,
  isOver,
  limitOf,
  failed,
}: {
  readonly folder: string;
  readonly ledger: string;
  readonly consumer: string;
  readonly views: Views;
  readonly isOver: (field: string) => boolean;
  readonly limitOf: (field: string) => NanoDollars;
  readonly failed: (error: Error) => void;
}): Promise<Journal> {
  const path = journalPath(folder, { ledger, consumer });
  const known = await prepare();
  let epoch = '';
  let marks = new Map<string, NanoDollars>();
  let writing: Promise<void> | undefined;

  const stepOf = (field: string): NanoDollars => Math.ceil(limitOf(field) / STEPS);
  const committed = (field: string): NanoDollars => views.committed(field) ?? 0;

  async function prepare() {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const journals = await readJournals(folder, ledger);
      await probe();
      const own: Knowledge['floors'][number][] = [];
      for (const { epoch: seenIn, marks: amounts, path: file } of journals) {
        const fields = Object.keys(amounts);
        // One that knows nothing yet is its owner's, who may be about to write.
        if (fields.length > 0 && fields.every(isOver)) await rm(file, { force: true });
        for (const field of fields) own.push({ field, committed: amounts[field] ?? 0, epoch: seenIn });
      }
      return own;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      throw cannotWrite(error);
    }
  }

  /** Finds out whether it can be written, and leaves it alone: it holds what nobody has told Redis yet. */
  async function probe(): Promise<void> {
    await writeJournal(`${path}.probe`, { ledger, epoch: '', marks: {} });
    await rm(`${path}.probe`);
  }

  function cannotWrite(error: unknown): Error {
    const { message } = error as Error;
    return new Error(
      `cannot keep the budget journal ${path}: ${message}. Let DATA_DIR be a folder that this service may write to: without it no language model is paid`,
      { cause: error },
    );
  }

  /** One at a time; each writes what is known when it begins. */
  async function write(ahead: (field: string) => NanoDollars): Promise<void> {
    const next = new Map<string, NanoDollars>();
    for (const { field } of views.all()) {
      const limit = Math.max(limitOf(field), committed(field));
      next.set(field, Math.min(committed(field) + ahead(field), limit));
    }
    try {
      await writeJournal(path, { ledger, epoch, marks: Object.fromEntries(next) });
    } catch (error) {
      throw cannotWrite(error);
    }
    marks = next;
  }

  function writeAhead(): Promise<void> {
    writing ??= write(stepOf).finally(() => {
      writing = undefined;
    });
    return writing;
  }

  const marked = (field: string): NanoDollars => marks.get(field) ?? -1;

  return {
    inherited: known,
    enter(current) {
      if (epoch === current) return;
      epoch = current;
      marks = new Map();
      writeAhead().catch(failed);
    },
    covers(fields) {
      let covered = true;
      let nearly = false;
      for (const field of fields) {
        const left = marked(field) - committed(field);
        if (left < 0) covered = false;
        // At the limit nothing more can be written ahead.
        if (left < stepOf(field) / 2 && marked(field) < limitOf(field)) nearly = true;
      }
      if (covered && nearly) writeAhead().catch(failed);
      return covered;
    },
    async cover(fields) {
      while (fields.some((field) => marked(field) < committed(field))) await writeAhead();
    },
    trim() {
      const needless = [...marks].some(([field, mark]) => mark - committed(field) > 2 * stepOf(field));
      if (needless) writeAhead().catch(failed);
    },
    async close() {
      await writing?.catch(failed);
      // Before the books were opened there is nothing to add to what earlier processes knew.
      if (epoch !== '' && views.all().length > 0) await write(() => 0).catch(failed);
    },
  };
}

import type { Redis } from 'ioredis';
import { toFields } from '../redis/fields.ts';
import { compareIds } from '../stream/entry.ts';
import type { StreamNames } from '../stream/stream-names.ts';
import { unlessAborted } from '../waiting.ts';

/** What became of the entries of all streams. */
export interface ErasedEntries {
  /** How many are gone, by stream. */
  readonly erased: Readonly<Record<string, number>>;
  /** How many are theirs and not settled yet, or the proof that something was: to be erased a moment later. */
  readonly inWork: number;
  /** Ids of dead letters that were too large to be kept whole, so that nobody can tell whose they are. */
  readonly untold: readonly string[];
}

type Fields = Readonly<Record<string, string>>;

const PAGE = 500;

/**
 * Erases entries from the input streams, from what was understood, what was done, and the dead letters.
 *
 * What is not settled yet stays, and so does what was written about it: a stream whose group is lost goes on from the
 * cursor, and what is written behind it is the only proof of what was answered.
 *
 * @param isTheirs whether fields name whom it is about
 * @throws an error of Redis; the signal's reason when it is aborted
 */
export async function eraseEntries(
  redis: Redis,
  {
    inputs,
    executed,
    isTheirs,
    signal,
  }: {
    readonly inputs: readonly StreamNames[];
    /** The stream that tells what was done, and where it is. */
    readonly executed: { readonly redis: Redis; readonly stream: string };
    readonly isTheirs: (fields: Fields) => boolean;
    readonly signal: AbortSignal;
  },
): Promise<ErasedEntries> {
  const [first] = inputs;
  if (!first) throw new Error('there is no input stream');
  const { output, deadLetters } = first;
  const cursors = new Map<string, string>();
  for (const { input, cursor } of inputs) {
    cursors.set(input, (await unlessAborted(redis.get(cursor), signal)) ?? '0-0');
  }
  const isSettled = (input: string, id: string): boolean => {
    const cursor = cursors.get(input);
    // Of a stream that is read no more nothing can be proved.
    return cursor === undefined || compareIds(id, cursor) <= 0;
  };

  const erased: Record<string, number> = {};
  const untold: string[] = [];
  let inWork = 0;

  async function erase(
    stream: string,
    mayGo: (id: string, fields: Fields) => boolean,
    where = redis,
  ): Promise<void> {
    let from = '-';
    for (;;) {
      const page = await unlessAborted(where.xrange(stream, from, '+', 'COUNT', PAGE), signal);
      const gone = page.flatMap(([id, flat]) => {
        const fields = toFields(flat);
        if (!isTheirs(fields)) {
          if ('payload_start' in fields) untold.push(id);
          return [];
        }
        if (mayGo(id, fields)) return [id];
        inWork += 1;
        return [];
      });
      if (gone.length > 0) {
        const many = await unlessAborted(where.xdel(stream, ...gone), signal);
        erased[stream] = (erased[stream] ?? 0) + many;
      }
      const last = page.at(-1);
      if (page.length < PAGE || !last) return;
      from = `(${last[0]}`;
    }
  }

  // Proofs first: what is settled by then needs none.
  await erase(output, (_, { source_stream: source = first.input, source_message_id: id = '' }) =>
    isSettled(source, id),
  );
  await erase(deadLetters, (_, { source_stream: source = first.input, source_id: id = '' }) =>
    isSettled(source, id),
  );
  for (const { input } of inputs) await erase(input, (id) => isSettled(input, id));
  await erase(executed.stream, () => true, executed.redis);
  return { erased, inWork, untold };
}

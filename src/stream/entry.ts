import { isUtf8 } from 'node:buffer';

/** One entry of the input stream, as it was read. */
export interface Entry {
  readonly id: string;
  /** Names and values, alternating. Empty when the entry was deleted while it was pending. */
  readonly fields: readonly string[];
  /** The same as bytes, only where they are not all valid UTF-8. */
  readonly invalidFields?: readonly Buffer[];
  readonly deleted: boolean;
}

/** An entry in Redis's reply: its fields are null when it was deleted while it was pending. */
export type EntryReply = readonly [id: string, fields: readonly string[] | null];

const REPLACEMENT = '\uFFFD';

/**
 * Turns Redis's reply into entries. Reading as text is quick but turns every invalid byte into U+FFFD; only where
 * some show up are the bytes fetched and looked at.
 *
 * @param bytesOf fetches entries as bytes, by id; null for one that is gone
 */
export async function toEntries(
  replies: readonly EntryReply[],
  bytesOf: (ids: readonly string[]) => Promise<readonly (readonly Buffer[] | null)[]>,
): Promise<readonly Entry[]> {
  const entries = replies.map(([id, fields]) => ({ id, fields: fields ?? [], deleted: fields === null }));
  const doubtful = entries.filter(({ fields }) => fields.some((text) => text.includes(REPLACEMENT)));
  if (doubtful.length === 0) return entries;
  const found = await bytesOf(doubtful.map(({ id }) => id));
  const looked = new Map(doubtful.map((entry, index) => [entry.id, withBytes(entry, found[index] ?? null)]));
  return entries.map((entry) => looked.get(entry.id) ?? entry);
}

function withBytes(entry: Entry, bytes: readonly Buffer[] | null): Entry {
  if (!bytes) return { ...entry, deleted: true };
  return bytes.every((part) => isUtf8(part)) ? entry : { ...entry, invalidFields: bytes };
}

/** When an entry was added, in milliseconds on Redis's clock; its id says so unless a sender made up its own. */
export function entryTime(id: string): number {
  return Number(id.slice(0, id.indexOf('-')));
}

const LARGEST_SEQUENCE = '18446744073709551615';

/** The largest id below `id`. */
export function idBefore(id: string): string {
  const dash = id.indexOf('-');
  const time = BigInt(id.slice(0, dash));
  const sequence = BigInt(id.slice(dash + 1));
  if (sequence > 0n) return `${time}-${sequence - 1n}`;
  return time > 0n ? `${time - 1n}-${LARGEST_SEQUENCE}` : '0-0';
}

/** Orders entry ids: negative when `left` comes first. */
export function compareIds(left: string, right: string): number {
  const [leftTime = '0', leftSequence = '0'] = left.split('-');
  const [rightTime = '0', rightSequence = '0'] = right.split('-');
  return compareDecimals(leftTime, rightTime) || compareDecimals(leftSequence, rightSequence);
}

/** Decimals without leading zeros, of any length. */
function compareDecimals(left: string, right: string): number {
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}

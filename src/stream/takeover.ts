import type { Redis } from 'ioredis';
import { bindScript, redisErrorCode } from '../redis/script.ts';
import { compareIds, entryTime } from './entry.ts';
import { FENCE } from './ownership.ts';
import type { StreamNames } from './stream-names.ts';

const CLAIM = `#!lua flags=allow-oom
${FENCE}
local claimed = redis.call('XAUTOCLAIM', KEYS[2], ARGV[2], ARGV[3], 0, ARGV[4], 'COUNT', 1000, 'JUSTID')
for _, id in ipairs(claimed[3]) do redis.call('HDEL', KEYS[3], id) end
return claimed
`;

/** What a new owner finds. */
export interface Inheritance {
  /** Ids of all pending entries, oldest first; they are this consumer's now. */
  readonly pending: readonly string[];
  /** How many entries were deleted while they were pending; Redis lets go of them when they are claimed. */
  readonly deleted: number;
  /** Entries that come again although they were settled, because the group had to be made anew. */
  readonly settledBefore: ReadonlySet<string>;
  /** Everything up to here was delivered before. */
  readonly lastDelivered: string;
}

/**
 * Takes over a stream: makes the group if it is missing and claims what earlier owners left pending.
 *
 * @throws an error naming the key when one of the streams is no stream; LOST when another replica is the owner
 */
export async function takeOver({
  redis,
  names,
  token,
}: {
  redis: Redis;
  names: StreamNames;
  token: string;
}): Promise<Inheritance> {
  await requireStreams(redis, [names.input, names.output, names.deadLetters]);
  const known = await lastDelivered(redis, names);
  const created = known === undefined ? await createGroup(redis, names) : undefined;
  return {
    ...(await claimPending({ redis, names, token })),
    settledBefore: created === undefined ? new Set() : await settledSince(redis, names, created),
    lastDelivered: known ?? created ?? '0-0',
  };
}

/** @throws an error that names the key which holds something else than a stream */
export async function requireStreams(redis: Redis, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    const kind = await redis.type(key);
    if (kind !== 'stream' && kind !== 'none') {
      throw new Error(
        `WRONGTYPE the key ${key} holds a ${kind} where a stream should be: rename the key, or configure another stream`,
      );
    }
  }
}

async function lastDelivered(redis: Redis, { input, group }: StreamNames): Promise<string | undefined> {
  for (const reply of await groupsOf(redis, input)) {
    if (reply.get('name') === group) return String(reply.get('last-delivered-id'));
  }
  return undefined;
}

/** The groups of a stream as `XINFO GROUPS` describes them; none where the stream does not exist. */
export async function groupsOf(redis: Redis, stream: string): Promise<ReadonlyMap<unknown, unknown>[]> {
  if ((await redis.exists(stream)) === 0) return [];
  return ((await redis.xinfo('GROUPS', stream)) as unknown[][]).map(pairs);
}

/** The first group starts at the beginning; one that was destroyed goes on where everything was settled. */
async function createGroup(redis: Redis, { input, group, cursor }: StreamNames): Promise<string> {
  const settledTo = await redis.get(cursor);
  const start = settledTo !== null && (await reaches(redis, input, settledTo)) ? settledTo : '0-0';
  try {
    await redis.xgroup('CREATE', input, group, start, 'MKSTREAM');
  } catch (error) {
    // Made by a command of ours whose reply was lost.
    if (redisErrorCode(error) !== 'BUSYGROUP') throw error;
  }
  return start;
}

/** False where the stream is younger than the cursor: it was deleted, and its ids may have begun anew. */
async function reaches(redis: Redis, stream: string, id: string): Promise<boolean> {
  return compareIds(await lastId(redis, stream), id) >= 0;
}

/** The id of the entry added last, deleted or not; `0-0` where there was none. */
export async function lastId(redis: Redis, stream: string): Promise<string> {
  if ((await redis.exists(stream)) === 0) return '0-0';
  return String(pairs((await redis.xinfo('STREAM', stream)) as unknown[]).get('last-generated-id'));
}

async function claimPending({
  redis,
  names,
  token,
}: {
  redis: Redis;
  names: StreamNames;
  token: string;
}): Promise<Pick<Inheritance, 'pending' | 'deleted'>> {
  const claim = bindScript(redis, { name: 'claimPending', numberOfKeys: 3, lua: CLAIM });
  const pending: string[] = [];
  let deleted = 0;
  let from = '0-0';
  do {
    const [next, ids, deletedIds] = (await claim(
      [names.owner, names.input, names.failures],
      [token, names.group, names.consumer, from],
    )) as [string, string[], string[]];
    pending.push(...ids);
    deleted += deletedIds.length;
    from = next;
  } while (from !== '0-0');
  return { pending, deleted };
}

/** Output ids are Redis's time and so are most input ids; this much is allowed for a clock that was set back. */
const CLOCK_MARGIN_MS = 60_000;
const PAGE = 1000;

/**
 * The source entries after `cursor` that were published or dead-lettered: what was written is the proof. Looked
 * through only when a group had to be made anew.
 */
async function settledSince(redis: Redis, names: StreamNames, cursor: string): Promise<Set<string>> {
  const settled = new Set<string>();
  if (cursor === '0-0') return settled;
  // Ids that a sender made up ahead of the clock say nothing of when they were answered.
  const redisTime = Number((await redis.time())[0]) * 1000;
  const since = entryTime(cursor) > redisTime + CLOCK_MARGIN_MS ? 0 : entryTime(cursor);
  for (const [stream, idField] of [
    [names.output, 'source_message_id'],
    [names.deadLetters, 'source_id'],
  ] as const) {
    let from: string = String(Math.max(0, since - CLOCK_MARGIN_MS));
    for (;;) {
      const page = await redis.xrange(stream, from, '+', 'COUNT', PAGE);
      for (const [, fields] of page) {
        const entry = pairs(fields);
        const source = entry.get('source_stream') ?? names.input;
        const id = entry.get(idField);
        if (source === names.input && typeof id === 'string' && compareIds(id, cursor) > 0) settled.add(id);
      }
      const last = page.at(-1);
      if (page.length < PAGE || !last) break;
      from = `(${last[0]}`;
    }
  }
  return settled;
}

function pairs(flat: readonly unknown[]): ReadonlyMap<unknown, unknown> {
  const map = new Map<unknown, unknown>();
  for (let index = 0; index + 1 < flat.length; index += 2) map.set(flat[index], flat[index + 1]);
  return map;
}

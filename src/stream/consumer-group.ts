import type { Redis } from 'ioredis';
import { bindScript } from '../redis/script.ts';
import { compareIds, entryTime } from './entry.ts';
import { FENCE, type Tenure } from './ownership.ts';
import { groupsOf, lastId, pairs } from './stream-information.ts';
import type { StreamNames } from './stream-names.ts';

// Together with the group it is written down from where entries may come again: whoever owns the stream until they
// are through needs to know, and this process may end before. Sent twice, it finds its own group.
const CREATE = `#!lua flags=allow-oom
${FENCE}
local created = redis.pcall('XGROUP', 'CREATE', KEYS[2], ARGV[2], ARGV[3], 'MKSTREAM')
if created.err and not string.find(created.err, 'BUSYGROUP', 1, true) then return created end
if not created.err and ARGV[3] ~= '0-0' then redis.call('SET', KEYS[3], ARGV[3]) end
return 1
`;

const FORGET = `#!lua flags=allow-oom
${FENCE}
return redis.call('DEL', KEYS[2])
`;

/** The consumer group as an owner finds it, or makes it. */
export interface ConsumerGroup {
  /** Everything up to here was delivered before. */
  readonly lastDelivered: string;
  /** Where the group was made anew, and not all that comes again because of it has come yet. */
  readonly repeats: Repeats | undefined;
}

/** Entries that come again. */
interface Repeats {
  /** Those among them that were settled before. */
  readonly settled: ReadonlySet<string>;
  /** The last entry that can be one of them. */
  readonly to: string;
  /** To be called when everything up to `to` is settled. @throws LOST when another replica is the owner */
  forget(): Promise<void>;
}

/** Makes the group where it is missing. @throws LOST when another replica is the owner */
export async function requireGroup({ redis, names, token }: Tenure): Promise<ConsumerGroup> {
  const forget = bindScript(redis, { name: 'forgetRepeats', numberOfKeys: 2, lua: FORGET });
  const known = (await lastDelivered(redis, names)) ?? (await createGroup({ redis, names, token }));
  const from = await redis.get(names.repeats);
  return {
    lastDelivered: known,
    repeats:
      from === null
        ? undefined
        : {
            settled: await settledSince(redis, names, from),
            to: await lastId(redis, names.input),
            async forget() {
              await forget([names.owner, names.repeats], [token]);
            },
          },
  };
}

async function lastDelivered(redis: Redis, { input, group }: StreamNames): Promise<string | undefined> {
  for (const reply of await groupsOf(redis, input)) {
    if (reply.get('name') === group) return String(reply.get('last-delivered-id'));
  }
  return undefined;
}

/** The first group starts at the beginning; one that was destroyed goes on where everything was settled. */
async function createGroup({ redis, names, token }: Tenure): Promise<string> {
  const create = bindScript(redis, { name: 'createGroup', numberOfKeys: 3, lua: CREATE });
  const settledTo = await redis.get(names.cursor);
  const start = settledTo !== null && (await reaches(redis, names.input, settledTo)) ? settledTo : '0-0';
  await create([names.owner, names.input, names.repeats], [token, names.group, start]);
  return start;
}

/** False where the stream is younger than the cursor: it was deleted, and its ids may have begun anew. */
async function reaches(redis: Redis, stream: string, id: string): Promise<boolean> {
  return compareIds(await lastId(redis, stream), id) >= 0;
}

/** Output ids are Redis's time and so are most input ids; this much is allowed for a clock that was set back. */
const CLOCK_MARGIN_MS = 60_000;
const PAGE = 1000;

/**
 * The source entries after `cursor` that were published or dead-lettered: what was written is the proof. Looked
 * through only while entries come again.
 */
async function settledSince(redis: Redis, names: StreamNames, cursor: string): Promise<Set<string>> {
  const settled = new Set<string>();
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

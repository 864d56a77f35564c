import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createJanitor, type Retention } from '../../src/stream/janitor.ts';
import { createTestStream, GROUP, openRedis, type TestStream, toRecord } from '../support/processor.ts';

const HOUR = 3600;
const keepAll: Retention = {
  inputSeconds: HOUR,
  outputSeconds: HOUR,
  outputEntries: 1_000_000,
  deadLetterSeconds: HOUR,
  deadLetterEntries: 1_000_000,
};
/** Entries of one node of a stream: Redis drops whole nodes only, so up to so many more stay. */
const NODE = 100;

async function sweep(stream: TestStream, retention: Partial<Retention> = {}): Promise<void> {
  const names = stream.names();
  await createJanitor({
    redis: openRedis(names.input),
    names,
    retention: { ...keepAll, ...retention },
  }).sweep();
}

/** Adds entries whose ids are `first`, `first + 1` and so on. */
async function fill(stream: TestStream, key: string, ids: readonly string[]): Promise<void> {
  const pipeline = stream.redis.pipeline();
  for (const id of ids) pipeline.xadd(key, id, 'transcript', 'x');
  await pipeline.exec();
}

/** Ids of a time long ago, `1-0` to `<count>-0`. */
function oldIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${index + 1}-0`);
}

async function idsOf(stream: TestStream, key: string): Promise<string[]> {
  return (await stream.redis.xrange(key, '-', '+')).map(([id]) => id);
}

interface Position {
  readonly group: string;
  /** How many of the entries were delivered to it. */
  readonly delivered: number;
  /** Which of those it did not ack, counted from 1. */
  readonly pending?: readonly number[];
  /** Where an operator set it back to afterwards. */
  readonly setBackTo?: number;
}

/** Brings a group into its position. @returns the ids it still needs */
async function place(stream: TestStream, ids: readonly string[], position: Position): Promise<string[]> {
  const { group, delivered, pending = [], setBackTo } = position;
  await stream.redis.xgroup('CREATE', stream.input, group, '0');
  if (delivered > 0) {
    await stream.redis.xreadgroup('GROUP', group, 'c', 'COUNT', delivered, 'STREAMS', stream.input, '>');
    const acked = ids.slice(0, delivered).filter((_, index) => !pending.includes(index + 1));
    if (acked.length > 0) await stream.redis.xack(stream.input, group, ...acked);
  }
  const deliveredTo = setBackTo ?? delivered;
  if (setBackTo !== undefined) {
    await stream.redis.xgroup(
      'SETID',
      stream.input,
      group,
      setBackTo === 0 ? '0' : (ids[setBackTo - 1] as string),
    );
  }
  return ids.filter((_, index) => index >= deliveredTo || (index < delivered && pending.includes(index + 1)));
}

describe('trimming the input', () => {
  test('takes away what every group has settled', async () => {
    const stream = createTestStream();
    const ids = oldIds(1000);
    await fill(stream, stream.input, ids);
    await place(stream, ids, { group: GROUP, delivered: 1000 });
    await place(stream, ids, { group: 'foreign', delivered: 1000 });
    await sweep(stream);
    const left = await idsOf(stream, stream.input);
    expect(left.length).toBeLessThanOrEqual(NODE);
    expect(left).toEqual(ids.slice(-left.length));
  });

  test.each<[string, Position]>([
    ['of another group that lags behind', { group: 'foreign', delivered: 250 }],
    ['of another group that has read nothing', { group: 'foreign', delivered: 0 }],
    ['pending in another group', { group: 'foreign', delivered: 1000, pending: [777, 350] }],
    ['pending at the very beginning', { group: 'foreign', delivered: 1000, pending: [1] }],
    ['of a group set back to the beginning', { group: 'foreign', delivered: 1000, setBackTo: 0 }],
    [
      'of a group set back to before what it has pending',
      { group: 'foreign', delivered: 1000, pending: [900], setBackTo: 250 },
    ],
  ])('keeps what is still to do: %s', async (_whose, position) => {
    const stream = createTestStream();
    const ids = oldIds(1000);
    await fill(stream, stream.input, ids);
    await place(stream, ids, { group: GROUP, delivered: 1000 });
    const needed = await place(stream, ids, position);
    await sweep(stream);
    expect(await idsOf(stream, stream.input)).toEqual(expect.arrayContaining(needed));
  });

  test('takes nothing away that any group may need, wherever the groups are', async () => {
    const COUNT = 400;
    const position = fc.record(
      {
        delivered: fc.integer({ min: 0, max: COUNT }),
        pending: fc.array(fc.integer({ min: 1, max: COUNT }), { maxLength: 5 }),
        setBackTo: fc.integer({ min: 0, max: COUNT }),
      },
      { requiredKeys: ['delivered'] },
    );
    // Sequences beyond what a double tells apart.
    const bases = fc.constantFrom(0n, 2n ** 53n - 50n, 2n ** 64n - 1000n);
    await fc.assert(
      fc.asyncProperty(bases, fc.array(position, { minLength: 1, maxLength: 4 }), async (base, positions) => {
        const stream = createTestStream();
        const ids = Array.from({ length: COUNT }, (_, index) => `7-${base + BigInt(index) + 1n}`);
        await fill(stream, stream.input, ids);
        const needed = new Set<string>();
        for (const [index, where] of positions.entries()) {
          const group = index === 0 ? GROUP : `foreign ${index}`;
          for (const id of await place(stream, ids, { group, ...where })) needed.add(id);
        }
        await sweep(stream);
        const left = await idsOf(stream, stream.input);
        expect(left).toEqual(expect.arrayContaining([...needed]));
        // And all that nobody needs goes, to within a node, the entry each group read last aside.
        const oldest = ids.findIndex((id) => needed.has(id));
        const settled = oldest < 0 ? COUNT : oldest;
        expect(left.length).toBeLessThanOrEqual(COUNT - settled + NODE);
      }),
      { numRuns: 40 },
    );
  });

  test('keeps what is settled but young', async () => {
    const stream = createTestStream();
    const ids: string[] = [];
    for (let index = 0; index < 300; index += 1) ids.push(await stream.add({ transcript: 'x' }));
    await place(stream, ids, { group: GROUP, delivered: 300 });
    await sweep(stream);
    expect(await idsOf(stream, stream.input)).toEqual(ids);
    await sweep(stream, { inputSeconds: -1 });
    expect((await idsOf(stream, stream.input)).length).toBeLessThanOrEqual(NODE);
  });

  test('keeps all where the own group is missing: nobody knows what of it was done', async () => {
    const stream = createTestStream();
    const ids = oldIds(300);
    await fill(stream, stream.input, ids);
    await place(stream, ids, { group: 'foreign', delivered: 300 });
    await expect(sweep(stream)).rejects.toThrow(/^NOGROUP /);
    expect(await idsOf(stream, stream.input)).toEqual(ids);
  });

  test('makes nothing where there is nothing', async () => {
    const stream = createTestStream();
    await sweep(stream);
    expect(await stream.redis.keys(`${stream.prefix}*`)).toEqual([]);
  });
});

describe.each([
  ['the output', 'output', 'outputSeconds', 'outputEntries'],
  ['the dead letters', 'deadLetters', 'deadLetterSeconds', 'deadLetterEntries'],
] as const)('%s', (_name, which, seconds, entries) => {
  test('is kept for its time and no longer', async () => {
    const stream = createTestStream();
    const key = stream[which];
    await fill(stream, key, oldIds(500));
    const young: string[] = [];
    for (let index = 0; index < 50; index += 1) {
      young.push((await stream.redis.xadd(key, '*', 'a', 'b')) as string);
    }
    await sweep(stream, { [seconds]: 60 });
    const left = await idsOf(stream, key);
    expect(left).toEqual(expect.arrayContaining(young));
    expect(left.length).toBeLessThan(young.length + NODE);
  });

  test('holds no more entries than it may, the newest ones', async () => {
    const stream = createTestStream();
    const key = stream[which];
    const ids: string[] = [];
    for (let index = 0; index < 600; index += 1) {
      ids.push((await stream.redis.xadd(key, '*', 'a', 'b')) as string);
    }
    await sweep(stream, { [entries]: 250 });
    const left = await idsOf(stream, key);
    expect(left.length).toBeGreaterThanOrEqual(250);
    expect(left.length).toBeLessThan(250 + NODE);
    expect(left).toEqual(ids.slice(-left.length));
  });
});

describe('consumers of the group', () => {
  const DAY_MS = 24 * 60 * 60 * 1000;

  async function consumersOf(stream: TestStream, group: string): Promise<unknown[]> {
    const consumers = (await stream.redis.xinfo('CONSUMERS', stream.input, group)) as unknown[][];
    return consumers.map((consumer) => toRecord(consumer)['name']);
  }

  test('that have been away for days are forgotten, unless entries of theirs are pending', async () => {
    const stream = createTestStream();
    await fill(stream, stream.input, oldIds(10));
    const old = ['old-idle', 'old-pending', stream.names().consumer];
    const consumers = [...old, 'young-idle', 'young-pending'];
    for (const group of [GROUP, 'foreign']) {
      await stream.redis.xgroup('CREATE', stream.input, group, '0');
      for (const consumer of consumers) {
        await stream.redis.xgroup('CREATECONSUMER', stream.input, group, consumer);
        if (!consumer.endsWith('-pending')) continue;
        await stream.redis.xreadgroup('GROUP', group, consumer, 'COUNT', 1, 'STREAMS', stream.input, '>');
      }
    }
    for (const consumer of old) await setLastSeen(stream, { consumer, at: Date.now() - 2 * DAY_MS });
    const before = await stream.redis.xpending(stream.input, GROUP);

    await sweep(stream);
    expect((await consumersOf(stream, GROUP)).toSorted()).toEqual(
      [stream.names().consumer, 'old-pending', 'young-idle', 'young-pending'].toSorted(),
    );
    expect((await consumersOf(stream, 'foreign')).toSorted()).toEqual(consumers.toSorted());
    expect(await stream.redis.xpending(stream.input, GROUP)).toEqual(before);
  });
});

/**
 * Makes a stream's consumers of that name last seen at a time. Redis has no command for it, so it is written into
 * the stream's dump: there, a consumer's name is followed by that time as eight bytes.
 */
async function setLastSeen(
  { redis, input }: TestStream,
  { consumer, at }: { consumer: string; at: number },
): Promise<void> {
  const dump = await redis.dumpBuffer(input);
  const name = Buffer.concat([Buffer.from([consumer.length]), Buffer.from(consumer)]);
  let found = 0;
  for (let from = dump.indexOf(name); from >= 0; from = dump.indexOf(name, from + 1)) {
    dump.writeBigUInt64LE(BigInt(at), from + name.length);
    found += 1;
  }
  if (found === 0) throw new Error(`there is no consumer ${consumer}`);
  dump.writeBigUInt64LE(crc64(dump.subarray(0, -8)), dump.length - 8);
  await redis.restore(input, 0, dump, 'REPLACE');
}

/** The checksum at the end of a dump: CRC-64 with Jones's polynomial, reflected. */
function crc64(bytes: Buffer): bigint {
  let crc = 0n;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1n ? (crc >> 1n) ^ 0x95ac9329ac4bc9b5n : crc >> 1n;
  }
  return crc;
}

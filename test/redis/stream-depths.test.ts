import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readDepths } from '../../src/stream/depths.ts';
import { type StreamNames, streamNames } from '../../src/stream/stream-names.ts';
import { connectShared, ownName } from '../support/shared.ts';

let redis: Redis;
let names: StreamNames;

beforeAll(() => {
  redis = connectShared();
});
afterAll(() => redis.quit());
beforeEach(async () => {
  const name = ownName();
  names = streamNames({
    ...{ input: `${name}:in`, output: `${name}:out`, deadLetters: `${name}:dlq` },
    ...{ group: 'group', consumer: 'one', keyPrefix: `${name}:` },
  });
  await redis.xgroup('CREATE', names.input, 'group', '0', 'MKSTREAM');
});

/** Adds an entry of so many seconds ago. */
async function add(secondsAgo: number): Promise<string> {
  const [seconds] = await redis.time();
  return (await redis.xadd(names.input, `${(Number(seconds) - secondsAgo) * 1000}-0`, 'a', 'b')) as string;
}

const deliver = (): Promise<unknown> =>
  redis.xreadgroup('GROUP', 'group', 'one', 'COUNT', 1, 'STREAMS', names.input, '>');

test('what waits is as old as the oldest entry, delivered or not, until it is settled', async () => {
  const aboutSeconds = (age: number) => expect.closeTo(age, -1.3);
  expect(await readDepths(redis, [names])).toEqual({ lag: 0, pending: 0, oldestSeconds: 0 });
  const first = await add(3000);
  await add(1000);
  expect(await readDepths(redis, [names])).toEqual({ lag: 2, pending: 0, oldestSeconds: aboutSeconds(3000) });
  await deliver();
  expect(await readDepths(redis, [names])).toEqual({ lag: 1, pending: 1, oldestSeconds: aboutSeconds(3000) });
  await redis.xack(names.input, 'group', first);
  expect(await readDepths(redis, [names])).toEqual({ lag: 1, pending: 0, oldestSeconds: aboutSeconds(1000) });
});

test('of several streams the oldest entry counts, and a stream without a group has none', async () => {
  await add(500);
  const other = { ...names, input: `${names.input}:other` };
  expect((await readDepths(redis, [other, names])).oldestSeconds).toBeGreaterThanOrEqual(500);
});

import { expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createEventStream } from '../../src/events/event-stream.ts';
import { openRedis } from '../support/processor.ts';
import { ownName } from '../support/shared.ts';

async function open() {
  const redis = openRedis();
  await redis.ping();
  const keyPrefix = `${ownName()}:`;
  const told: string[] = [];
  const stream = createEventStream({
    ...{ redis, keyPrefix, processorId: 'one', clock: systemClock },
    events: {
      trouble: (operation, message) => told.push(`trouble ${operation}: ${message}`),
      recovered: (operation) => told.push(`recovered ${operation}`),
    },
  });
  return { redis, key: `${keyPrefix}events`, told, stream };
}

test('an event is an entry that says what happened, when and where', async () => {
  const { redis, key, stream } = await open();
  stream.add('mode_changed', { mode: 'economy', reason: undefined });
  await stream.close();
  const [entry] = await redis.xrange(key, '-', '+');
  expect(entry?.[1]).toEqual([
    ...['event', 'mode_changed'],
    ...['at', expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/)],
    ...['processor_id', 'one', 'mode', 'economy'],
  ]);
});

test('the stream keeps the newest ones', async () => {
  const { redis, key, stream } = await open();
  for (let index = 0; index < 12_000; index += 1) stream.add('mode_changed', { index: String(index) });
  await stream.close();
  const length = await redis.xlen(key);
  expect(length).toBeGreaterThanOrEqual(10_000);
  expect(length).toBeLessThan(10_300);
  const [newest] = await redis.xrevrange(key, '+', '-', 'COUNT', 1);
  expect(newest?.[1].at(-1)).toBe('11999');
});

test('an event that Redis refuses is told as trouble, not thrown', async () => {
  const { redis, key, told, stream } = await open();
  await redis.set(key, 'no stream');
  stream.add('mode_changed', {});
  await expect.poll(() => told).toEqual([expect.stringMatching(/^trouble tell an event: WRONGTYPE/)]);
  await redis.del(key);
  stream.add('mode_changed', {});
  await expect.poll(() => told).toContain('recovered tell an event');
});

import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { expect, inject, test } from 'vitest';
import { streamNames } from '../../src/stream/stream-names.ts';
import { runCommand } from '../support/command.ts';
import { startModelService } from '../support/model-service.ts';
import { openRedis } from '../support/processor.ts';
import { postIntent, SOON_AGAIN, statusOf } from '../support/queue.ts';

const WORD = 'kwiatuszek';
const OTHERS = 'stokrotka';
const PATIENCE = { timeout: 20_000, interval: 50 };

/** Everything that Redis holds under the keys of a test, in one text. */
async function everything(redis: Redis, start: string): Promise<string> {
  const read: Readonly<Record<string, (key: string) => Promise<unknown>>> = {
    string: (key) => redis.get(key),
    hash: (key) => redis.hgetall(key),
    list: (key) => redis.lrange(key, 0, -1),
    set: (key) => redis.smembers(key),
    zset: (key) => redis.zrange(key, 0, -1),
    stream: (key) => redis.xrange(key, '-', '+'),
  };
  const keys = await redis.keys(`${start}*`);
  const values = keys.map(async (key) => [key, await read[await redis.type(key)]?.(key)]);
  return JSON.stringify(await Promise.all(values));
}

/** A household in which Anna and Jan have spoken, in every way there is. */
async function household() {
  const service = await startModelService();
  const { redis, environment } = service;
  const executed = String(environment['OUTPUT_STREAM']).replace(':out', ':executed');
  const own = { ...environment, LLM_INTENT_BRIDGE__OUTPUT: executed };
  const speak = async (word: string, user: string, room: string): Promise<void> => {
    const others = { user, room };
    await service.say(
      { transcript: `zapal światło ${word}`, ...others },
      { transcript: `zapal ${word}`, metadata: JSON.stringify(others) },
      {
        result: JSON.stringify({
          frame_id: `f-${word}`,
          result: { transcript: `a ${word}`, metadata: others },
        }),
      },
      { transcript: `otwórz drzwi wejściowe ${word}`, ...others },
      { transcript: `${word} `.repeat(1000), ...others },
    );
    await expect
      .poll(
        async () => (await redis.xrange(String(environment['DLQ_STREAM']), '-', '+')).flat(3).join(),
        PATIENCE,
      )
      .toContain(word);
    const response = await fetch(`${service.url}/intent`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': word },
      body: JSON.stringify({ text: `zgaś ${word}`, ...others }),
    });
    expect(response.status).toBe(200);
    await redis.xadd(
      executed,
      '*',
      ...Object.entries({ status: 'done', response_text: word, ...others }).flat(),
    );
  };
  await speak(WORD, 'anna', 'living room');
  await speak(OTHERS, 'jan', 'kuchnia');
  // What is answered is settled, a moment later.
  await service.answers(8);
  const [name = ''] = String(environment['INPUT_STREAM']).split(':');
  return {
    ...service,
    held: () => everything(openRedis(), name),
    forget: (...words: string[]) => runCommand(['conversation', 'forget', ...words], own),
  };
}

test.each([
  ['a user', ['--user', 'anna']],
  ['a room, by another of its names', ['--room', 'salon']],
])('what %s has said is nowhere in Redis any more, and what others have said still is', async (_, whose) => {
  const { held, forget, environment } = await household();
  expect(await held()).toContain(WORD);
  const { code, output, errors } = await forget(...whose, '--json');
  expect({ code, errors }).toEqual({ code: 0, errors: expect.stringContaining('BGREWRITEAOF') });
  expect(JSON.parse(output)).toMatchObject({
    turns: 5,
    questions: 1,
    answers: 1,
    entries: {
      [String(environment['INPUT_STREAM'])]: 5,
      [String(environment['OUTPUT_STREAM'])]: 4,
      [String(environment['DLQ_STREAM'])]: 1,
    },
    ...{ in_work: 0, untold: [] },
  });
  const left = await held();
  expect(left).not.toContain(WORD);
  expect(left).toContain(OTHERS);
  expect(JSON.parse((await forget(...whose, '--json')).output)).toMatchObject({ forgotten: 0 });
});

test('what waits for a model is erased as well, and so is what was answered to it', async () => {
  const { provider, redis, keyPrefix, url, environment } = await startModelService(SOON_AGAIN);
  const wait = async (user: string): Promise<unknown> => {
    const response = await postIntent(url, { text: `zapal ${WORD}`, user, room: 'kuchnia' });
    expect(response.status).toBe(202);
    return ((await response.json()) as { queue_id: unknown }).queue_id;
  };
  const forget = async (user: string): Promise<unknown> => {
    const { output } = await runCommand(['conversation', 'forget', '--user', user, '--json'], environment);
    return (JSON.parse(output) as { requests: unknown }).requests;
  };
  const status = async (queueId: unknown) => (await statusOf(url, queueId))['status'];
  provider.plan(() => ({ kind: 'status', status: 503 }));
  const [ofAnna, ofJan] = [await wait('anna'), await wait('jan')];
  expect(await forget('anna')).toBe(1);
  expect(await redis.keys(`${keyPrefix}v1:{queue}:said:*`)).toEqual([expect.stringContaining(String(ofJan))]);
  provider.plan(() => undefined);
  await expect.poll(() => status(ofJan), PATIENCE).toBe('completed');
  await expect.poll(() => status(ofAnna), PATIENCE).toBe('expired');
  expect(await statusOf(url, ofJan)).toHaveProperty('result');
  expect(await forget('jan')).toBe(1);
  expect(await statusOf(url, ofJan)).not.toHaveProperty('result');
});

/** Streams that nobody reads, settled up to an entry. */
async function streams(settledTo: string) {
  const name = randomUUID();
  const environment = {
    ...{ REDIS_URL: inject('redisUrl'), KEY_PREFIX: `${name}:`, INPUT_STREAM: `${name}:in` },
    ...{ OUTPUT_STREAM: `${name}:out`, DLQ_STREAM: `${name}:dlq`, LLM_INTENT_BRIDGE__OUTPUT: `${name}:done` },
  };
  const redis = openRedis();
  const { cursor } = streamNames({
    ...{ input: `${name}:in`, output: '', deadLetters: '', group: 'llm-intent', consumer: '' },
    keyPrefix: `${name}:`,
  });
  await redis.set(cursor, settledTo);
  return {
    redis,
    input: `${name}:in`,
    output: `${name}:out`,
    deadLetters: `${name}:dlq`,
    forget: (given: Readonly<Record<string, string>> = {}) =>
      runCommand(['conversation', 'forget', '--user', 'anna', '--json'], { ...environment, ...given }),
  };
}

test('what is in work stays, with the proof of what was answered, until it is settled', async () => {
  const { redis, input, output, forget } = await streams('1-0');
  for (const id of ['1-0', '2-0', '3-0']) {
    await redis.xadd(input, id, 'transcript', 'zapal', 'user', 'anna');
    if (id !== '3-0') await redis.xadd(output, '*', 'source_message_id', id, 'user', 'anna');
  }
  const { code, output: told, errors } = await forget();
  expect([code, JSON.parse(told)]).toEqual([1, expect.objectContaining({ forgotten: 2, in_work: 3 })]);
  expect(errors).toContain('3 entries are in work, or tell what came of such: run this again in a moment');
  expect((await redis.xrange(input, '-', '+')).map(([id]) => id)).toEqual(['2-0', '3-0']);
  expect(await redis.xlen(output)).toBe(1);
});

test('says what it cannot tell, and what it cannot reach', async () => {
  const { redis, deadLetters, forget } = await streams('9-0');
  const large = { source_id: '1-0', reason: 'oversize', payload_start: 'transcript …' };
  const id = await redis.xadd(deadLetters, '*', ...Object.entries(large).flat());
  const { code, output, errors } = await forget({ CACHE_BACKEND: 'memory' });
  expect([code, JSON.parse(output)]).toEqual([0, expect.objectContaining({ forgotten: 0, untold: [id] })]);
  expect(errors).toContain(`tell not whose they are: llm-intent dead-letters drop ${id}`);
  expect(errors).toContain('DELETE /api/v1/cache');
});

test('says how it wants to be asked', async () => {
  const refused = { code: 2, output: '', errors: expect.stringContaining('either --room or --user') };
  expect(await runCommand(['conversation', 'forget'])).toEqual(refused);
  expect(await runCommand(['conversation', 'forget', '--room', 'a', '--user', 'b'])).toEqual(refused);
});

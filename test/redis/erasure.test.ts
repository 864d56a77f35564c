import type { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { bridgeKeys } from '../../src/bridge/bridge-keys.ts';
import { loadConfig } from '../../src/config/load.ts';
import { prefixOfRoom } from '../../src/room-keys.ts';
import { streamNames } from '../../src/stream/stream-names.ts';
import { runCommand } from '../support/command.ts';
import { startModelService } from '../support/model-service.ts';
import { postIntent } from '../support/post-intent.ts';
import { openRedis } from '../support/processor.ts';
import { postPatiently, SOON_AGAIN, statusOf } from '../support/queue.ts';
import { ownName, whereRedisIs } from '../support/shared.ts';

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
async function household({ annaSaysYes = false } = {}) {
  const service = await startModelService();
  const { redis, environment } = service;
  const executed = String(environment['OUTPUT_STREAM']).replace(':out', ':executed');
  const own = { ...environment, LLM_INTENT_BRIDGE__OUTPUT: executed };
  let answered = 0;
  const speak = async (word: string, user: string, room: string, saysYes: boolean): Promise<void> => {
    const others = { user, room };
    // Before the question: an order in between would end it.
    const order = { text: `zgaś ${word}`, ...others };
    const response = await postIntent(service.url, order, { 'idempotency-key': word });
    expect(response.status).toBe(200);
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
    answered += 4;
    await service.answers(answered);
    // Only what is said after a question was asked may answer it.
    if (saysYes) {
      await service.say({ transcript: 'tak', ...others });
      answered += 1;
      await service.answers(answered);
    }
    await redis.xadd(
      executed,
      '*',
      ...Object.entries({ status: 'done', response_text: word, ...others }).flat(),
    );
  };
  await speak(WORD, 'anna', 'living room', annaSaysYes);
  await speak(OTHERS, 'jan', 'kuchnia', true);
  await expect.poll(() => redis.xlen(String(environment['DLQ_STREAM'])), PATIENCE).toBe(2);
  const [name = ''] = String(environment['INPUT_STREAM']).split(':');
  return {
    ...service,
    held: () => everything(openRedis(), name),
    forget: (...words: string[]) => runCommand(['conversation', 'forget', ...words], own),
  };
}

test.each([
  // What was answered of late tells not by whom, so Jan's goes too.
  { who: 'a user', whose: ['--user', 'anna'], annaSaysYes: false, questions: 2 },
  { who: 'a room, by another of its names,', whose: ['--room', 'salon'], annaSaysYes: false, questions: 1 },
  { who: 'a user who has said yes', whose: ['--user', 'anna'], annaSaysYes: true, questions: 2 },
  { who: 'a room that has said yes', whose: ['--room', 'salon'], annaSaysYes: true, questions: 1 },
])(
  'what $who has said is nowhere in Redis any more, and what others have said still is',
  async ({ whose, annaSaysYes, questions }) => {
    const { held, forget, environment } = await household({ annaSaysYes });
    expect(await held()).toContain(WORD);
    const { code, output, errors } = await forget(...whose, '--json');
    expect({ code, errors }).toEqual({ code: 0, errors: expect.stringContaining('BGREWRITEAOF') });
    expect(JSON.parse(output)).toMatchObject({
      turns: annaSaysYes ? 6 : 5,
      questions,
      answers: 1,
      entries: {
        [String(environment['INPUT_STREAM'])]: annaSaysYes ? 6 : 5,
        [String(environment['OUTPUT_STREAM'])]: annaSaysYes ? 5 : 4,
        [String(environment['DLQ_STREAM'])]: 1,
      },
      ...{ in_work: 0, untold: [] },
    });
    const left = await held();
    expect(left).not.toContain(WORD);
    expect(left).toContain(OTHERS);
    expect(JSON.parse((await forget(...whose, '--json')).output)).toMatchObject({ forgotten: 0 });
  },
);

test('what waits for a model is erased as well, and so is what was answered to it', async () => {
  const { provider, redis, keyPrefix, url, environment } = await startModelService(SOON_AGAIN);
  const wait = async (user: string, verb = 'zapal'): Promise<unknown> => {
    const response = await postPatiently(url, { text: `${verb} ${WORD}`, user, room: 'kuchnia' });
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

  // While a model is asked about it.
  provider.plan(() => ({ kind: 'status', status: 503 }));
  const ofEwa = await wait('ewa', 'zgaś');
  provider.plan(() => ({ kind: 'answer', delayMs: 1000 }));
  await expect.poll(() => status(ofEwa), PATIENCE).toBe('processing');
  expect(await forget('ewa')).toBe(1);
  await expect.poll(() => status(ofEwa), PATIENCE).toBe('expired');
  expect(await statusOf(url, ofEwa)).not.toHaveProperty('result');
});

/** Streams that nobody reads, settled up to an entry. */
async function streams(settledTo: string) {
  const name = ownName();
  const environment = {
    ...{ ...whereRedisIs(name), KEY_PREFIX: `${name}:`, INPUT_STREAM: `${name}:in` },
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
    bridgePrefix: prefixOfRoom('bridge', await loadConfig(environment)),
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
  const { redis, bridgePrefix: keyPrefix, deadLetters, forget } = await streams('9-0');
  const large = { source_id: '1-0', reason: 'oversize', payload_start: 'transcript …' };
  const id = await redis.xadd(deadLetters, '*', ...Object.entries(large).flat());
  const { schedules } = bridgeKeys({ keyPrefix, group: 'llm-intent-bridge' });
  await redis.hset(schedules, '1-0:0', JSON.stringify({ id: '1-0:0', origin: { user: 'anna' } }));
  await redis.hset(schedules, '2-0:0', JSON.stringify({ id: '2-0:0', origin: { user: 'jan' } }));
  const { code, output, errors } = await forget({ CACHE_BACKEND: 'memory' });
  const left = { forgotten: 0, untold: [id], plans: ['1-0:0'] };
  expect([code, JSON.parse(output)]).toEqual([0, expect.objectContaining(left)]);
  expect(errors).toContain('llm-intent bridge schedules cancel 1-0:0\n');
  expect(errors).toContain(`tell not whose they are: llm-intent dead-letters drop ${id}`);
  expect(errors).toContain('DELETE /api/v1/cache');
});

test('says how it wants to be asked', async () => {
  const refused = { code: 2, output: '', errors: expect.stringContaining('either --room or --user') };
  expect(await runCommand(['conversation', 'forget'])).toEqual(refused);
  expect(await runCommand(['conversation', 'forget', '--room', 'a', '--user', 'b'])).toEqual(refused);
});

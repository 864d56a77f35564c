import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { openConnection } from '../../src/redis/connection.ts';
import { createSayer, type Said, type Sayer } from '../../src/stream/say.ts';
import { type StreamNames, streamNames } from '../../src/stream/stream-names.ts';
import { freeze, thaw } from '../support/freeze.ts';
import { startOwnRedis } from '../support/own-redis.ts';
import { ownName } from '../support/shared.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const never = new AbortController().signal;
const soon = (ms: number): AbortSignal => AbortSignal.timeout(ms);

interface Opened {
  readonly sayer: Sayer;
  /** The test's own. */
  readonly redis: Redis;
  /** The one that things are said over. */
  readonly commands: Redis;
  readonly names: StreamNames;
  readonly executed: string;
}

function connect(url: string, key: string): Redis {
  const redis = openConnection({
    ...{ url, key, name: 'test' },
    events: { lost: () => undefined, ready: () => undefined },
  });
  onTestFinished(() => redis.disconnect());
  return redis;
}

async function open(
  url = inject('redisUrl'),
  { through = url, sayLimitMs = 60_000 }: { through?: string; sayLimitMs?: number } = {},
): Promise<Opened> {
  const prefix = `${ownName()}:`;
  const names = streamNames({
    ...{ input: `${prefix}in`, output: `${prefix}out`, deadLetters: `${prefix}dlq` },
    ...{ group: 'test', consumer: 'test', keyPrefix: prefix },
  });
  const executed = `${prefix}executed`;
  const [redis, commands, reader] = [
    connect(url, prefix),
    connect(through, prefix),
    connect(through, prefix),
  ];
  await Promise.all([commands.ping(), reader.ping()]);
  const sayer = createSayer({ redis: commands, reader, names, executedStream: executed, sayLimitMs });
  onTestFinished(() => sayer.close());
  return { sayer, redis, commands, names, executed };
}

const say = ({ sayer }: Opened, transcript: string): Promise<Said> =>
  sayer.say({ transcript, frame_id: randomUUID(), room: 'salon' }, never);

/** Publishes for an entry what a service would. */
async function publish({ redis, names }: Opened, said: Said, fields: Record<string, string>): Promise<void> {
  const [entry] = await redis.xrange(names.input, said.id, said.id);
  const frameId = entry?.[1][entry[1].indexOf('frame_id') + 1] ?? '';
  await redis.xadd(names.output, '*', ...Object.entries({ frame_id: frameId, ...fields }).flat());
}

test('each hears what was made of what it said, and not what was made of anything else', async () => {
  const opened = await open();
  const { redis, names } = opened;
  await redis.xadd(names.output, '*', 'frame_id', 'before', 'status', 'unclear');
  const said = [await say(opened, 'one'), await say(opened, 'two'), await say(opened, 'three')];
  const answers = said.map((one) => one.answer(never));
  for (const [index, one] of [...said.entries()].reverse()) {
    await publish(opened, one, { status: 'recognized', entities: `{"number":${index}}` });
  }
  expect(await Promise.all(answers)).toMatchObject([
    { kind: 'answer', output: { entities: { number: 0 } } },
    { kind: 'answer', output: { entities: { number: 1 } } },
    { kind: 'answer', output: { entities: { number: 2 } } },
  ]);
  expect((await redis.xrange(names.input, '-', '+')).map(([, fields]) => fields.slice(0, 2))).toEqual([
    ['transcript', 'one'],
    ['transcript', 'two'],
    ['transcript', 'three'],
  ]);
});

test('what was done is waited for until all of it is told', async () => {
  const opened = await open();
  const { redis, executed } = opened;
  const frameId = randomUUID();
  const said = await opened.sayer.say({ transcript: 'one', frame_id: frameId }, never);
  await redis.xadd(executed, '*', 'frame_id', frameId, 'status', 'done');
  await expect(said.executed(2, soon(100))).rejects.toThrow('timeout');
  await redis.xadd(executed, '*', 'frame_id', frameId, 'status', 'failed');
  await redis.xadd(executed, '*', 'frame_id', frameId, 'status', 'answered');
  expect(await said.executed(2, never)).toMatchObject([{ status: 'done' }, { status: 'failed' }]);
});

test('a dead letter is an answer', async () => {
  const { redis, names, sayer } = await open();
  const said = await sayer.say({ transcript: 'one', frame_id: 'f1' }, never);
  await redis.xadd(names.deadLetters, '*', 'frame_id', 'f1', 'reason', 'failed', 'error', 'a defect');
  expect(await said.answer(never)).toEqual({ kind: 'dead-letter', reason: 'failed', error: 'a defect' });
});

test('listening begins again after nobody listened for a while', async () => {
  const opened = await open();
  for (const transcript of ['one', 'two', 'three']) {
    const said = await say(opened, transcript);
    const answer = said.answer(never);
    await publish(opened, said, { status: 'unclear', response_text: transcript });
    expect(await answer).toMatchObject({ output: { response_text: transcript } });
    said.forget();
    await new Promise((resolve) => setTimeout(resolve, transcript === 'one' ? 700 : 0));
  }
});

test('what a broken connection left in doubt is said once', async () => {
  const { port, url } = await startOwnRedis();
  const proxy = await startTcpProxy({ port });
  onTestFinished(() => proxy.close());
  // The server knows the script from now on: the reply that is lost is that of the saying itself.
  await say(await open(url), 'zero');
  const opened = await open(url, { through: `redis://127.0.0.1:${proxy.port}` });
  const { commands, redis, names } = opened;
  const time = vi.spyOn(commands, 'time');
  time.mockImplementationOnce(async () => {
    time.mockRestore();
    const now = await commands.time();
    proxy.cutReplies({ afterBytes: 0, times: 1 });
    return now;
  });
  const lost = vi.fn();
  commands.on('close', lost);
  const said = await say(opened, 'one');
  expect(lost).toHaveBeenCalledOnce();
  expect((await redis.xrange(names.input, '-', '+')).map(([id]) => id)).toEqual([said.id]);
  const answer = said.answer(never);
  await publish(opened, said, { status: 'unclear' });
  expect(await answer).toMatchObject({ kind: 'answer' });
});

test('what cannot be said now is not said later', async () => {
  const server = await startOwnRedis({ appendonly: true });
  const opened = await open(server.url);
  (await say(opened, 'one')).forget();
  await server.kill();
  // What is said before the end of the connection is noticed waits for the next one, and is no matter of this test.
  await expect.poll(() => opened.commands.status).not.toBe('ready');
  await expect(say(opened, 'two')).rejects.toThrow('Redis is not connected');
  await server.restart();
  await expect.poll(() => server.redis.xlen(opened.names.input).catch(() => 0)).toBe(1);
});

test('what is heard too late is not said', async () => {
  const { url, pid, redis } = await startOwnRedis();
  const { sayer, commands, names } = await open(url, { sayLimitMs: 50 });
  (await sayer.say({ transcript: 'one', frame_id: 'f1' }, never)).forget();
  const time = vi.spyOn(commands, 'time');
  time.mockImplementationOnce(async () => {
    time.mockRestore();
    const now = await commands.time();
    freeze(pid());
    return now;
  });
  const late = sayer.say({ transcript: 'two', frame_id: 'f2' }, soon(100));
  await expect(late).rejects.toThrow('timeout');
  thaw(pid());
  await commands.ping();
  expect(await redis.xlen(names.input)).toBe(1);
});

test('who does not want to wait longer is told so, and what holds no stream is named', async () => {
  const opened = await open();
  const said = await say(opened, 'one');
  await expect(said.answer(soon(20))).rejects.toThrow('timeout');
  said.forget();
  const { redis, names, sayer } = await open();
  await redis.set(names.input, 'no stream');
  await expect(sayer.say({ transcript: 'one', frame_id: 'f1' }, never)).rejects.toThrow('WRONGTYPE');
  await redis.set(names.output, 'no stream');
  await expect(sayer.say({ transcript: 'one', frame_id: 'f1' }, never)).rejects.toThrow('WRONGTYPE');
});

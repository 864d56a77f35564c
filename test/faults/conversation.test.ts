import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openConversation, saidTurn } from '../support/conversation.ts';
import { freeze } from '../support/freeze.ts';
import { startOwnRedis } from '../support/own-redis.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const never = new AbortController().signal;

test('a Redis that is killed: no turns, no error, and the talk goes on when it is back', async () => {
  const own = await startOwnRedis({ appendonly: true });
  const { conversation, told } = await openConversation(own);
  const place = { room: 'salon' };
  conversation.add(saidTurn('before'));
  await expect.poll(async () => (await own.redis.keys('*turns:*')).length).toBe(1);
  // The append-only file is written down once a second.
  await sleep(1500);
  await own.kill();
  await expect.poll(() => told).toEqual(['trouble reach: Redis is not connected']);
  expect(conversation.turnsOf(place)).toEqual([]);
  conversation.add(saidTurn('meanwhile', { at: Date.now() + 1 }));
  await expect(conversation.forget(place, never)).rejects.toThrow(/^not everything was erased.*300 s/);
  conversation.add(saidTurn('after that', { at: Date.now() + 2 }));
  await own.restart();
  await expect
    .poll(async () => (await conversation.turnsOf(place)).map(({ said }) => said))
    .toContain('after that');
  expect(told).toEqual(['trouble reach: Redis is not connected', 'recovered reach']);
});

test('a frozen Redis delays one reading by little and the next ones by nothing', async () => {
  const own = await startOwnRedis();
  const { conversation, told } = await openConversation(own);
  const thaw = freeze(own.pid());
  expect(await conversation.turnsOf({ room: 'salon' })).toEqual([]);
  expect(told).toEqual([expect.stringMatching(/^trouble reach: Redis did not answer within \d+ ms$/)]);
  expect(conversation.turnsOf({ room: 'salon' })).not.toBeInstanceOf(Promise);
  conversation.add(saidTurn('meanwhile'));
  thaw();
  await expect.poll(async () => (await conversation.turnsOf({ room: 'salon' })).length).toBe(1);
  expect(told).toHaveLength(2);
});

test('a turn whose reply was lost is there once', async () => {
  const own = await startOwnRedis();
  const proxy = await startTcpProxy(own);
  const { conversation } = await openConversation({ url: `redis://127.0.0.1:${proxy.port}` });
  conversation.add(saidTurn('warm'));
  await expect.poll(async () => (await conversation.turnsOf({ room: 'salon' })).length).toBe(1);
  for (let turn = 0; turn < 3; turn += 1) {
    proxy.cutReplies({ afterBytes: 0, times: 1 });
    conversation.add(saidTurn(`${turn}`, { at: Date.now() + turn }));
    await sleep(200);
  }
  proxy.cutReplies(undefined);
  await expect
    .poll(async () => (await conversation.turnsOf({ room: 'salon' })).map(({ said }) => said))
    .toEqual(['warm', '0', '1', '2']);
  await conversation.close();
  const [talk = ''] = await own.redis.keys('*turns:*');
  expect(await own.redis.hlen(talk)).toBe(4);
  await proxy.close();
});

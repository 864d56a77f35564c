import { expect, test } from 'vitest';
import type { Conversation } from '../../src/conversation/conversation.ts';
import type { Action } from '../../src/intent/recognition.ts';
import { movableClock } from '../support/cache.ts';
import { LIT, openConversation, saidTurn } from '../support/conversation.ts';
import { openRedis } from '../support/processor.ts';

const never = new AbortController().signal;

async function saidIn(
  conversation: Conversation,
  place: Parameters<Conversation['turnsOf']>[0],
): Promise<string[]> {
  return (await conversation.turnsOf(place)).map(({ said }) => said);
}

test('gives what was said, in order, and nothing of where and by whom', async () => {
  const { conversation, keyPrefix } = await openConversation();
  const at = Date.now();
  conversation.add(saidTurn('zapal światło', { at: at - 10, user: 'anna' }));
  const query: Action = { intent: 'climate.get_temperature', entities: { area: 'salon' } };
  conversation.add(saidTurn('ile jest stopni', { at, actions: [], query }));
  const later: Action = { ...LIT, at: '2026-03-01T21:00:00+01:00' };
  conversation.add(saidTurn('o dziewiątej i jaśniej', { at: at + 1, actions: [LIT, later] }));
  const turns = [
    { said: 'zapal światło', actions: [LIT], at: at - 10 },
    { said: 'ile jest stopni', actions: [], query, at },
    { said: 'o dziewiątej i jaśniej', actions: [LIT, later], at: at + 1 },
  ];
  expect(await conversation.turnsOf({ room: 'salon' })).toEqual(turns);
  // As they come back from Redis, too.
  await conversation.close();
  const { conversation: other } = await openConversation({ keyPrefix });
  expect(await other.turnsOf({ room: 'salon' })).toEqual(turns);
});

test('a turn said a moment ago is there at once, here, and soon in other replicas', async () => {
  const { conversation, keyPrefix } = await openConversation();
  const other = await openConversation({ keyPrefix });
  for (let turn = 0; turn < 5; turn += 1) {
    conversation.add(saidTurn(`${turn}`, { at: Date.now() + turn }));
    expect((await saidIn(conversation, { room: 'salon' })).at(-1)).toBe(`${turn}`);
  }
  await expect.poll(() => saidIn(other.conversation, { room: 'salon' })).toEqual(['0', '1', '2', '3', '4']);
});

test('rooms and sessions are talks of their own; a session is one talk in every room', async () => {
  const { conversation } = await openConversation();
  conversation.add(saidTurn('room'));
  conversation.add(saidTurn('elsewhere', { room: 'kuchnia' }));
  conversation.add(saidTurn('one', { sessionId: 'salon' }));
  conversation.add(saidTurn('two', { sessionId: 'salon', room: 'kuchnia', at: Date.now() + 1 }));
  conversation.add({ sourceId: 'x', said: 'nowhere', actions: [], at: Date.now() });
  expect(await saidIn(conversation, { room: 'salon' })).toEqual(['room']);
  expect(await saidIn(conversation, { room: 'kuchnia' })).toEqual(['elsewhere']);
  expect(await saidIn(conversation, { room: 'salon', sessionId: 'salon' })).toEqual(['one', 'two']);
  expect(conversation.turnsOf({})).toEqual([]);
});

test('a turn that comes again is not added twice, and is not its own past', async () => {
  const { conversation, keyPrefix } = await openConversation();
  const said = saidTurn('zapal');
  conversation.add(said);
  conversation.add({ ...said, at: said.at + 5, actions: [] });
  await conversation.close();
  const { conversation: next } = await openConversation({ keyPrefix });
  next.add({ ...said, at: said.at + 9 });
  const { said: text, actions, at } = said;
  expect(await next.turnsOf({ room: 'salon' })).toEqual([{ said: text, actions, at }]);
  await next.close();
  const { conversation: last } = await openConversation({ keyPrefix });
  expect(await last.turnsOf({ room: 'salon' })).toEqual([{ said: text, actions, at }]);
  const again = { room: 'salon', except: said.sourceId };
  expect(await saidIn(last, again)).toEqual([]);
});

test('forgets turns after five minutes, though the talk goes on', async () => {
  const clock = movableClock();
  const { conversation, keyPrefix } = await openConversation({ clock });
  conversation.add(saidTurn('first', { at: clock.now() }));
  expect(await saidIn(conversation, { room: 'salon' })).toEqual(['first']);
  clock.pass(200_000);
  conversation.add(saidTurn('second', { at: clock.now() }));
  expect(await saidIn(conversation, { room: 'salon' })).toEqual(['first', 'second']);
  clock.pass(100_000);
  expect(await saidIn(conversation, { room: 'salon' })).toEqual(['second']);
  conversation.add(saidTurn('third', { at: clock.now() }));
  // Not only hidden: gone.
  const redis = openRedis();
  await expect
    .poll(async () => {
      const [talk = ''] = await redis.keys(`${keyPrefix}*turns:*`);
      return (await redis.hvals(talk)).filter((turn) => turn.includes('first')).length;
    })
    .toBe(0);
});

test('holds no more turns than are ever given, and every key expires', async () => {
  const { conversation, keyPrefix } = await openConversation();
  for (let turn = 0; turn < 40; turn += 1) {
    conversation.add(saidTurn(`${turn}`, { at: Date.now() + turn, user: 'anna' }));
  }
  await expect
    .poll(() => saidIn(conversation, { room: 'salon' }))
    .toEqual(Array.from({ length: 10 }, (_, index) => `${30 + index}`));
  await conversation.close();
  const redis = openRedis();
  const keys = await redis.keys(`${keyPrefix}*`);
  expect(keys).toHaveLength(3);
  for (const key of keys) {
    expect(key).toMatch(/^[^:]+:v1:\{talk\}:/);
    expect(key).not.toMatch(/salon|anna/);
    expect(await redis.pttl(key)).toBeGreaterThan(290_000);
    expect(await redis.pttl(key)).toBeLessThanOrEqual(300_000);
  }
  const [talk = ''] = keys.filter((key) => key.includes(':turns:'));
  expect(await redis.hlen(talk)).toBe(10);
});

test('erases a room, in sessions too, and leaves the others', async () => {
  const { conversation, keyPrefix } = await openConversation();
  conversation.add(saidTurn('here'));
  conversation.add(saidTurn('here in a session', { sessionId: 's' }));
  conversation.add(saidTurn('there in the session', { sessionId: 's', room: 'kuchnia' }));
  conversation.add(saidTurn('there', { room: 'kuchnia' }));
  const { conversation: other } = await openConversation({ keyPrefix });
  await expect.poll(async () => (await saidIn(other, { room: 'kuchnia' })).length).toBe(1);
  conversation.add(saidTurn('not even written'));
  expect(await conversation.forget({ room: 'salon' }, never)).toBe(3);
  for (const replica of [conversation, other]) {
    expect(await saidIn(replica, { room: 'salon' })).toEqual([]);
    expect(await saidIn(replica, { room: 'salon', sessionId: 's' })).toEqual(['there in the session']);
    expect(await saidIn(replica, { room: 'kuchnia' })).toEqual(['there']);
  }
  expect(await conversation.forget({ room: 'salon' }, never)).toBe(0);
});

test('erases a user in every talk', async () => {
  const { conversation } = await openConversation();
  conversation.add(saidTurn('anna here', { user: 'anna' }));
  conversation.add(saidTurn('jan here', { user: 'jan' }));
  conversation.add(saidTurn('anna there', { user: 'anna', room: 'kuchnia' }));
  await saidIn(conversation, { room: 'salon' });
  expect(await conversation.forget({ user: 'anna' }, never)).toBe(2);
  expect(await saidIn(conversation, { room: 'salon' })).toEqual(['jan here']);
  expect(await saidIn(conversation, { room: 'kuchnia' })).toEqual([]);
});

test('what must not be remembered is not written, and what must not leave stays in its room', async () => {
  const { conversation, keyPrefix } = await openConversation({
    rooms: [
      { room: 'sypialnia', cloud: true, remember: false },
      { room: 'gabinet', cloud: false, remember: true },
    ],
  });
  conversation.add(saidTurn('secret', { room: 'sypialnia' }));
  conversation.add(saidTurn('secret', { room: 'sypialnia', sessionId: 's' }));
  conversation.add(saidTurn('private', { room: 'gabinet', sessionId: 's' }));
  conversation.add(saidTurn('public', { room: 'salon', sessionId: 's', at: Date.now() + 1 }));
  expect(conversation.turnsOf({ room: 'sypialnia' })).toEqual([]);
  expect(await saidIn(conversation, { room: 'gabinet', sessionId: 's' })).toEqual(['private', 'public']);
  expect(await saidIn(conversation, { room: 'salon', sessionId: 's' })).toEqual(['public']);
  await conversation.close();
  const redis = openRedis();
  const hashes = await redis.keys(`${keyPrefix}*turns:*`);
  const everything = await Promise.all(hashes.map((key) => redis.hvals(key)));
  expect(everything.flat().join()).toContain('private');
  expect(everything.flat().join()).not.toContain('secret');
});

test('a turn that cannot be read is left out, and told once', async () => {
  const { conversation, told, keyPrefix } = await openConversation();
  conversation.add(saidTurn('good'));
  await conversation.close();
  const redis = openRedis();
  const [talk = ''] = await redis.keys(`${keyPrefix}*turns:*`);
  await redis.hset(talk, { bad: 'nonsense', worse: '17 - - {"said":1}' });
  const { conversation: next, told: toldNext } = await openConversation({ keyPrefix });
  for (let round = 0; round < 3; round += 1) expect(await saidIn(next, { room: 'salon' })).toEqual(['good']);
  expect([told, toldNext]).toEqual([[], ['corrupted']]);
});

test('talks of one turn of the loop are read in one round trip', async () => {
  const { conversation, redis } = await openConversation();
  for (let room = 0; room < 20; room += 1) conversation.add(saidTurn('x', { room: `r${'x'.repeat(room)}` }));
  await saidIn(conversation, { room: 'r' });
  let pipelines = 0;
  const pipeline = redis.pipeline.bind(redis);
  redis.pipeline = (...commands: Parameters<typeof pipeline>) => {
    pipelines += 1;
    return pipeline(...commands);
  };
  const rooms = Array.from({ length: 20 }, (_, room) => ({ room: `r${'x'.repeat(room)}` }));
  const turns = await Promise.all(rooms.map((place) => saidIn(conversation, place)));
  expect(turns).toEqual(rooms.map(() => ['x']));
  expect(pipelines).toBe(1);
});

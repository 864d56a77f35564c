import { expect, test } from 'vitest';
import { startServiceHere } from '../support/command.ts';
import { type Fields, type ModelGround, prepareModelGround } from '../support/model-service.ts';
import { postIntent } from '../support/post-intent.ts';
import { statusOf } from '../support/queue.ts';
import { onOneRedis } from '../support/shared.ts';

// Records as releases of 2026-11-21, 20:51 and 22:23, left them in Redis when they were killed; times are counted from now.
// What a release adds to a shape the others pass over, and a shape that means something else has another key.

const MINUTE = 60_000;
const SALON = 'H_h9QQ8N-AdrIt_LJOs0qdP9umwnctUdodYxM3QNRuI';
const ANNA = 'wu0-8QMkcEYlDmB55DlYaKm2TKpcu68j3QLMrmD_m80';
const GARAGE = 'PScr3FZQcsYcVNtWK0Ku9RUpV8rKFDcL8j80TRE6L0E';
const LIGHT_ON = '[{"intent":"light.turn_on","entities":{"area":"kuchnia"}}]';
const QUESTION =
  '"id":"2f2b25fb-f687-4cb6-b628-fe6229d52311","text":"Na pewno (brama garażowa)? Powiedz „tak”, a zrobię to.",' +
  '"said":"otwórz bramę garażową","actions":[{"intent":"cover.open_cover","entities":{"area":"garaz",' +
  '"entity_id":"cover.garaz_brama"}}],"confidence":0.5,"ways":["open"]';
const OPENED = {
  actions: [{ intent: 'cover.open_cover', entities: { area: 'garaz', entity_id: 'cover.garaz_brama' } }],
};

async function answerTo(url: string, body: Fields): Promise<Fields> {
  return (await (await postIntent(url, { language: 'pl', ...body })).json()) as Fields;
}

/** Writes a turn of the room's talk. */
async function rememberTurn({ redis, keyPrefix }: ModelGround, [id, text]: readonly [string, string]) {
  const key = `${keyPrefix}v1:{talk}:turns:${SALON}`;
  await redis.hset(key, id, `${Date.now() - 1000} ${SALON} ${ANNA} ${text}`);
  await redis.pexpire(key, 5 * MINUTE);
}

/** Writes a question that was just asked in the garage. */
async function askBefore({ redis, keyPrefix }: ModelGround, question: string): Promise<void> {
  const key = `${keyPrefix}v1:{talk}:questions:${GARAGE}`;
  const about = 'w3D26HgFVc4PdT79ueMy66BSZdiZSY5gz4_hch9h_JM';
  await redis.hset(key, '-', `${Date.now()} - - ${about} {"question":{${question}},"room":"garaż"}`);
  await redis.pexpire(key, 30_000);
  await redis.set(`${keyPrefix}v1:{talk}:asked`, '1', 'PX', 30_000);
}

/** Writes a request that waits, and has been begun by somebody who is gone. */
async function queueBefore({ redis, keyPrefix }: ModelGround, more: Readonly<Record<string, string>> = {}) {
  const id = '3609b226-43ac-8553-ea55-36d3a80757b2';
  const key = (purpose: string): string => `${keyPrefix}v1:{queue}:${purpose}`;
  const [created, expires] = [Date.now() - MINUTE, Date.now() + 100 * MINUTE].map(String);
  const waiting = { queue_id: id, priority: '3', lane: 'Gia33ub8UsiR52nd', expires, ...more };
  const record = {
    status: 'processing',
    priority: '3',
    attempts: '1',
    failures: '0',
    reason: 'circuit_open',
  };
  await redis.xadd(
    key('waiting'),
    '*',
    ...Object.entries(waiting).flatMap(([name, text]) => [name, text ?? '']),
  );
  await redis.hset(key(`request:${id}`), { ...record, created, expires, started: created, ...more });
  await redis.pexpire(key(`request:${id}`), 1440 * MINUTE);
  const said = {
    text: 'zapal światło w kuchni',
    frameId: 'http-a57e6024-b98b-446f-a076-8a55132e2ece',
    language: 'pl',
    room: 'salon',
  };
  await redis.set(key(`said:${id}`), JSON.stringify({ transcript: said }), 'PX', 240 * MINUTE);
  return { id, record: key(`request:${id}`) };
}

test.for([
  ['an older one', {}],
  ['a later one, with more in its record', { streams: '1', zone: 'attic', kept_since: 'yesterday' }],
] as const)(
  'the stream of %s is taken over when its lease is over: what it left pending is answered once, in order',
  async ([, more]) => {
    const ground = await prepareModelGround({ RESOLVERS: 'rules' });
    const { redis, environment, keyPrefix } = ground;
    const input = environment['INPUT_STREAM'] ?? '';
    await redis.xgroup('CREATE', input, 'llm-intent', '0', 'MKSTREAM');
    const ids = await ground.say(
      ...['zapal światło', 'zgaś światło', 'zapal światło'].map((transcript) => ({
        transcript,
        room: 'kuchnia',
      })),
    );
    await redis.xreadgroup('GROUP', 'llm-intent', 'old', 'COUNT', 3, 'STREAMS', input, '>');
    const owner = `${keyPrefix}v1:owner:llm-intent:${input}`;
    // Of the node that has the key: on a cluster any other may answer a question without one.
    const info = String(await redis.eval("return redis.call('INFO', 'server')", 1, owner));
    const server = /run_id:(\w+)/.exec(info)?.[1] ?? '';
    const leaseEnds = Date.now() + 700;
    const token = 'd3ecea47-63a5-46b9-99ba-a78719aa5cb3';
    await redis.hset(owner, { previous: '', token, until: leaseEnds, consumer: 'old', server, ...more });
    await startServiceHere(environment);

    const answers = await ground.answers(3);
    expect(answers.map(({ source_message_id: id }) => id)).toEqual(ids);
    for (const { processed_at: at } of answers)
      expect(Date.parse(String(at))).toBeGreaterThanOrEqual(leaseEnds);
    await expect.poll(async () => (await redis.xpending(input, 'llm-intent'))[0]).toBe(0);
    expect(await redis.hget(owner, 'token')).not.toBe(token);
  },
);

test.for([
  ['an older release', `{"said":"zapal światło w kuchni","nth":0,"actions":${LIGHT_ON},"room":"salon"}`],
  [
    'a later release that writes more',
    `{"said":"zapal światło w kuchni","nth":0,"actions":${LIGHT_ON.replace('}}]', '},"mood":"calm"}]')},"room":"salon","certainty":{"of":1}}`,
  ],
] as const)('what follows leans on a turn that %s has kept', async ([, turn]) => {
  const ground = await prepareModelGround({ RESOLVERS: 'rules' });
  await rememberTurn(ground, ['http-2473ddf5', turn]);
  const { url } = await startServiceHere(ground.environment);
  expect(await answerTo(url, { text: 'a teraz zgaś', room: 'salon' })).toMatchObject({
    status: 'recognized',
    intent: 'light.turn_off',
    entities: { area: 'kuchnia' },
  });
});

test('a turn in a shape of a later release is passed over, and those beside it are not', async () => {
  const ground = await prepareModelGround({ RESOLVERS: 'rules' });
  await rememberTurn(ground, ['one', `{"said":"zapal światło w kuchni","nth":0,"actions":${LIGHT_ON}}`]);
  await rememberTurn(ground, ['two', '{"version":2,"heard":["zgaś"],"meant":{}}']);
  const { url } = await startServiceHere(ground.environment);
  expect(await answerTo(url, { text: 'a teraz zgaś', room: 'salon' })).toMatchObject({
    intent: 'light.turn_off',
    entities: { area: 'kuchnia' },
  });
});

test('a yes is a yes to what another release has asked', async () => {
  const ground = await prepareModelGround({ RESOLVERS: 'rules' });
  const { url } = await startServiceHere(ground.environment);
  await askBefore(ground, `"kind":"confirm",${QUESTION},"patience":"much"`);
  const yes = { text: 'tak', room: 'garaż' };
  expect(await answerTo(url, yes)).toMatchObject({ ...OPENED, confirmed: true });
  expect(await answerTo(url, yes)).not.toHaveProperty('actions');
});

test('a yes to a kind of question that only a later release knows does nothing', async () => {
  const ground = await prepareModelGround({ RESOLVERS: 'rules' });
  const { url } = await startServiceHere(ground.environment);
  await askBefore(ground, `"kind":"unless",${QUESTION}`);
  const answer = await answerTo(url, { text: 'tak', room: 'garaż' });
  expect(answer).toMatchObject({ status: 'unclear', intent: 'none' });
  expect(answer).not.toHaveProperty('actions');
});

test.for([
  ['an older release', {}],
  ['a later release, with more in its records', { tenant: 'guests', urgency: 'none' }],
] as const)('a request that waits since %s is answered', async ([, more]) => {
  const ground = await prepareModelGround();
  const { id } = await queueBefore(ground, more);
  const { url } = await startServiceHere(ground.environment);
  await expect
    .poll(() => statusOf(url, id), { timeout: 10_000 })
    .toMatchObject({ status: 'completed', attempts: 2, result: { intent: 'light.turn_on', source: 'llm' } });
});

test('a status that only a later release knows is told as it is', async () => {
  const ground = await prepareModelGround();
  const { id, record } = await queueBefore(ground);
  await ground.redis.del(`${ground.keyPrefix}v1:{queue}:waiting`);
  await ground.redis.hset(record, 'status', 'paused');
  const { url } = await startServiceHere(ground.environment);
  expect(await statusOf(url, id)).toMatchObject({ queue_id: id, status: 'paused' });
});

onOneRedis('no release before knew a cluster')(
  'who asks again under a key finds what another release has answered, and pays nothing',
  async () => {
    const ground = await prepareModelGround();
    const answer = {
      schema_version: '1',
      status: 'recognized',
      intent: 'light.turn_on',
      source: 'llm',
      novel: 1,
    };
    await ground.redis.set(
      `${ground.keyPrefix}v1:idempotency:gnVFLSdO1JChEbn-7x5UJnMSLKL26lPV_HM7Ft_jYN8`,
      JSON.stringify({
        request: 'mRh2ijryO0vQdHqaTmZtvC9eYLkPQZvUPMdeKgtWJzs',
        answer,
        by: 'a later release',
      }),
      ...(['PX', MINUTE] as const),
    );
    const { url } = await startServiceHere(ground.environment);
    const response = await postIntent(
      url,
      { text: 'zapal światło w kuchni', language: 'pl', room: 'salon', user: 'anna' },
      { 'idempotency-key': 'key-of-old' },
    );
    expect([response.status, response.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    expect(await response.json()).toEqual(answer);
    expect(ground.provider.asked()).toBe(0);
  },
);

import { expect, test } from 'vitest';
import { settableClock, startBridgeUnderTest } from '../support/bridge.ts';
import { startCommand } from '../support/command.ts';
import { startFakeHomeAssistant, TOKEN } from '../support/fake-home-assistant.ts';
import { freeze, thaw } from '../support/freeze.ts';
import { startOwnRedis } from '../support/own-redis.ts';
import { seeded } from '../support/seeded.ts';

const toggle = { intent: 'light.toggle', entities: { entity_id: 'light.kuchnia' } };
const turnOn = { intent: 'light.turn_on', entities: { area: 'salon' } };

test('a Redis that dies and comes back finds the bridge where it was, with all that is planned', async () => {
  const own = await startOwnRedis({ appendonly: true, extraArguments: ['--appendfsync', 'always'] });
  const clock = settableClock();
  const { order, executed, fake, settled } = await startBridgeUnderTest({ redisUrl: own.url, clock });
  await order([toggle]);
  await order([{ ...turnOn, at: new Date(clock.now() + 60_000).toISOString() }]);
  await executed(2);
  await own.kill();
  await own.restart();
  await order([toggle], { expires_at: undefined });
  await executed(3);
  clock.forward(60_000);
  const told = await executed(4);
  expect(told.map(({ status }) => status)).toEqual(['done', 'scheduled', 'done', 'done']);
  await settled();
  expect(fake.calls.map(({ action }) => action)).toEqual(['light.toggle', 'light.toggle', 'light.turn_on']);
});

test('what Redis could not be told of while it stood still is told once, and done once', async () => {
  const own = await startOwnRedis();
  const { order, executed, fake, settled } = await startBridgeUnderTest({ redisUrl: own.url });
  fake.misbehave(({ action }) => {
    if (action !== 'light.toggle') return undefined;
    freeze(own.pid());
    setTimeout(() => thaw(own.pid()), 2000).unref();
    return undefined;
  });
  await order([toggle]);
  await order([turnOn], { room: 'kuchnia' });
  const told = await executed(2);
  expect(told.map(({ status }) => status)).toEqual(['done', 'done']);
  await settled();
  expect(fake.calls.filter(({ action }) => action === 'light.toggle')).toHaveLength(1);
});

test('a bridge that is stopped again and again amid its work settles everything once', async () => {
  const own = await startOwnRedis();
  const first = await startBridgeUnderTest({ redisUrl: own.url });
  await first.order([turnOn]);
  await first.executed(1);
  // Answers come late, so that the stop meets work that is under way.
  first.fake.misbehave(() => ({ delayMs: 300 }));
  for (let turn = 0; turn < 10; turn += 1) {
    await first.order([turn % 2 === 0 ? toggle : turnOn], {
      room: `room ${turn % 3}`,
      expires_at: undefined,
    });
    if (turn % 4 === 3) {
      await first.stop();
      first.start();
    }
  }
  const told = await first.executed(11);
  await first.settled();
  expect(told).toHaveLength(11);
  expect(first.fake.calls.filter(({ action }) => action === 'light.toggle').length).toBeLessThanOrEqual(5);
  expect(new Set(told.map((one) => one['source_message_id'])).size).toBe(11);
});

test('a bridge that is killed while Home Assistant is at it repeats a setting, and nothing else', async () => {
  const own = await startOwnRedis();
  const { redis } = own;
  const fake = await startFakeHomeAssistant({
    states: { 'light.kuchnia_sufit': 'off', 'light.garaz': 'off' },
  });
  fake.misbehave(() => ({ delayMs: 60_000 }));
  const environment = {
    REDIS_URL: own.url,
    HA_URL: fake.url,
    HA_TOKEN: TOKEN,
    LLM_INTENT_HOME_ASSISTANT__TIMEOUT_MS: '100000',
  };
  await redis.xgroup('CREATE', 'intents:recognized', 'llm-intent-bridge', '0', 'MKSTREAM');
  const say = (intent: string, entityId: string, room: string) => {
    const actions = JSON.stringify([{ intent, entities: { entity_id: entityId } }]);
    const fields = { status: 'recognized', kind: 'action', source_message_id: `${room}-0`, room, actions };
    return redis.xadd('intents:recognized', '*', ...Object.entries(fields).flat());
  };
  await say('light.turn_on', 'light.kuchnia_sufit', '1');
  await say('light.toggle', 'light.garaz', '2');
  const killed = startCommand(['bridge'], environment);
  await expect.poll(() => fake.calls.length, { timeout: 20_000 }).toBe(2);
  killed.kill('SIGKILL');
  await killed.finished;
  fake.misbehave(() => undefined);
  const next = startCommand(['bridge'], environment);
  await expect.poll(() => redis.xlen('ha:actions:executed'), { timeout: 20_000 }).toBe(2);
  const told = (await redis.xrange('ha:actions:executed', '-', '+')).map(([, fields]) => fields.join(' '));
  expect(told.find((line) => line.includes('light.turn_on'))).toContain('status done');
  expect(told.find((line) => line.includes('light.toggle'))).toContain('status failed');
  expect(told.find((line) => line.includes('light.toggle'))).toContain('error interrupted');
  expect(fake.calls.map(({ action }) => action).sort()).toEqual([
    'light.toggle',
    'light.turn_on',
    'light.turn_on',
  ]);
  next.kill('SIGTERM');
  expect((await next.finished).code).toBe(0);
});

test('whatever goes wrong, a setting that is told as done was done, and nothing else is done twice', async () => {
  const own = await startOwnRedis();
  const { order, executed, fake, settled, stop, start, redis, settings } = await startBridgeUnderTest({
    redisUrl: own.url,
    timeoutMs: 200,
  });
  const random = seeded(6);
  const troubles = ['silence', 'break after', { delayMs: 150 }, { delayMs: 400 }] as const;
  fake.misbehave(() => (random() < 0.5 ? troubles[Math.floor(random() * troubles.length)] : undefined));
  const orders = new Map<string, { readonly isSetting: boolean; readonly number: number }>();
  for (let number = 1; number <= 40; number += 1) {
    const isSetting = random() < 0.5;
    const action = isSetting
      ? { intent: 'light.turn_on', entities: { entity_id: 'light.kuchnia', brightness_pct: number } }
      : { intent: 'script.turn_on', entities: { entity_id: 'script.wychodze', number } };
    const more = { room: `room ${number % 5}` };
    const id = await order([action], more);
    orders.set(id, { isSetting, number });
    if (random() < 0.2) await order([action], { ...more, source_message_id: id });
    if (number % 15 === 0) await fake.stop().then(() => fake.start());
    if (number % 20 === 10) await stop().then(start);
  }
  await executed(40);
  await settled();
  const told = (await redis.xrange(settings.output, '-', '+')).map(([, fields]) => fields);
  const field = (fields: readonly string[], name: string) => fields[fields.indexOf(name) + 1] ?? '';
  expect(told.map((fields) => field(fields, 'source_message_id')).sort()).toEqual([...orders.keys()].sort());
  for (const fields of told) {
    const { isSetting, number } = orders.get(field(fields, 'source_message_id')) ?? {
      isSetting: true,
      number: 0,
    };
    const status = field(fields, 'status');
    const times = fake.calls.filter(({ data }) => Object.values(data).includes(number)).length;
    if (status === 'done') expect(times, `${number}`).toBeGreaterThanOrEqual(1);
    if (!isSetting) expect(times, `${number}`).toBeLessThanOrEqual(1);
    if (isSetting) expect(status, `${number}`).toBe('done');
  }
  expect(told.some((fields) => field(fields, 'status') === 'failed')).toBe(true);
});

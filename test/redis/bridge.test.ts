import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startBridgeUnderTest } from '../support/bridge.ts';

const turnOn = { intent: 'light.turn_on', entities: { area: 'salon', brightness_pct: 40 } };

test('does what was understood, to what the home lists in that room, and tells of it', async () => {
  const { order, executed, fake, settled } = await startBridgeUnderTest();
  fake.set('light.salon_secret', 'off');
  const id = await order([turnOn]);
  const [told] = await executed(1);
  expect(told).toMatchObject({
    status: 'done',
    source_message_id: id,
    frame_id: 'frame-1',
    intent: 'light.turn_on',
  });
  expect(told).not.toHaveProperty('response_text');
  expect(fake.calls).toEqual([
    {
      action: 'light.turn_on',
      data: { brightness_pct: 40 },
      target: { entity_id: ['light.salon_sufit', 'light.salon_kinkiet'] },
      wantsResponse: false,
    },
  ]);
  expect(fake.state('light.salon_secret')?.state).toBe('off');
  await settled();
});

test('forgets what it has told long ago', async () => {
  const { order, executed, redis, settings } = await startBridgeUnderTest({
    settings: { outputSeconds: 60 },
  });
  const [now] = await redis.time();
  for (const age of [3600, 61, 30])
    await redis.xadd(settings.output, `${(Number(now) - age) * 1000}-0`, 'age', age);
  await order([turnOn]);
  await expect
    .poll(async () => (await executed(1)).map(({ age }) => age), { timeout: 10_000 })
    .toEqual(['30', undefined]);
});

test('does several in the order they were said in', async () => {
  const { order, executed, fake } = await startBridgeUnderTest();
  const off = { intent: 'light.turn_off', entities: { entity_id: 'light.kuchnia' } };
  const close = { intent: 'cover.close_cover', entities: { entity_id: 'cover.salon' } };
  await order([off, close, turnOn]);
  const told = await executed(3);
  expect(told.map(({ intent }) => intent)).toEqual(['light.turn_off', 'cover.close_cover', 'light.turn_on']);
  expect(fake.calls.map(({ action }) => action)).toEqual(told.map(({ intent }) => intent));
});

test('does nothing that was not understood, and says nothing of it', async () => {
  const { understood, settled, redis, settings, fake, trouble } = await startBridgeUnderTest();
  for (const status of ['unclear', 'ambiguous', 'refused', 'unavailable', 'expired']) {
    await understood({ status, intent: 'none', response_text: 'Nie.' });
  }
  await settled();
  expect(await redis.xlen(settings.output)).toBe(0);
  expect(fake.calls).toEqual([]);
  expect(trouble).toEqual([]);
});

test('passes over what no service of ours writes', async () => {
  const { understood, settled, trouble, order, executed } = await startBridgeUnderTest();
  await understood({ kind: 'action', actions: '{' });
  await understood({ kind: 'action', actions: [{ intent: 'rm -rf', entities: {} }] });
  await understood({ kind: 'action', actions: [{ ...turnOn, at: 'soon' }] });
  await order([turnOn]);
  await executed(1);
  await settled();
  expect(trouble).toEqual(Array(3).fill(expect.stringMatching(/^unreadable: /)));
});

test('tells once of what it passes over, though the answer to what is pending comes when that is done', async () => {
  const { xreadgroup, xack } = Redis.prototype;
  // Redis is asked what is pending, then told that it is done; the answer is older than that, and arrives after it.
  const asking = vi.spyOn(Redis.prototype, 'xreadgroup').mockImplementation(async function answerLate(
    this: Redis,
    ...asked: Parameters<typeof xreadgroup>
  ) {
    const answer = await xreadgroup.apply(this, asked);
    if (asked.at(-1) !== '>') await sleep(300);
    return answer;
  });
  const acknowledging = vi.spyOn(Redis.prototype, 'xack').mockImplementation(async function acknowledgeLate(
    this: Redis,
    ...entries: Parameters<typeof xack>
  ) {
    await sleep(100);
    return xack.apply(this, entries);
  });
  onTestFinished(() => {
    asking.mockRestore();
    acknowledging.mockRestore();
  });
  const { understood, settled, trouble, order, executed, stop, start } = await startBridgeUnderTest();
  await stop();
  await understood({ kind: 'action', actions: '{' });
  await order([turnOn]);
  // It looks back as it starts, and once more because its connection is there by then.
  start();
  await executed(1);
  await settled();
  // Behind the answer that was late.
  await order([turnOn]);
  await executed(2);
  expect(trouble).toEqual([expect.stringMatching(/^unreadable: /)]);
});

test('does nothing of what a service of a later release wrote in another shape, and says which bridge would', async () => {
  const { order, executed, settled, fake, trouble } = await startBridgeUnderTest();
  await order([turnOn], { schema_version: '2' });
  await order([turnOn], { schema_version: '1', a_field_of_a_later_release: 'yes' });
  await executed(1);
  await settled();
  expect(fake.calls).toHaveLength(1);
  expect(trouble).toEqual([
    expect.stringMatching(/^unreadable: its schema_version is not 1: .*start the bridge of that release$/),
  ]);
});

test('acts on nothing that has expired', async () => {
  const { order, executed, fake } = await startBridgeUnderTest();
  await order([turnOn], { expires_at: new Date(Date.now() - 1000).toISOString() });
  expect((await executed(1))[0]).toMatchObject({ status: 'skipped', error: 'expired' });
  expect(fake.calls).toEqual([]);
});

test('waits for a yes, and does then what was asked about, once', async () => {
  const { order, executed, fake } = await startBridgeUnderTest();
  const unlock = [{ intent: 'lock.unlock', entities: { entity_id: 'lock.drzwi' } }];
  await order(unlock, { requires_confirmation: true });
  // Whatever the service forgot, policy is asked again.
  await order(unlock);
  const told = await executed(2);
  expect(told.map(({ status, error }) => [status, error])).toEqual([
    ['skipped', 'not_confirmed'],
    ['skipped', 'not_confirmed'],
  ]);
  expect(fake.state('lock.drzwi')?.state).toBe('locked');
  await order(unlock, { confirmed: true });
  expect((await executed(3))[2]).toMatchObject({ status: 'done' });
  expect(fake.state('lock.drzwi')?.state).toBe('unlocked');
});

test('does not do what policy forbids, whoever let it pass', async () => {
  const denied = () => ({ status: 'refused', confidence: 1, responseText: 'Nie wolno.' }) as const;
  const { order, executed, fake } = await startBridgeUnderTest({ decide: denied });
  await order([turnOn]);
  expect((await executed(1))[0]).toMatchObject({
    status: 'skipped',
    error: 'policy',
    response_text: 'Nie wolno.',
  });
  expect(fake.calls).toEqual([]);
});

test('does once what comes twice', async () => {
  const { order, executed, fake, settled } = await startBridgeUnderTest();
  const toggle = { intent: 'light.toggle', entities: { entity_id: 'light.kuchnia' } };
  const id = await order([toggle]);
  await executed(1);
  await order([toggle], { source_message_id: id });
  await settled();
  expect(fake.calls).toHaveLength(1);
  expect(await executed(1)).toHaveLength(1);
});

test('says which things do not answer, and does it to the others', async () => {
  const { order, executed, fake } = await startBridgeUnderTest();
  fake.set('light.salon_kinkiet', 'unavailable');
  await order([turnOn]);
  expect((await executed(1))[0]).toMatchObject({
    status: 'done',
    error: 'unavailable: light.salon_kinkiet',
    response_text: 'Nie odpowiada: kinkiet.',
  });
  expect(fake.calls[0]?.target).toEqual({ entity_id: ['light.salon_sufit'] });
  fake.set('light.salon_sufit', 'unavailable');
  await order([turnOn], { language: 'en' });
  expect((await executed(2))[1]).toMatchObject({
    status: 'failed',
    response_text: 'Not responding: lampa sufitowa and kinkiet.',
  });
  expect(fake.calls).toHaveLength(1);
});

test('makes two degrees more of what it is set to', async () => {
  const { order, executed, fake } = await startBridgeUnderTest();
  await order([
    { intent: 'climate.set_temperature', entities: { entity_id: 'climate.salon', temperature_step: 2 } },
  ]);
  await executed(1);
  expect(fake.calls[0]?.data).toEqual({ temperature: 23 });
});

test('tells what Home Assistant refuses', async () => {
  const { order, executed, fake } = await startBridgeUnderTest();
  fake.misbehave(() => ({ refuse: { code: 'service_validation_error', message: 'not supported' } }));
  await order([turnOn]);
  expect((await executed(1))[0]).toMatchObject({
    status: 'failed',
    error: 'Home Assistant refused it (service_validation_error): not supported',
    response_text: 'Nie udało się.',
  });
});

test('goes on trying a setting until Home Assistant answers, and asks for anything else once', async () => {
  const { order, executed, fake } = await startBridgeUnderTest({ timeoutMs: 300 });
  let times = 0;
  fake.misbehave(() => (++times === 1 ? 'silence' : undefined));
  await order([turnOn]);
  expect((await executed(1))[0]?.['status']).toBe('done');
  expect(fake.calls).toHaveLength(2);

  for (const action of [
    { intent: 'light.toggle', entities: { entity_id: 'light.kuchnia' } },
    { intent: 'light.turn_on', entities: { entity_id: 'light.kuchnia', brightness_step_pct: 10 } },
    { intent: 'script.turn_on', entities: { entity_id: 'script.wychodze' } },
    { intent: 'climate.set_temperature', entities: { entity_id: 'climate.salon', temperature_step: 1 } },
  ]) {
    times = 0;
    const before = fake.calls.length;
    await order([action]);
    const told = await executed(before);
    expect(told.at(-1)).toMatchObject({
      status: 'failed',
      response_text: expect.stringContaining('Nie wiem, czy'),
    });
    expect(fake.calls).toHaveLength(before + 1);
  }
});

test('asks once for what somebody said yes to, though it would be a setting', async () => {
  const { order, executed, fake } = await startBridgeUnderTest({ timeoutMs: 300 });
  fake.misbehave(() => 'break after');
  await order([{ intent: 'cover.open_cover', entities: { entity_id: 'cover.brama' } }], { confirmed: true });
  expect((await executed(1))[0]?.['status']).toBe('failed');
  expect(fake.calls).toHaveLength(1);
});

test('waits for a Home Assistant that restarts, as long as what was said is worth doing', async () => {
  const { order, executed, fake } = await startBridgeUnderTest();
  await order([turnOn]);
  await executed(1);
  await fake.stop();
  await order([turnOn]);
  await order([turnOn], { room: 'kuchnia', expires_at: new Date(Date.now() + 500).toISOString() });
  expect((await executed(2))[1]).toMatchObject({
    status: 'failed',
    response_text: expect.stringContaining('połączenia'),
  });
  await fake.start();
  expect((await executed(3))[2]).toMatchObject({ status: 'done' });
  expect(fake.calls).toHaveLength(2);
});

test('goes on after its own restart where it was', async () => {
  const { order, executed, fake, stop, start, settled } = await startBridgeUnderTest();
  await order([turnOn]);
  await executed(1);
  await stop();
  await order([turnOn]);
  start();
  await executed(2);
  await settled();
  expect(fake.calls).toHaveLength(2);
});

test('does not repeat what it may have done before it died', async () => {
  const { order, executed, fake, stop, start, redis, settings } = await startBridgeUnderTest();
  await order([turnOn]);
  await executed(1);
  await stop();
  const id = await order([{ intent: 'light.toggle', entities: { entity_id: 'light.kuchnia' } }]);
  // As a bridge leaves it that took the entry, marked the action and died.
  await redis.xreadgroup('GROUP', settings.group, settings.consumer, 'STREAMS', settings.input, '>');
  await redis.hset(`${settings.keyPrefix}v1:bridge:marks:${settings.group}:${id}`, '0', '1');
  start();
  expect((await executed(2))[1]).toMatchObject({ status: 'failed', error: 'interrupted' });
  expect(fake.calls).toHaveLength(1);
});

test('a slow thing in one room holds up no other', async () => {
  const { order, executed, fake } = await startBridgeUnderTest();
  fake.misbehave(({ target }) => (JSON.stringify(target).includes('salon') ? { delayMs: 1000 } : undefined));
  await order([turnOn]);
  await order([{ intent: 'light.turn_on', entities: { area: 'kuchnia' } }], { room: 'kuchnia' });
  const told = await executed(2);
  expect(told.map(({ room }) => room)).toEqual(['kuchnia', 'salon']);
});

test('does without a group that is gone, and what was said after that', async () => {
  const { order, executed, redis, settings } = await startBridgeUnderTest();
  await order([turnOn]);
  await executed(1);
  await redis.del(settings.input);
  await order([turnOn]);
  await vi.waitFor(async () => expect(await redis.xinfo('GROUPS', settings.input)).toHaveLength(1), 10_000);
  expect((await executed(2))[1]).toMatchObject({ status: 'done' });
});

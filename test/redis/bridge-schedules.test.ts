import { expect, test } from 'vitest';
import { settableClock, startBridgeUnderTest } from '../support/bridge.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const off = { intent: 'light.turn_off', entities: { entity_id: 'light.kuchnia' } };
const iso = (ms: number): string => new Date(ms).toISOString();

test('does later what is for later', async () => {
  const clock = settableClock();
  const { order, executed, fake } = await startBridgeUnderTest({ clock });
  fake.set('light.kuchnia', 'on');
  const at = clock.now() + 10 * MINUTE;
  const id = await order([{ ...off, at: iso(at) }]);
  expect((await executed(1))[0]).toMatchObject({ status: 'scheduled', at: iso(at), schedule_id: `${id}:0` });
  expect(fake.calls).toEqual([]);
  clock.forward(10 * MINUTE);
  expect((await executed(2))[1]).toMatchObject({
    status: 'done',
    source_message_id: id,
    schedule_id: `${id}:0`,
  });
  expect(fake.state('light.kuchnia')?.state).toBe('off');
});

test('plans once what comes twice', async () => {
  const clock = settableClock();
  const { order, executed, settled, fake, redis, settings } = await startBridgeUnderTest({ clock });
  const later = { ...off, at: iso(clock.now() + MINUTE) };
  const id = await order([later]);
  await executed(1);
  // As if it had planned it and died before it told so.
  await redis.del(`${settings.keyPrefix}v1:bridge:done:${settings.group}:${id}`);
  await order([later], { source_message_id: id });
  await settled();
  clock.forward(2 * MINUTE);
  await executed(3);
  expect(fake.calls).toHaveLength(1);
});

test('keeps what is planned over its own restart', async () => {
  const clock = settableClock();
  const { order, executed, fake, stop, start } = await startBridgeUnderTest({ clock });
  await order([{ ...off, at: iso(clock.now() + HOUR) }]);
  await executed(1);
  await stop();
  clock.forward(HOUR + 2 * MINUTE);
  start();
  expect((await executed(2))[1]).toMatchObject({ status: 'done' });
  expect(fake.calls).toHaveLength(1);
});

test('leaves out what is overdue by more than the grace, and says so', async () => {
  const clock = settableClock();
  const { order, executed, fake, stop, start } = await startBridgeUnderTest({ clock });
  await order([{ ...off, at: iso(clock.now() + HOUR) }]);
  await order([{ ...off, at: iso(clock.now() + HOUR) }], { language: 'en' });
  await executed(2);
  await stop();
  clock.forward(HOUR + 6 * MINUTE);
  start();
  const told = (await executed(4)).slice(2);
  expect(told.map(({ status, error }) => `${status} ${error}`)).toEqual([
    'skipped overdue',
    'skipped overdue',
  ]);
  expect(told.map((one) => one['response_text']).sort()).toEqual([
    'Pominięto, bo minął czas: wyłączenie: światło kuchenne, dziś o 14:00.',
    'Skipped, because its time was over: turning off: światło kuchenne, today at 14:00.',
  ]);
  expect(fake.calls).toEqual([]);
});

test('waits with what is due for a Home Assistant that is away', async () => {
  const clock = settableClock();
  const { order, executed, fake } = await startBridgeUnderTest({ clock });
  await order([{ ...off, at: iso(clock.now() + MINUTE) }]);
  await executed(1);
  await fake.stop();
  clock.forward(2 * MINUTE);
  // What is said meanwhile does not wait behind it.
  await order([], { kind: 'query', query: { intent: 'time.get', entities: {} }, actions: undefined });
  expect((await executed(2))[1]).toMatchObject({ status: 'answered', response_text: 'Jest 13:02.' });
  await fake.start();
  expect((await executed(3))[2]).toMatchObject({ status: 'done' });
});

test('does again and again what is to be repeated', async () => {
  const clock = settableClock();
  const { order, ask, executed, fake } = await startBridgeUnderTest({ clock });
  await order([{ ...off, at: iso(clock.now() + HOUR), repeat: 'FREQ=DAILY' }]);
  await executed(1);
  clock.forward(HOUR);
  await executed(2);
  clock.forward(24 * HOUR);
  await executed(3);
  expect(fake.calls).toHaveLength(2);
  const weekly = { ...off, at: iso(clock.now() + HOUR), repeat: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR' };
  await order([weekly]);
  await ask({ intent: 'schedule.list', entities: {} });
  await ask({ intent: 'schedule.list', entities: {} }, { language: 'en' });
  expect((await executed(6)).slice(4).map((one) => one['response_text'])).toEqual([
    'Zaplanowane: wyłączenie: światło kuchenne, w dni powszednie, dziś o 15:00; wyłączenie: światło kuchenne, codziennie, jutro o 14:00.',
    'Planned: turning off: światło kuchenne, on weekdays, today at 15:00; turning off: światło kuchenne, every day, tomorrow at 14:00.',
  ]);
});

test('does not plan what it cannot repeat as asked', async () => {
  const clock = settableClock();
  const { order, executed } = await startBridgeUnderTest({ clock });
  await order([{ ...off, at: iso(clock.now() + HOUR), repeat: 'FREQ=SECONDLY' }]);
  expect((await executed(1))[0]).toMatchObject({ status: 'failed', error: 'unknown_repeat: FREQ=SECONDLY' });
});

test('tells what is planned, and cancels what is meant', async () => {
  const clock = settableClock();
  const { order, ask, executed, fake } = await startBridgeUnderTest({ clock });
  const cancel = (entities = {}) => order([{ intent: 'schedule.cancel', entities }]);
  await ask({ intent: 'schedule.list', entities: {} });
  await order([{ ...off, at: iso(clock.now() + HOUR) }]);
  await order([
    { intent: 'cover.close_cover', entities: { area: 'salon' }, at: iso(clock.now() + 20 * HOUR) },
  ]);
  await ask({ intent: 'schedule.list', entities: {} });
  await cancel();
  const told = await executed(5);
  expect(told[0]).toMatchObject({ response_text: 'Nic nie jest zaplanowane.' });
  expect(told[3]).toMatchObject({
    response_text:
      'Zaplanowane: wyłączenie: światło kuchenne, dziś o 14:00; zamknięcie rolet w salonie, jutro o 9:00.',
  });
  expect(told[4]).toMatchObject({ status: 'skipped', error: 'ambiguous' });
  await cancel({ entity_id: 'light.kuchnia' });
  await cancel();
  await cancel();
  const after = (await executed(8)).slice(5);
  expect(after.map(({ status }) => status)).toEqual(['done', 'done', 'failed']);
  clock.forward(21 * HOUR);
  await ask({ intent: 'time.get', entities: {} });
  await executed(9);
  expect(fake.calls).toEqual([]);
});

test('asks policy when it is planned, and again when it is done', async () => {
  const clock = settableClock();
  let isNight = false;
  const { order, executed, fake } = await startBridgeUnderTest({
    clock,
    decide: (meaning) =>
      isNight ? { status: 'refused', confidence: 1, responseText: 'Nie teraz.' } : meaning,
  });
  await order([{ ...off, at: iso(clock.now() + HOUR) }]);
  await executed(1);
  isNight = true;
  await order([{ ...off, at: iso(clock.now() + HOUR) }]);
  await executed(2);
  clock.forward(HOUR);
  const told = await executed(3);
  expect(told.map(({ status, error }) => [status, error])).toEqual([
    ['scheduled', undefined],
    ['skipped', 'policy'],
    ['skipped', 'policy'],
  ]);
  expect(fake.calls).toEqual([]);
});

test('unlocks later only what somebody said yes to, and once', async () => {
  const clock = settableClock();
  const { order, executed, fake } = await startBridgeUnderTest({ clock, timeoutMs: 300 });
  fake.misbehave(() => 'silence');
  const unlock = {
    intent: 'lock.unlock',
    entities: { entity_id: 'lock.drzwi' },
    at: iso(clock.now() + MINUTE),
  };
  await order([unlock]);
  await order([unlock], { confirmed: true });
  await executed(2);
  clock.forward(MINUTE);
  const told = await executed(3);
  expect(told.map(({ status }) => status)).toEqual(['skipped', 'scheduled', 'failed']);
  expect(fake.calls).toHaveLength(1);
});

test('plans no more than it may', async () => {
  const clock = settableClock();
  const { order, executed } = await startBridgeUnderTest({ clock, settings: { maxSchedules: 1 } });
  await order([
    { ...off, at: iso(clock.now() + HOUR) },
    { ...off, at: iso(clock.now() + HOUR) },
  ]);
  expect((await executed(2)).map(({ status }) => status)).toEqual(['scheduled', 'failed']);
});

const timer = (intent: string, entities = {}) => ({
  intent: `timer.${intent}`,
  entities: { entity_id: 'timer.minutnik', ...entities },
});

test('rings when a timer is over, in the room where it was set', async () => {
  const clock = settableClock();
  const { order, executed, fake } = await startBridgeUnderTest({ clock });
  await order([timer('start', { duration: '00:10:00', name: 'makaron' })], { room: 'kuchnia' });
  await order([timer('start', { duration: '00:20:00' })], { room: 'salon', language: 'en' });
  const [first] = await executed(2);
  expect(first).toMatchObject({ status: 'scheduled', at: iso(clock.now() + 10 * MINUTE) });
  clock.forward(10 * MINUTE);
  expect((await executed(3))[2]).toMatchObject({
    response_text: 'Minutnik „makaron”: czas minął.',
    room: 'kuchnia',
  });
  clock.forward(10 * MINUTE);
  expect((await executed(4))[3]).toMatchObject({ response_text: 'Your timer is over.', room: 'salon' });
  expect(fake.calls.map(({ action, data, target }) => [action, data, target])).toEqual([
    [
      'assist_satellite.announce',
      { message: 'Minutnik „makaron”: czas minął.' },
      { entity_id: ['assist_satellite.kuchnia'] },
    ],
  ]);
});

test('pauses timers, lets them go on, changes and cancels them, and tells what is left', async () => {
  const clock = settableClock();
  const { order, ask, executed } = await startBridgeUnderTest({ clock });
  const left = () => ask(timer('get_remaining'));
  await left();
  await order([timer('start', { duration: '00:10:00' })]);
  await left();
  await executed(3);
  clock.forward(MINUTE);
  await order([timer('pause')]);
  await executed(4);
  clock.forward(HOUR);
  await left();
  await order([timer('change', { duration: '00:05:00' })]);
  await order([timer('start')]);
  await left();
  await order([timer('decrease', { duration: '00:13:30' })]);
  await left();
  await order([timer('cancel')]);
  await left();
  const told = await executed(12);
  expect(told.flatMap((one) => one['response_text'] ?? [])).toEqual([
    'Żaden minutnik nie jest ustawiony.',
    'Minutnik: jeszcze 10 minut.',
    'Minutnik: wstrzymany, jeszcze 9 minut.',
    'Minutnik: jeszcze 14 minut.',
    'Minutnik: jeszcze 30 sekund.',
    'Żaden minutnik nie jest ustawiony.',
  ]);
  expect(told.every(({ status }) => status !== 'failed')).toBe(true);
});

test('cancels the timer that is meant, all where that is said, and else asks which', async () => {
  const clock = settableClock();
  const { order, ask, executed } = await startBridgeUnderTest({ clock });
  await order([timer('start', { duration: '00:10:00', name: 'makaron' })]);
  await order([timer('start', { duration: '00:20:00' })]);
  await order([timer('start', { duration: '00:30:00' })]);
  await order([timer('cancel')]);
  await order([timer('cancel', { start_duration: '00:20:00' })]);
  await ask(timer('get_remaining'));
  await order([timer('cancel', { all: true })]);
  await ask(timer('get_remaining'));
  const told = await executed(8);
  expect(told[3]).toMatchObject({
    status: 'skipped',
    error: 'ambiguous',
    response_text:
      'Powiedz, co odwołać: Minutnik „makaron”: jeszcze 10 minut; Minutnik: jeszcze 20 minut; Minutnik: jeszcze 30 minut.',
  });
  expect(told.flatMap((one, index) => (index > 3 ? (one['response_text'] ?? []) : []))).toEqual([
    'Minutnik „makaron”: jeszcze 10 minut. Minutnik: jeszcze 30 minut.',
    'Żaden minutnik nie jest ustawiony.',
  ]);
});

test('a second bridge takes over what the first one planned', async () => {
  const clock = settableClock();
  const first = await startBridgeUnderTest({ clock });
  await first.order([{ ...off, at: iso(clock.now() + MINUTE) }]);
  await first.executed(1);
  const second = await startBridgeUnderTest({
    clock,
    fake: first.fake,
    settings: { ...first.settings, consumer: 'two' },
  });
  await first.stop();
  clock.forward(MINUTE);
  expect((await second.executed(2))[1]).toMatchObject({ status: 'done' });
  expect(first.fake.calls).toHaveLength(1);
});

import type { Redis } from 'ioredis';
import { inject, onTestFinished, vi } from 'vitest';
import { type Bridge, type BridgeSettings, startBridge } from '../../src/bridge/bridge.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import { connectHomeAssistant } from '../../src/home-assistant/connect.ts';
import type { Action, Meaning } from '../../src/intent/recognition.ts';
import { readHome } from '../../src/lexicon/home-document.ts';
import { openConnection } from '../../src/redis/connection.ts';
import { type FakeHomeAssistant, startFakeHomeAssistant, TOKEN } from './fake-home-assistant.ts';
import { ownName } from './shared.ts';

const HOME = `
floors:
  - { id: parter, name: parter }
areas:
  - { id: salon, name: salon, floor: parter, where: { pl: w salonie, en: in the living room } }
  - { id: kuchnia, name: kuchnia, floor: parter, where: { pl: w kuchni, en: in the kitchen } }
entities:
  - { id: light.salon_sufit, name: lampa sufitowa, area: salon }
  - { id: light.salon_kinkiet, name: kinkiet, area: salon }
  - { id: light.kuchnia, name: światło kuchenne, area: kuchnia }
  - { id: cover.salon, name: roleta, area: salon, device_class: shutter }
  - { id: cover.brama, name: brama, area: salon, device_class: garage }
  - { id: lock.drzwi, name: drzwi wejściowe, area: salon }
  - { id: climate.salon, name: termostat, area: salon }
  - { id: sensor.salon_temperatura, name: termometr, area: salon, device_class: temperature }
  - { id: sensor.salon_wilgotnosc, name: higrometr, area: salon, device_class: humidity }
  - { id: binary_sensor.okno, name: okno, area: salon, device_class: window }
  - { id: media_player.salon, name: radio, area: salon }
  - { id: switch.czajnik, name: czajnik, area: kuchnia }
  - { id: script.wychodze, name: wychodzę }
  - { id: weather.dom, name: pogoda }
  - { id: todo.zakupy, name: zakupy }
  - { id: person.anna, name: Anna }
  - { id: person.jan, name: Jan }
  - { id: vacuum.franek, name: Franek }
  - { id: assist_satellite.kuchnia, name: głośnik, area: kuchnia }
`;

const STATES = {
  'light.salon_sufit': 'off',
  'light.salon_kinkiet': 'off',
  'light.kuchnia': 'off',
  'cover.salon': 'closed',
  'cover.brama': 'closed',
  'lock.drzwi': 'locked',
  'climate.salon': { state: 'heat', attributes: { temperature: 21, current_temperature: 20.5 } },
  'sensor.salon_temperatura': { state: '21.46', attributes: { unit_of_measurement: '°C' } },
  'sensor.salon_wilgotnosc': '45',
  'binary_sensor.okno': 'off',
  'media_player.salon': {
    state: 'playing',
    attributes: { media_title: 'Preludium', media_artist: 'Chopin' },
  },
  'switch.czajnik': 'off',
  'script.wychodze': 'off',
  'weather.dom': {
    state: 'rainy',
    attributes: { temperature: 5, humidity: 80, pressure: 1013, pressure_unit: 'hPa' },
  },
  'todo.zakupy': '2',
  'person.anna': 'home',
  'person.jan': 'not_home',
  'vacuum.franek': 'docked',
  'assist_satellite.kuchnia': 'idle',
};

/** A clock that a test sets forward. */
export function settableClock(
  start = Date.parse('2026-11-21T12:00:00Z'),
): Clock & { forward(ms: number): void } {
  let now = start;
  return {
    now: () => now,
    monotonic: systemClock.monotonic,
    forward: (ms) => {
      now += ms;
    },
  };
}

type Executed = Readonly<Record<string, string>>;

/** A bridge between a Redis and a fake Home Assistant, and what a test says to it. */
export interface BridgeUnderTest {
  readonly redis: Redis;
  readonly fake: FakeHomeAssistant;
  readonly settings: BridgeSettings;
  readonly trouble: readonly string[];
  /** Publishes what the service would. @returns the id that it answers */
  understood(fields: Readonly<Record<string, unknown>>): Promise<string>;
  /** Publishes actions to be done now. */
  order(actions: readonly Action[], more?: Readonly<Record<string, unknown>>): Promise<string>;
  ask(query: Action, more?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Waits until so many actions are told of, and gives all that were. */
  executed(count: number): Promise<readonly Executed[]>;
  /** Waits until every entry is acknowledged. */
  settled(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

/** Allows everything but what locks are asked for. */
function confirmsLocks(meaning: Meaning): Meaning {
  if (meaning.status !== 'recognized' || meaning.kind !== 'action') return meaning;
  const asks = meaning.actions.some(({ intent }) => intent.startsWith('lock.'));
  return asks ? { ...meaning, requiresConfirmation: true } : meaning;
}

export async function startBridgeUnderTest({
  clock = systemClock,
  timeoutMs = 2000,
  redisUrl = inject('redisUrl'),
  decide = confirmsLocks,
  settings: changed = {},
  fake: given,
}: {
  clock?: Clock;
  timeoutMs?: number;
  redisUrl?: string;
  decide?: (meaning: Meaning) => Meaning;
  settings?: Partial<BridgeSettings>;
  fake?: FakeHomeAssistant;
} = {}): Promise<BridgeUnderTest> {
  const name = `bridge-${ownName()}`;
  const fake = given ?? (await startFakeHomeAssistant({ states: STATES }));
  const trouble: string[] = [];
  const settings: BridgeSettings = {
    ...{ input: `${name}:intents`, output: `${name}:executed`, outputEntries: 1000, outputSeconds: 600 },
    ...{ group: 'bridge', consumer: 'one', keyPrefix: `${name}:`, rememberSeconds: 600 },
    ...{ graceSeconds: 300, maxSchedules: 20, defaultLanguage: 'pl', timeZone: 'Europe/Warsaw' },
    ...changed,
  };
  const connect = (): Redis =>
    openConnection({
      ...{ url: redisUrl, key: settings.input, name: 'test:bridge' },
      events: { lost: () => undefined, ready: () => undefined },
    });
  const redis = connect();
  // As if it had run before: what is said before its start is not lost.
  await redis.xgroup('CREATE', settings.input, settings.group, '0', 'MKSTREAM').catch(() => undefined);
  let running: { bridge: Bridge; close(): void } | undefined;
  let said = 0;

  function start(): void {
    const [reader, commands] = [connect(), connect()];
    const assistant = connectHomeAssistant({
      ...{ url: fake.url, token: TOKEN, timeoutMs },
      events: { lost: () => undefined, ready: () => undefined },
    });
    const home = readHome(HOME, 'home.yaml');
    const bridge = startBridge({
      ...{ redis: commands, reader, assistant, home: () => home, decide, settings, clock },
      events: {
        unreadable: (_id, reason) => trouble.push(`unreadable: ${reason}`),
        failed: (what, reason) => trouble.push(`${what}: ${reason}`),
        trouble: (operation, reason) => trouble.push(`${operation}: ${reason}`),
        recovered: () => undefined,
        executed: () => undefined,
        called: () => undefined,
      },
    });
    running = {
      bridge,
      close() {
        assistant.close();
        reader.disconnect();
        commands.disconnect();
      },
    };
  }
  async function stop(): Promise<void> {
    const ending = running;
    running = undefined;
    await ending?.bridge.stop();
    ending?.close();
  }
  async function all(): Promise<readonly Executed[]> {
    const entries = await redis.xrange(settings.output, '-', '+');
    return entries.map(([, fields]) =>
      Object.fromEntries(
        fields.flatMap((field, index) => (index % 2 === 0 ? [[field, fields[index + 1] ?? '']] : [])),
      ),
    );
  }
  async function understood(fields: Readonly<Record<string, unknown>>): Promise<string> {
    said += 1;
    const id = `${1_700_000_000_000 + said}-0`;
    const known = {
      ...{ schema_version: '1', source_message_id: id, frame_id: `frame-${said}`, status: 'recognized' },
      expires_at: new Date(clock.now() + 30_000).toISOString(),
      ...fields,
    };
    const flat = Object.entries(known).flatMap(([field, value]) =>
      value === undefined ? [] : [field, typeof value === 'object' ? JSON.stringify(value) : String(value)],
    );
    await redis.xadd(settings.input, '*', ...flat);
    return String(known['source_message_id']);
  }

  start();
  onTestFinished(async () => {
    await stop();
    redis.disconnect();
  });
  return {
    ...{ redis, fake, settings, trouble, understood, start, stop },
    order: (actions, more) => understood({ kind: 'action', language: 'pl', room: 'salon', actions, ...more }),
    ask: (query, more) => understood({ kind: 'query', language: 'pl', room: 'salon', query, ...more }),
    async executed(count) {
      await vi.waitFor(
        async () => {
          const found = await all();
          if (found.length < count)
            throw new Error(`${found.length} told of ${count}: ${trouble.join('; ')}`);
        },
        { timeout: 15_000, interval: 30 },
      );
      return all();
    },
    async settled() {
      await vi.waitFor(
        async () => {
          const [group] = (await redis.xinfo('GROUPS', settings.input)) as unknown[][];
          const told = new Map(
            group?.flatMap((value, index) => (index % 2 === 0 ? [[value, group[index + 1]]] : [])),
          );
          if (told.get('pending') !== 0 || told.get('lag') !== 0)
            throw new Error('not everything is settled');
        },
        { timeout: 15_000, interval: 30 },
      );
    },
  };
}

import { readFileSync } from 'node:fs';
import type { ShortlistEntry } from '../../src/intent/shortlist-entry.ts';
import { type Area, createHome, type Entity, type Home } from '../../src/lexicon/home.ts';
import { nameKey } from '../../src/lexicon/spoken-names.ts';

/** One line of `ha-tests-*.jsonl`. A list of values means any of its members. */
export interface GoldTest {
  readonly text: string;
  readonly intent: string;
  readonly slots: Readonly<Record<string, unknown>>;
  readonly context?: Readonly<Record<string, unknown>>;
}

interface Fixtures {
  readonly areas: readonly { readonly id: string; readonly names: readonly string[] }[];
  readonly entities: readonly {
    readonly entity_id: string;
    readonly area: string | null;
    readonly names: readonly string[];
    readonly attributes?: { readonly device_class?: string };
  }[];
}

/** The home the tests are about. Where two entities have one id, the later ones get a number. */
export function homeOfFixtures(file: string): Home {
  const fixtures: Fixtures = JSON.parse(readFileSync(file, 'utf8'));
  const taken = new Map<string, number>();
  const areas = fixtures.areas.map(({ id, names }): Area => ({ id, names, where: {} }));
  const entities = fixtures.entities.map(({ entity_id, area, names, attributes }): Entity => {
    const count = (taken.get(entity_id) ?? 0) + 1;
    taken.set(entity_id, count);
    const deviceClass = attributes?.device_class;
    return {
      id: count === 1 ? entity_id : `${entity_id}_${count}`,
      domain: entity_id.slice(0, entity_id.indexOf('.')),
      names,
      ...(area !== null && { area }),
      ...(deviceClass !== undefined && { deviceClass }),
    };
  });
  return createHome({ floors: [], areas, entities });
}

export function goldTests(file: string): readonly GoldTest[] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** Home Assistant's intents that mean one action, whatever they are about. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  HassBroadcast: ['assist_satellite.announce'],
  HassCancelAllTimers: ['timer.cancel'],
  HassCancelTimer: ['timer.cancel'],
  HassClimateGetTemperature: ['climate.get_temperature'],
  HassClimateSetTemperature: ['climate.set_temperature'],
  HassDecreaseTimer: ['timer.change'],
  HassGetCurrentDate: ['date.get'],
  HassGetCurrentTime: ['time.get'],
  // "Temperatura na zewnątrz?" is one of these to Home Assistant, and the weather's temperature to our rules.
  HassGetWeather: ['weather.get_forecast', 'weather.get_temperature'],
  HassIncreaseTimer: ['timer.change'],
  HassLightSet: ['light.turn_on'],
  HassListAddItem: ['todo.add_item'],
  HassMediaNext: ['media_player.media_next_track'],
  HassMediaPause: ['media_player.media_pause'],
  HassMediaPrevious: ['media_player.media_previous_track'],
  HassMediaUnpause: ['media_player.media_play'],
  HassNevermind: ['conversation.nevermind'],
  HassPauseTimer: ['timer.pause'],
  HassRespond: ['conversation.respond'],
  HassSetVolume: ['media_player.volume_set'],
  HassShoppingListAddItem: ['todo.add_item'],
  HassShoppingListCompleteItem: ['todo.remove_item'],
  HassStartTimer: ['timer.start'],
  HassTimerStatus: ['timer.get_remaining'],
  HassUnpauseTimer: ['timer.start'],
  HassVacuumReturnToBase: ['vacuum.return_to_base'],
  HassVacuumStart: ['vacuum.start'],
};

/** Those that mean another action for each domain; `*` for all others. */
const BY_DOMAIN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  HassTurnOn: { cover: 'open_cover', lock: 'lock', valve: 'open_valve', '*': 'turn_on' },
  HassTurnOff: { cover: 'close_cover', lock: 'unlock', valve: 'close_valve', '*': 'turn_off' },
  HassGetState: { '*': 'get_state' },
  HassSetPosition: { cover: 'set_cover_position', valve: 'set_valve_position', '*': 'set_position' },
};

/** What a reading has to be to be the gold. A name that is none of the home's, such as a timer's, is no entity. */
export interface Gold {
  /** Any of these; empty where nothing stands for it. */
  readonly actions: ReadonlySet<string>;
  isMetBy(entry: ShortlistEntry): boolean;
}

/** @throws Error for an intent that has no line above */
export function goldOf({ intent, slots, context }: GoldTest, home: Home): Gold {
  const names = new Set(values(slots['name']).map(nameKey));
  const named = home.entities.filter((entity) => entity.names.some((name) => names.has(nameKey(name))));
  const areas = new Set(
    values(slots['area']).flatMap((name) => home.areaOfRoom(name)?.id ?? `no area ${nameKey(name)}`),
  );
  const said = values(slots['domain'] ?? context?.['domain']);
  const domains = said.length > 0 ? said : named.map(({ domain }) => domain);
  const services = BY_DOMAIN[intent];
  const actions = new Set(
    services
      ? domains.map((domain) => `${domain}.${services[domain] ?? services['*']}`)
      : (ACTIONS[intent] ?? []),
  );
  if (!services && !ACTIONS[intent]) throw new Error(`${intent} needs a line in ACTIONS or BY_DOMAIN`);
  const ids = new Set(named.map(({ id }) => id));
  return {
    actions,
    isMetBy: (entry) =>
      actions.has(entry.intent) &&
      (areas.size === 0 || areas.has(entry.area ?? '')) &&
      (ids.size === 0 ? areas.size === 0 || entry.entity_id === undefined : ids.has(entry.entity_id ?? '')),
  };
}

function values(slot: unknown): readonly string[] {
  return slot === undefined ? [] : [slot].flat().map(String);
}

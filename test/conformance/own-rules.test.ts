import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import type { Action } from '../../src/intent/recognition.ts';
import { recogniseRequest } from '../../src/recognise-request.ts';
import { loadUnderstanding } from '../../src/understanding.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

// Home Assistant's own test sentences, answered by our own sentences over Home Assistant's test home. The corpus is
// read where it stands, next to the project. OWN_RULES_MISSES=1 prints every sentence that was not understood.

const never = new AbortController().signal;
const root = resolve(import.meta.dirname, '../..');
const corpus = resolve(root, '../shared/data/home-assistant-intents');

type Value = string | number;
interface Line {
  readonly text: string;
  readonly intent: string;
  readonly slots: Readonly<Record<string, Value | readonly Value[]>>;
  readonly context_area?: string | readonly string[];
  readonly file: string;
}
interface Fixtures {
  readonly floors: readonly { readonly id: string; readonly names: readonly string[] }[];
  readonly timers: readonly { readonly area?: string }[];
  readonly areas: readonly { id: string; floor?: string; names: readonly string[] }[];
  readonly entities: readonly {
    entity_id: string;
    domain: string;
    area: string | null;
    names: readonly string[];
    attributes: { readonly device_class?: string };
  }[];
}

/** The files that our sentences must answer: `.90` with the right intent, at most `.01` with a wrong one. */
const ASSERTED =
  /^(light|switch|cover|climate|media_player|fan|vacuum|lock)_|_Hass(\w*Timers?|TimerStatus|GetState|TurnOn|TurnOff)$/;

/** What Home Assistant has without listing it among the entities of its test home. */
const BUILT_IN = [
  { id: 'timer.minutnik', name: 'minutnik', aliases: ['kitchen timer'] },
  { id: 'todo.shopping_list', name: 'lista zakupów', aliases: ['shopping list'] },
  { id: 'assist_satellite.voice', name: 'satelita głosowy' },
];

/** Our actions for an intent of Home Assistant's, where the domain of what it is about does not decide. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  HassBroadcast: ['assist_satellite.announce'],
  HassCancelAllTimers: ['timer.cancel'],
  HassCancelTimer: ['timer.cancel'],
  HassClimateGetTemperature: ['climate.get_temperature'],
  HassClimateSetTemperature: ['climate.set_temperature'],
  HassDecreaseTimer: ['timer.decrease'],
  HassFanSetSpeed: ['fan.set_percentage'],
  HassGetCurrentDate: ['date.get'],
  HassGetCurrentTime: ['time.get'],
  HassGetWeather: [
    'weather.get_forecast',
    'weather.get_temperature',
    'weather.get_humidity',
    'weather.get_state',
  ],
  HassIncreaseTimer: ['timer.change'],
  HassLawnMowerDock: ['lawn_mower.dock'],
  HassLawnMowerStartMowing: ['lawn_mower.start_mowing'],
  HassLightSet: ['light.turn_on'],
  HassListAddItem: ['todo.add_item'],
  HassListCompleteItem: ['todo.update_item'],
  HassMediaNext: ['media_player.media_next_track'],
  HassMediaPause: ['media_player.media_pause', 'media_player.media_stop'],
  HassMediaPlayerMute: ['media_player.volume_mute'],
  HassMediaPlayerUnmute: ['media_player.volume_mute'],
  HassMediaPrevious: ['media_player.media_previous_track'],
  HassMediaUnpause: ['media_player.media_play'],
  HassNevermind: ['conversation.nevermind'],
  HassPauseTimer: ['timer.pause'],
  HassSetVolume: ['media_player.volume_set'],
  HassShoppingListAddItem: ['todo.add_item'],
  HassShoppingListCompleteItem: ['todo.update_item'],
  HassStartTimer: ['timer.start'],
  HassStopMoving: ['cover.stop_cover', 'valve.stop_valve'],
  HassTimerStatus: ['timer.get_remaining', 'timer.get_state'],
  HassUnpauseTimer: ['timer.start'],
  HassVacuumReturnToBase: ['vacuum.return_to_base'],
  HassVacuumStart: ['vacuum.start'],
};
const DIRECTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  HassTurnOn: { cover: 'open_cover', lock: 'lock', valve: 'open_valve', '*': 'turn_on' },
  HassTurnOff: { cover: 'close_cover', lock: 'unlock', valve: 'close_valve', '*': 'turn_off' },
  HassOpenCover: { '*': 'open_cover' },
  HassCloseCover: { '*': 'close_cover' },
  HassSetPosition: { valve: 'set_valve_position', '*': 'set_cover_position' },
  HassGetState: { '*': 'get_state' },
  HassToggle: { '*': 'toggle' },
};

const firstOf = <Item>(value: Item | readonly Item[] | undefined): Item | undefined =>
  Array.isArray(value) ? value[0] : (value as Item | undefined);

/** What may be answered. */
function actionsFor({ intent, slots, file }: Line, domainOf: (name: string) => string | undefined): string[] {
  const direction = DIRECTIONS[intent];
  if (!direction) return [...(ACTIONS[intent] ?? [])];
  const domain = String(
    firstOf(slots['domain']) ?? domainOf(String(firstOf(slots['name']) ?? '')) ?? nameOf(file).split('_')[0],
  );
  const actions = [`${domain}.${direction[domain] ?? direction['*']}`];
  // A sensor of a window or a door says the same as what moves it; so does a lock's.
  if (intent === 'HassGetState') actions.push('binary_sensor.get_state', 'sensor.get_state');
  return actions;
}

/** Slots without which, or with other values, the intent is another one. */
function hasSlots({ intent, slots }: Line, { entities }: Action): boolean {
  const number = (slot: string) => Number(firstOf(slots[slot]));
  switch (intent) {
    case 'HassLightSet':
      if (slots['brightness'] !== undefined) return entities['brightness_pct'] === number('brightness');
      return entities['color_name'] !== undefined || entities['color_temp_kelvin'] !== undefined;
    case 'HassSetPosition':
      return entities['position'] === number('position');
    case 'HassSetVolume':
      return entities['volume_level'] === number('volume_level') / 100;
    case 'HassClimateSetTemperature':
      return entities['temperature'] === number('temperature');
    case 'HassStartTimer':
    case 'HassIncreaseTimer':
    case 'HassDecreaseTimer':
      return entities['duration'] === durationOf(slots);
    case 'HassUnpauseTimer':
      return entities['duration'] === undefined;
    default:
      return entities['brightness_pct'] === undefined && entities['color_name'] === undefined;
  }
}

function durationOf(slots: Line['slots']): string {
  const parts = ['hours', 'minutes', 'seconds'].map((slot) => Number(firstOf(slots[slot]) ?? 0));
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

function nameOf(file: string): string {
  return file.replace(/^.*\//, '').replace(/\.yaml$/, '');
}

/** The test home, and in it what the sentences take for granted: a kitchen whose lights are put out has lights. */
function homeDocument({ floors: named, areas, entities, timers }: Fixtures, lines: readonly Line[]) {
  const slug = (name: string) =>
    name
      .normalize('NFKD')
      .toLowerCase()
      .replaceAll('ł', 'l')
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_|_$/g, '');
  const unnamed = [...new Set(areas.flatMap(({ floor }) => floor ?? []))].filter((floor) =>
    named.every(({ id }) => id !== floor),
  );
  const floors = [
    ...named.map(({ id, names: [name = id, ...aliases] }) => ({ id, name, aliases })),
    ...unnamed.map((name) => ({ id: slug(name), name })),
  ];
  const ids = new Map<string, number>();
  // A home of ours has no two things of a kind with one name in one place; the test home has, and the first has it.
  const owned = new Set<string>();
  const listed = entities.flatMap(({ entity_id, domain, area, names, attributes }) => {
    const [name, ...aliases] = names.filter((each) => {
      const key = `${domain} ${area} ${slug(each)}`;
      return !owned.has(key) && owned.add(key);
    });
    if (name === undefined) return [];
    const id = entity_id.toLowerCase().replace(/[^a-z0-9_.]/g, '_');
    const times = (ids.get(id) ?? 0) + 1;
    ids.set(id, times);
    const { device_class } = attributes;
    const isThere = area !== null && areas.some((each) => each.id === area);
    return [
      {
        id: times === 1 ? id : `${id}_${times}`,
        name,
        aliases,
        ...(isThere && { area }),
        ...(device_class !== undefined && { device_class }),
      },
    ];
  });
  const taken = lines.flatMap(({ intent, slots, context_area, file }) => {
    const domain = String(firstOf(slots['domain']) ?? nameOf(file).split('_')[0]);
    const isNamed = slots['name'] !== undefined && slots['name'] !== 'all';
    const place = firstOf(slots['area']) ?? (isNamed ? undefined : firstOf(context_area));
    const area = areas.find(({ names }) => names.some((name) => slug(name) === slug(String(place))));
    if (!area || !/^(light|fan|switch|cover|lock|climate|media_player)$/.test(domain)) return [];
    if (intent === 'HassClimateGetTemperature' || isNamed) return [];
    const deviceClass = firstOf(slots['device_class']);
    const isThere = listed.some(
      (entity) =>
        entity.area === area.id &&
        entity.id.startsWith(`${domain}.`) &&
        (deviceClass === undefined || entity.device_class === deviceClass),
    );
    if (isThere) return [];
    const id = `${domain}.${area.id}_${deviceClass ?? 'thing'}`;
    return [
      {
        id,
        name: id.replace(/\W/g, ' '),
        area: area.id,
        ...(deviceClass !== undefined && { device_class: deviceClass }),
      },
    ];
  });
  const timersThere = timers.flatMap(({ area }) =>
    area === undefined ? [] : [{ id: `timer.${area}`, name: `timer ${area}`, area }],
  );
  // A thermostat measures; in a home of ours that is a sensor.
  const thermometers = entities.flatMap(({ domain, area }) =>
    domain === 'climate' && area !== null
      ? [{ id: `sensor.${area}_climate`, name: `sensor ${area}`, area, device_class: 'temperature' }]
      : [],
  );
  return {
    floors,
    areas: areas.map(({ id, floor, names: [name = id, ...aliases] }) => ({
      id,
      name,
      aliases,
      ...(floor && { floor: slug(floor) }),
    })),
    entities: [
      ...listed,
      ...new Map([...taken, ...thermometers].map((entity) => [entity.id, entity])).values(),
      ...timersThere,
      ...BUILT_IN,
    ],
  };
}

type Verdict = 'right' | 'asked' | 'wrong' | 'unavailable' | 'unclear';
const VERDICTS: readonly Verdict[] = ['right', 'asked', 'wrong', 'unavailable', 'unclear'];

class Tally {
  readonly counts = new Map<Verdict, number>();

  add(verdict: Verdict): void {
    this.counts.set(verdict, this.of(verdict) + 1);
  }

  of(verdict: Verdict): number {
    return this.counts.get(verdict) ?? 0;
  }

  get total(): number {
    return VERDICTS.reduce((sum, verdict) => sum + this.of(verdict), 0);
  }

  /** Understood: it is done, or it is asked which of several things it shall be done to. */
  get share(): number {
    return (this.of('right') + this.of('asked')) / this.total;
  }

  get wrongShare(): number {
    return this.of('wrong') / this.total;
  }

  toString(): string {
    const cells = VERDICTS.map((verdict) => String(this.of(verdict)).padStart(12)).join('');
    return `${String(this.total).padStart(5)}${this.share.toFixed(3).padStart(8)}${cells}`;
  }
}

async function measure(language: string) {
  const lines: Line[] = (await readFile(join(corpus, `ha-tests-${language}.jsonl`), 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  const fixtures: Fixtures = JSON.parse(await readFile(join(corpus, `ha-fixtures-${language}.json`), 'utf8'));
  const home = join(await temporaryFolder(), 'home.yaml');
  await writeFile(home, JSON.stringify(homeDocument(fixtures, lines)));
  const config = await loadConfig({ RESOLVERS: 'rules' });
  const understanding = await loadUnderstanding({ ...config, files: { ...config.files, home } });
  const domainOf = (called: string) =>
    fixtures.entities.find(({ names }) => names.some((name) => name.toLowerCase() === called.toLowerCase()))
      ?.domain;

  const tallies = new Map<string, Tally>();
  const misses: string[] = [];
  for (const line of lines) {
    const room = firstOf(line.context_area);
    const transcript = { text: line.text, language, frameId: 'test', ...(room !== undefined && { room }) };
    const { meaning } = (await recogniseRequest(transcript, { understanding, config, signal: never }))
      .recognition;
    const expected = actionsFor(line, domainOf);
    const isRight = (action: Action) => expected.includes(action.intent) && hasSlots(line, action);
    let verdict: Verdict = 'unclear';
    let answers: readonly Action[] = [];
    switch (meaning.status) {
      case 'recognized':
        answers = meaning.kind === 'query' ? [meaning.query] : meaning.actions;
        verdict = answers.every(isRight) ? 'right' : 'wrong';
        break;
      case 'ambiguous':
        answers = meaning.candidates;
        verdict = answers.every(isRight) ? 'asked' : 'unclear';
        break;
      case 'unavailable':
        verdict = 'unavailable';
        break;
    }
    const file = nameOf(line.file);
    const tally = tallies.get(file) ?? new Tally();
    tally.add(verdict);
    tallies.set(file, tally);
    if (verdict === 'right' || verdict === 'asked') continue;
    const answered = answers
      .map(({ intent, entities }) => `${intent} ${JSON.stringify(entities)}`)
      .join(' | ');
    misses.push(`${verdict.padEnd(12)}${file}: ${line.text} [${room ?? ''}] ${answered}`);
  }
  return { tallies, misses };
}

function report(language: string, { tallies, misses }: Awaited<ReturnType<typeof measure>>): Tally {
  const asserted = new Tally();
  const all = new Tally();
  for (const [file, tally] of tallies) {
    for (const [verdict, count] of tally.counts) {
      for (let each = 0; each < count; each++) {
        all.add(verdict);
        if (ASSERTED.test(file)) asserted.add(verdict);
      }
    }
  }
  const head = `${' lines'.padStart(5)}  intent${VERDICTS.map((verdict) => verdict.padStart(12)).join('')}`;
  const rows = [...tallies, ['home commands (*)', asserted] as const, ['all', all] as const].map(
    ([file, tally]) => `${`${file}${ASSERTED.test(file) ? ' *' : ''}`.padEnd(46)}${tally}`,
  );
  process.stdout.write(`\n${language.padEnd(45)}${head}\n${rows.join('\n')}\n`);
  if (process.env['OWN_RULES_MISSES']) process.stdout.write(`${misses.join('\n')}\n`);
  else {
    const wrong = misses.filter((miss) => miss.startsWith('wrong'));
    if (wrong.length > 0) process.stdout.write(`${wrong.join('\n')}\n`);
  }
  return asserted;
}

if (!existsSync(corpus)) process.stdout.write(`own rules: skipped, there is no corpus in ${corpus}\n`);

describe.skipIf(!existsSync(corpus))("Home Assistant's test sentences, by our own rules", () => {
  test('Polish', async () => {
    const asserted = report('pl', await measure('pl'));
    expect(asserted.share).toBeGreaterThanOrEqual(0.9);
    expect(asserted.wrongShare).toBeLessThanOrEqual(0.01);
  });

  test('English, for information', async () => {
    expect(report('en', await measure('en')).total).toBeGreaterThan(0);
  });
});

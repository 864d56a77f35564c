import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCorpus } from '../../../src/evaluation/corpus-document.ts';
import type { Slots } from '../../../src/intent/recognition.ts';
import type { Utterance } from '../../../src/intent/utterance.ts';
import { type Objection, objectionsIn } from '../../../src/language/objection.ts';
import type { NamedAction } from '../../../src/language/untimely.ts';

const objectionTo = (
  actions: readonly NamedAction[],
  utterance: Pick<Utterance, 'text' | 'language'>,
): Objection | undefined => objectionsIn(utterance)(actions);

const doing = (intent: string, slots: Slots = {}) => ({
  intent,
  entities: { area: 'salon', ...slots },
});

test.for([
  ['pl', 'zgaś światło w salonie', 'light.turn_on'],
  ['pl', 'zaświeć lampę', 'light.turn_off'],
  ['pl', 'opuść rolety i zapal światło', 'cover.open_cover'],
  ['pl', 'odsłoń okna', 'cover.close_cover'],
  ['pl', 'zarygluj drzwi', 'lock.unlock'],
  ['pl', 'rozbrój alarm', 'alarm_control_panel.alarm_arm_away'],
  ['pl', 'ciszej proszę', 'media_player.volume_up'],
  ['en', 'turn the lights off', 'light.turn_on'],
  ['en', 'could you switch on the fan', 'fan.turn_off'],
  ['en', 'shut the garage', 'cover.open_cover'],
  ['en', 'unlock the front door', 'lock.lock'],
])('%s: "%s" is turned round by %s', ([language = '', text = '', intent = '']) => {
  expect(objectionTo([doing(intent)], { text, language })).toBe('turned round');
});

test.for([
  ['pl', 'zgaś światło w kuchni a włącz w gabinecie', 'light.turn_on'],
  ['pl', 'zgaś światło i puść film', 'scene.turn_on'],
  ['pl', 'jasno tu zrób', 'light.turn_on'],
  ['en', 'stop the fan on the terrace', 'fan.turn_off'],
  ['en', 'lights out on the terrace', 'light.turn_off'],
  ['de', 'mach das Licht aus', 'light.turn_on'],
])('%s: "%s" says nothing against %s', ([language = '', text = '', intent = '']) => {
  expect(objectionTo([doing(intent)], { text, language })).toBeUndefined();
});

test.for([
  ['pl', 'zgaś światło', 'light.turn_on', { brightness_pct: 100 }],
  // Out is not dimmed, unless that was said.
  ['pl', 'zgaś światło', 'light.turn_on', { brightness_pct: 30 }],
  ['pl', 'zgaś światło', 'light.turn_on', { color_name: 'red' }],
  ['pl', 'ściemnij światło', 'light.turn_on', {}],
  ['pl', 'przyciemnij światło', 'light.turn_on', { brightness_step_pct: 20 }],
  ['pl', 'zaświeć lampę', 'light.turn_on', { brightness_pct: 0 }],
  ['pl', 'zamknij rolety', 'cover.set_cover_position', { position: 100 }],
  ['pl', 'zamknij rolety', 'cover.open_cover', { device_class: 'shutter' }],
  ['pl', 'podnieś rolety', 'cover.set_cover_position', { position: 0 }],
  ['pl', 'wyłącz wentylator', 'fan.set_percentage', { percentage: 60 }],
  ['pl', 'wyłącz klimatyzację', 'climate.set_hvac_mode', { hvac_mode: 'cool' }],
  ['pl', 'włącz ogrzewanie', 'climate.set_hvac_mode', { hvac_mode: 'off' }],
  ['pl', 'cieplej poproszę', 'climate.set_temperature', { temperature_step: -1 }],
  ['pl', 'ciszej', 'media_player.volume_set', { volume_level: 1 }],
  ['pl', 'wycisz telewizor', 'media_player.volume_mute', { is_volume_muted: false }],
  ['pl', 'zatrzymaj muzykę', 'media_player.media_play', {}],
  ['pl', 'zamknij drzwi', 'lock.open', {}],
  ['pl', 'włącz światło', 'light.toggle', {}],
  ['pl', 'zamknij rolety', 'cover.toggle', {}],
  ['en', 'turn off the lights', 'light.turn_on', { brightness_pct: 100 }],
  ['en', 'turn off the lamp on the desk', 'light.turn_on', { brightness_pct: 80 }],
  ['en', 'close the blinds', 'cover.set_cover_position', { position: 100 }],
  ['en', 'lock the door', 'lock.open', {}],
  ['en', 'switch on the fan', 'fan.toggle', {}],
  ['en', 'dim the lights', 'light.turn_on', { brightness_step_pct: 10 }],
  ['en', 'slow the fan down', 'fan.increase_speed', { percentage_step: 10 }],
] as const)(
  '%s: "%s" is turned round by %s with %o, whatever else that says',
  ([language, text, intent, slots]) => {
    expect(objectionTo([doing(intent, slots)], { text, language })).toBe('turned round');
  },
);

test.for([
  ['pl', 'przygaś światło', 'light.turn_on', { brightness_pct: 30 }],
  ['pl', 'zgaś światło do 20 procent', 'light.turn_on', { brightness_pct: 20 }],
  ['pl', 'zgaś światło do zera', 'light.turn_on', { brightness_pct: 0 }],
  ['pl', 'przyciemnij o dziesięć', 'light.turn_on', { brightness_step_pct: -10 }],
  ['pl', 'zamknij rolety', 'cover.set_cover_position', { position: 0 }],
  ['pl', 'opuść rolety do połowy', 'cover.set_cover_position', { position: 50 }],
  ['pl', 'wyłącz klimatyzację', 'climate.set_hvac_mode', { hvac_mode: 'off' }],
  ['pl', 'chłodniej', 'climate.set_hvac_mode', { hvac_mode: 'cool' }],
  ['pl', 'przełącz światło', 'light.toggle', {}],
  ['pl', 'zapal albo zgaś światło', 'light.toggle', {}],
  ['en', 'toggle the lamp on the desk', 'light.toggle', {}],
  ['en', 'turn on the lights on the terrace', 'light.turn_on', {}],
  ['en', 'dim the lights', 'light.turn_on', { brightness_pct: 30 }],
  ['en', 'slow the fan down', 'fan.decrease_speed', { percentage_step: 10 }],
] as const)('%s: "%s" says nothing against %s with %o', ([language, text, intent, slots]) => {
  expect(objectionTo([doing(intent, slots)], { text, language })).toBeUndefined();
});

/** With what the things are called. */
const later = (intent: string, at?: string, slots: Slots = {}, names: readonly string[] = []) => ({
  ...doing(intent, slots),
  names,
  ...(at !== undefined && { at }),
});
const NINE = '2026-11-21T21:00:00+01:00';
const TIMES = [NINE, '2026-11-21T22:00:00+01:00'];

test.for([
  ['pl', 'zgaś światło o 21:00'],
  ['pl', 'zgaś światło o dziewiątej'],
  ['pl', 'o dwudziestej pierwszej zgaś światło'],
  ['pl', 'zgaś światło o 9'],
  ['pl', 'o 21 na tarasie zgaś światło'],
  ['pl', 'zgaś światło za dziesięć minut'],
  ['pl', 'zgaś światło za kwadrans'],
  ['pl', 'zgaś światło za chwilę'],
  ['pl', 'jutro rano zgaś światło'],
  ['pl', 'zgaś światło kwadrans po ósmej'],
  ['pl', 'wpół do siódmej zgaś światło'],
  ['pl', 'siódma trzydzieści zgaś światło'],
  ['pl', 'zgaś światło co wieczór'],
  ['pl', 'każdego dnia zgaś światło'],
  ['en', 'turn off the light at nine'],
  ['en', 'at 21:00 turn off the light'],
  ['en', 'turn the light off by 9 pm'],
  ['en', "turn the light off around nine o'clock"],
  ['en', 'turn off the light in ten minutes'],
  ['en', 'turn off the light in a while'],
  ['en', 'tomorrow turn the light off'],
  ['en', 'turn the light off every evening'],
  ['en', 'turn the light off every day'],
])('%s: "%s" is for later: not for now, and a time may be given', ([language = '', text = '']) => {
  expect(objectionTo([later('light.turn_off')], { text, language })).toBe('time left out');
  expect(objectionTo([later('light.turn_off', NINE)], { text, language })).toBeUndefined();
});

test.for([
  ['pl', 'zgaś światło, jak wyjdę'],
  ['pl', 'gdy będzie ciemno, zgaś światło'],
  ['en', 'turn off the light if it is cold'],
  ['en', 'turn the light off once the movie ends'],
])('%s: "%s" is on a condition: neither for now nor for any time', ([language = '', text = '']) => {
  expect(objectionTo([later('light.turn_off')], { text, language })).toBe('time left out');
  expect(objectionTo([later('light.turn_off', NINE)], { text, language })).toBe('no time said');
});

test.for([
  ['pl', 'zgaś światło', 'light.turn_off', {}],
  ['pl', 'zgaś wszystkie lampy, co się palą', 'light.turn_off', {}],
  ['pl', 'przyciemnij światło o 10 procent', 'light.turn_on', { brightness_step_pct: -10 }],
  ['pl', 'podnieś temperaturę o dwa stopnie', 'climate.set_temperature', { temperature_step: 2 }],
  ['pl', 'ustaw temperaturę na 21.50 stopni', 'climate.set_temperature', { temperature: 21.5 }],
  ['en', 'turn off the lights at the back', 'light.turn_off', {}],
  ['en', 'set the brightness at 50', 'light.turn_on', { brightness_pct: 50 }],
  ['en', 'turn off every light', 'light.turn_off', {}],
] as const)('%s: "%s" is for now, and no time may be given', ([language, text, intent, slots]) => {
  expect(objectionTo([later(intent, undefined, slots)], { text, language })).toBeUndefined();
  expect(objectionTo([later(intent, NINE, slots)], { text, language })).toBe('no time said');
});

test('a time belongs to the timer that runs for it, to the text that holds it, to the name of the thing', () => {
  const says = (text: string, language = 'pl') => ({ text, language });
  const timer = later('timer.start', undefined, { duration: '00:10:00' });
  expect(objectionTo([timer], says('nastaw minutnik na dziesięć minut'))).toBeUndefined();
  expect(objectionTo([timer], says('o 21 nastaw minutnik na dziesięć minut'))).toBe('time left out');
  expect(objectionTo([later('timer.change')], says('wydłuż minutnik o 5 minut'))).toBeUndefined();
  expect(
    objectionTo([later('light.turn_off')], says('zgaś światło i nastaw minutnik na dziesięć minut')),
  ).toBe('time left out');
  const item = later('todo.add_item', undefined, { item: 'bułki na jutro' });
  expect(objectionTo([item], says('dodaj bułki na jutro do listy zakupów'))).toBeUndefined();
  const scene = later('scene.turn_on', undefined, {}, ['wieczór filmowy', 'movie night']);
  expect(objectionTo([scene], says('włącz wieczór filmowy'))).toBeUndefined();
  expect(objectionTo([scene], says('put movie night on', 'en'))).toBeUndefined();
  expect(objectionTo([scene], says('wieczorem włącz wieczór filmowy'))).toBe('time left out');
  expect(objectionTo([later('light.turn_off')], says('zgaś światło w wieczór'))).toBe('time left out');
  const armed = later('alarm_control_panel.alarm_arm_night');
  expect(objectionTo([armed], says('set the alarm for the night', 'en'))).toBeUndefined();
});

test('by how much something is dimmed is no time, though one might say so', () => {
  const said = { text: 'przyciemnij światło o 10', language: 'pl' };
  expect(
    objectionTo([later('light.turn_on', undefined, { brightness_step_pct: -10 })], said),
  ).toBeUndefined();
  expect(objectionTo([later('light.turn_on', undefined, { brightness_pct: 40 })], said)).toBe(
    'time left out',
  );
});

test('of several things one for later is enough, and what comes first is no time', () => {
  const said = { text: 'zgaś światło, a o 21 zasłoń rolety', language: 'pl' };
  const [now, then] = [later('light.turn_off'), later('cover.close_cover', NINE)];
  expect(objectionTo([now, then], said)).toBeUndefined();
  expect(objectionTo([now, later('cover.close_cover')], said)).toBe('time left out');
  const inOrder = { text: 'zgaś światło, a potem zasłoń rolety', language: 'pl' };
  expect(objectionTo([now, later('cover.close_cover')], inOrder)).toBeUndefined();
  expect(objectionTo([now], { text: 'zgaś światło potem', language: 'pl' })).toBe('time left out');
});

test('where nothing was ordered, nothing may be done', () => {
  const said = { text: 'nie zapalaj światła', language: 'pl' };
  expect(objectionTo([doing('light.turn_on')], said)).toBe('nothing ordered');
});

const OPPOSITES: readonly (readonly [RegExp, string])[] = [
  [/turn_on$/, 'turn_off'],
  [/turn_off$/, 'turn_on'],
  [/open_cover$/, 'close_cover'],
  [/close_cover$/, 'open_cover'],
  [/unlock$/, 'lock'],
  [/(?<!un)lock$/, 'unlock'],
];

test.for(['pl', 'en'])(
  'of the corpus no order is called its own opposite, and most opposites are told (%s)',
  async (language) => {
    const cases = await loadCorpus(join(import.meta.dirname, `../../golden/corpus/${language}.yaml`));
    const orders = cases.flatMap(({ says: text, readings: [first] }) => {
      const actions = first?.status === 'recognized' && first.kind === 'action' ? first.actions : [];
      const judged = objectionTo(
        actions.map(({ intent, at, entities }, index) => later(intent, at && TIMES[index], entities)),
        { text, language },
      );
      return actions.map(({ intent, entities }) => ({
        ...{ said: { text, language }, action: { intent, entities }, judged },
        isAlone: actions.length === 1,
      }));
    });
    // Where only a name tells what one of several is about ("odkurz i zgaś światło"), another's word may seem against it.
    const judged = orders.map((order) => order.judged);
    const turned = orders.filter((order) => order.isAlone && order.judged === 'turned round');
    expect(turned.map(({ said }) => said.text)).toEqual([]);
    const opposites = orders.flatMap(({ said, action: { intent, entities }, isAlone }, index) => {
      const [from, to] = OPPOSITES.find(([end]) => end.test(intent)) ?? [];
      const isPlain = Object.keys(entities).every((slot) => slot === 'area' || slot === 'entity_id');
      return from && isAlone && judged[index] === undefined && isPlain
        ? [{ said, action: { intent: intent.replace(from, to ?? ''), entities } }]
        : [];
    });
    const told = opposites.filter(({ said, action }) => objectionTo([action], said) === 'turned round');
    expect(opposites.length).toBeGreaterThan(100);
    expect(told.length / opposites.length).toBeGreaterThan(0.75);
  },
);

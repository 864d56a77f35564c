import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCorpus } from '../../../src/evaluation/corpus-document.ts';
import type { Slots } from '../../../src/intent/recognition.ts';
import { objectionTo } from '../../../src/language/objection.ts';

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
  expect(objectionTo(doing(intent), { text, language })).toBe('turned round');
});

test.for([
  ['pl', 'zgaś światło w kuchni a włącz w gabinecie', 'light.turn_on'],
  ['pl', 'zgaś światło i puść film', 'scene.turn_on'],
  ['pl', 'jasno tu zrób', 'light.turn_on'],
  ['en', 'stop the fan on the terrace', 'fan.turn_off'],
  ['en', 'lights out on the terrace', 'light.turn_off'],
  ['de', 'mach das Licht aus', 'light.turn_on'],
])('%s: "%s" says nothing against %s', ([language = '', text = '', intent = '']) => {
  expect(objectionTo(doing(intent), { text, language })).toBeUndefined();
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
    expect(objectionTo(doing(intent, slots), { text, language })).toBe('turned round');
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
  expect(objectionTo(doing(intent, slots), { text, language })).toBeUndefined();
});

test('where nothing was ordered, nothing may be done', () => {
  const said = { text: 'nie zapalaj światła', language: 'pl' };
  expect(objectionTo(doing('light.turn_on'), said)).toBe('nothing ordered');
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
    const orders = cases.flatMap(({ says: text, readings: [first] }) =>
      (first?.status === 'recognized' && first.kind === 'action' ? first.actions : []).map(
        ({ intent, entities = {} }) => {
          return { said: { text, language }, action: { intent, entities } };
        },
      ),
    );
    const judged = orders.map(({ said, action }) => objectionTo(action, said));
    expect(judged).not.toContain('turned round');
    const opposites = orders.flatMap(({ said, action: { intent, entities } }, index) => {
      const [from, to] = OPPOSITES.find(([end]) => end.test(intent)) ?? [];
      const isPlain = Object.keys(entities).every((slot) => slot === 'area' || slot === 'entity_id');
      return from && judged[index] === undefined && isPlain
        ? [{ said, action: { intent: intent.replace(from, to ?? ''), entities } }]
        : [];
    });
    const told = opposites.filter(({ said, action }) => objectionTo(action, said) === 'turned round');
    expect(opposites.length).toBeGreaterThan(100);
    expect(told.length / opposites.length).toBeGreaterThan(0.75);
  },
);

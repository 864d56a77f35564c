import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCorpus } from '../../../src/evaluation/corpus-document.ts';
import { objectionTo } from '../../../src/language/objection.ts';

const doing = (intent: string, slots: Readonly<Record<string, string | number>> = {}) => ({
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

test('a light that is dimmed is not put out', () => {
  const dimmed = doing('light.turn_on', { brightness_pct: 30 });
  expect(objectionTo(dimmed, { text: 'przygaś światło', language: 'pl' })).toBeUndefined();
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

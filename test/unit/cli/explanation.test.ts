import { expect, test } from 'vitest';
import { explainedReadings, explanationLines } from '../../../src/cli/explanation.ts';
import type { Match } from '../../../src/rules/matcher.ts';

function reading(action: string, more: Partial<Match> = {}): Match {
  return { action, kind: 'action', slots: {}, confidence: 1, rank: 0, template: `do ${action}`, ...more };
}

const target = { domains: ['light'], scope: 'room' } as const;

test('the template that decided is shown with its values, and the next reading that says something else', () => {
  const readings = [
    reading('light.turn_on', {
      slots: { brightness_pct: 40 },
      target: { ...target, area: 'salon', words: 'salonie' },
    }),
    reading('light.turn_on', {
      template: 'the same in other words',
      slots: { brightness_pct: 40 },
      target: { ...target, area: 'salon' },
    }),
    reading('switch.get_state', {
      kind: 'query',
      rank: 1,
      confidence: 0.8,
      target: { ...target, entities: ['switch.a', 'switch.b'], floor: 'parter', words: 'coś' },
    }),
  ];
  expect(explanationLines(readings, 'do light.turn_on')).toEqual([
    'template    do light.turn_on',
    'values      area=salon "salonie" brightness_pct=40',
    'confidence  1',
    'second      ? switch.get_state name=switch.a,switch.b "coś" floor=parter, by do switch.get_state (0.8)',
  ]);
  expect(explainedReadings(readings)).toMatchObject([
    { action: 'light.turn_on' },
    { rank: 1, confidence: 0.8 },
  ]);
});

test('a reading that is surer and does not decide says by what it stands behind', () => {
  const readings = [
    reading('light.turn_on', { confidence: 0.9 }),
    reading('fan.turn_on', { rank: 1, behind: 'longest name of something here' }),
  ];
  expect(explanationLines(readings, 'do light.turn_on').at(-1)).toBe(
    'second      fan.turn_on, by do fan.turn_on (1, behind by: longest name of something here)',
  );
  expect(explanationLines(readings, 'do fan.turn_on').at(-1)).toMatch(
    /\(0.9, better, but of nothing that is here\)$/,
  );
});

test('the reading that decided need not be the best: the home may not have what that one is about', () => {
  const readings = [reading('fan.turn_on'), reading('light.turn_on')];
  expect(explanationLines(readings, 'do light.turn_on')).toEqual([
    'template    do light.turn_on',
    'values      none',
    'confidence  1',
    'second      fan.turn_on, by do fan.turn_on (1, as good)',
  ]);
});

test('it is told that nothing fits, nothing else fits, or nothing fits well enough', () => {
  expect(explanationLines([], undefined)).toEqual(['no rule fits']);
  expect(explanationLines([], 'found by another step')).toEqual(['found by another step']);
  expect(explanationLines([reading('a.b')], 'do a.b').at(-1)).toBe('second      nothing else fits');
  expect(explanationLines([reading('a.b', { confidence: 0.2 })], undefined)[0]).toBe(
    'no rule fits well enough; the best is',
  );
});

test('what was taken for something else is shown', () => {
  const mended = [
    { heard: 'zpal', meant: 'zapal' },
    { heard: 'kuchi\u001b[2J', meant: 'kuchni' },
  ];
  const readings = [reading('light.turn_on', { mended })];
  const lines = explanationLines(readings, 'do light.turn_on');
  expect(lines.join('')).not.toMatch(/\p{Cc}/u);
  expect(lines.find((line) => line.startsWith('mended '))).toMatch(
    /^mended {6}zpal → zapal, kuchi.* → kuchni$/,
  );
  expect(explainedReadings(readings)).toMatchObject([{ mended }]);
});

test('what was said cannot write to the terminal', () => {
  const sly = reading('todo.add_item', { slots: { item: 'milk\u001b[2J\nok' } });
  expect(explanationLines([sly], 'do todo.add_item').join('')).not.toMatch(/\p{Cc}/u);
});

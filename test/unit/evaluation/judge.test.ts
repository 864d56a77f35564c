import { describe, expect, test } from 'vitest';
import type { ExpectedAction, ExpectedReading, GoldUtterance } from '../../../src/evaluation/gold.ts';
import { judge, meaningLabel, readingLabel } from '../../../src/evaluation/judge.ts';
import type { Action, Meaning } from '../../../src/intent/recognition.ts';

function gold(...readings: readonly [ExpectedReading, ...ExpectedReading[]]): GoldUtterance {
  return { says: 'x', kind: 'single', before: [], readings, place: 'own.yaml:1' };
}

function wants(
  intent: string,
  entities: ExpectedAction['entities'] = {},
  more: Partial<ExpectedAction> = {},
): ExpectedReading {
  return {
    status: 'recognized',
    kind: 'action',
    actions: [{ intent, entities, allowsMore: false, ...more }],
  };
}

function done(...actions: readonly Action[]): Meaning {
  return { status: 'recognized', kind: 'action', actions, confidence: 1, requiresConfirmation: false };
}

const act = (intent: string, entities: Action['entities'] = {}): Action => ({ intent, entities });
const unclear: Meaning = { status: 'unclear', responseText: 'what?' };

describe('an answer is exact', () => {
  test('when action and slots are those of the gold', () => {
    const utterance = gold(wants('light.turn_on', { area: 'salon', brightness_pct: 40 }));
    const verdict = judge(utterance, done(act('light.turn_on', { brightness_pct: 40, area: 'salon' })));
    expect(verdict).toEqual({
      isExact: true,
      hasIntent: true,
      isWrongAction: false,
      isWrongDirection: false,
      isNotUnderstood: false,
    });
  });

  test.for([
    ['a slot too many', { area: 'salon' }, { area: 'salon', brightness_pct: 40 }],
    ['a slot too few', { area: 'salon', brightness_pct: 40 }, { area: 'salon' }],
    ['another value', { area: 'salon' }, { area: 'kuchnia' }],
    ['one thing instead of the room', { area: 'salon' }, { area: 'salon', entity_id: 'light.kinkiet' }],
    ['the room instead of one thing', { area: 'salon', entity_id: 'light.kinkiet' }, { area: 'salon' }],
    ['one room instead of the home', { entity_id: 'all' }, { entity_id: 'all', area: 'salon' }],
    ['a number instead of a text', { item: 'dwa' }, { item: 2 }],
  ] as const)('but not with %s; then it has the intent, and acted wrongly', ([, expected, got]) => {
    const verdict = judge(gold(wants('light.turn_on', expected)), done(act('light.turn_on', got)));
    expect(verdict).toMatchObject({ isExact: false, hasIntent: true, isWrongAction: true });
    expect(verdict.isWrongDirection).toBe(false);
  });

  test.for([
    ['its room beside the thing', { entity_id: 'light.a' }, { area: 'salon', entity_id: 'light.a' }],
    ['no room beside the thing', { area: 'salon', entity_id: 'light.a' }, { entity_id: 'light.a' }],
    ['a list in another order', { entity_id: ['b', 'a'] }, { entity_id: ['a', 'b'] }],
    ['a list of one', { entity_id: ['a'] }, { entity_id: 'a' }],
    ['lost diacritics', { item: 'Żółty ser' }, { item: 'zolty ser' }],
  ] as const)('with %s', ([, expected, got]) => {
    expect(judge(gold(wants('x.y', expected)), done(act('x.y', got)))).toMatchObject({ isExact: true });
  });

  test('with more slots only where the gold allows it', () => {
    const some = gold(wants('light.turn_on', { area: 'salon' }, { allowsMore: true }));
    expect(judge(some, done(act('light.turn_on', { area: 'salon', transition: 2 }))).isExact).toBe(true);
    expect(judge(some, done(act('light.turn_on', { transition: 2 }))).isExact).toBe(false);
  });

  test('when any of several readings fits', () => {
    const either = gold(wants('light.turn_on', { area: 'salon' }), { status: 'ambiguous' });
    const asks: Meaning = { status: 'ambiguous', candidates: [], confidence: 1, responseText: 'which?' };
    expect(judge(either, asks).isExact).toBe(true);
    expect(judge(either, done(act('light.turn_on', { area: 'salon' }))).isExact).toBe(true);
  });

  test('when all actions come in spoken order', () => {
    const [first, second] = [act('light.turn_off'), act('cover.close_cover')];
    const both = gold({
      status: 'recognized',
      kind: 'action',
      actions: [first, second].map((action) => ({ ...action, allowsMore: false })),
    });
    expect(judge(both, done(first, second)).isExact).toBe(true);
    expect(judge(both, done(second, first))).toMatchObject({ isExact: false, isWrongAction: true });
    expect(judge(both, done(first))).toMatchObject({ isExact: false, isWrongDirection: false });
  });

  test('when it is for later if, and only if, the gold is', () => {
    const later = (at: string): Meaning => done({ ...act('light.turn_on'), at });
    const nine = gold(wants('light.turn_on', {}, { at: '21:00' }));
    expect(judge(nine, later('2026-11-21T21:00:00+01:00')).isExact).toBe(true);
    expect(judge(nine, later('2026-11-21T09:00:00+01:00')).isExact).toBe(false);
    expect(judge(nine, done(act('light.turn_on')))).toMatchObject({ isExact: false, isWrongAction: true });
    const any = gold(wants('light.turn_on', {}, { at: 'any' }));
    expect(judge(any, later('2026-11-21T09:00:00+01:00')).isExact).toBe(true);
    expect(judge(gold(wants('light.turn_on')), later('2026-11-21T09:00:00+01:00')).isExact).toBe(false);
  });

  test('when it waits for a yes as the gold says', () => {
    const reading = { ...wants('lock.unlock'), needsConfirmation: true };
    const waiting: Meaning = { ...done(act('lock.unlock')), requiresConfirmation: true } as Meaning;
    expect(judge(gold(reading), waiting).isExact).toBe(true);
    expect(judge(gold(reading), done(act('lock.unlock'))).isExact).toBe(false);
  });
});

test('a question that was taken for an order is a wrong action; an order taken for a question is none', () => {
  const query: Meaning = {
    status: 'recognized',
    kind: 'query',
    query: act('light.get_state'),
    confidence: 1,
  };
  const asked = gold({
    status: 'recognized',
    kind: 'query',
    actions: [{ ...act('light.get_state'), allowsMore: false }],
  });
  expect(judge(asked, query).isExact).toBe(true);
  expect(judge(asked, done(act('light.turn_on'))).isWrongAction).toBe(true);
  expect(judge(gold(wants('light.turn_on')), query)).toMatchObject({ isExact: false, isWrongAction: false });
});

test('acting on small talk is wrong; not understanding it is right', () => {
  const talk = gold({ status: 'unclear' });
  expect(judge(talk, done(act('light.turn_on')))).toMatchObject({ isWrongAction: true, isExact: false });
  expect(judge(talk, unclear)).toMatchObject({ isExact: true, isNotUnderstood: false });
  expect(judge(gold(wants('light.turn_on')), unclear)).toMatchObject({ isNotUnderstood: true });
});

describe('the wrong direction', () => {
  test.for([
    ['light.turn_on', {}, 'switch.turn_off', {}],
    ['cover.open_cover', {}, 'cover.close_cover', {}],
    ['lock.lock', {}, 'lock.unlock', {}],
    ['alarm_control_panel.alarm_disarm', {}, 'alarm_control_panel.alarm_arm_night', {}],
    ['light.turn_on', { brightness_step_pct: 20 }, 'light.turn_on', { brightness_step_pct: -20 }],
    [
      'media_player.volume_mute',
      { is_volume_muted: true },
      'media_player.volume_mute',
      { is_volume_muted: false },
    ],
    ['vacuum.start', {}, 'vacuum.return_to_base', {}],
  ] as const)('%s %o was taken for %s %o', ([intent, entities, other, slots]) => {
    expect(judge(gold(wants(intent, entities)), done(act(other, slots))).isWrongDirection).toBe(true);
    expect(judge(gold(wants(other, slots)), done(act(intent, entities))).isWrongDirection).toBe(true);
  });

  test('is not the same action elsewhere, and not an action that was asked for as well', () => {
    const elsewhere = judge(
      gold(wants('light.turn_on', { area: 'salon' })),
      done(act('light.turn_on', { area: 'kuchnia' })),
    );
    expect(elsewhere).toMatchObject({ isWrongAction: true, isWrongDirection: false });
    const onAndOff = gold({
      status: 'recognized',
      kind: 'action',
      actions: ['light.turn_on', 'light.turn_off'].map((intent) => ({ ...act(intent), allowsMore: false })),
    });
    expect(judge(onAndOff, done(act('light.turn_on')))).toMatchObject({ isWrongDirection: false });
  });
});

test('labels tell a question from an order, and a status from both', () => {
  expect(meaningLabel(unclear)).toBe('(unclear)');
  expect(meaningLabel(done(act('a.b'), act('c.d')))).toBe('a.b + c.d');
  expect(readingLabel({ status: 'refused' })).toBe('(refused)');
  const reading = { ...wants('a.b'), kind: 'query' } as ExpectedReading;
  expect(readingLabel(reading)).toBe('? a.b');
});

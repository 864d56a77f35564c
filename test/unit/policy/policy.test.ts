import { describe, expect, test } from 'vitest';
import type { Action, Meaning } from '../../../src/intent/recognition.ts';
import { createWallClock, parseHours } from '../../../src/policy/hours.ts';
import { type Asked, createPolicy, type Policy, type Thing } from '../../../src/policy/policy.ts';
import type { PolicyRule } from '../../../src/policy/rule.ts';

const HOME: Readonly<Record<string, Thing>> = {
  'cover.brama': { domain: 'cover', name: 'Brama', deviceClass: 'garage', hasKnownClass: true },
  'cover.roleta': { domain: 'cover', name: 'Roleta', deviceClass: 'shutter', hasKnownClass: true },
  'lock.drzwi': { domain: 'lock', name: 'Zamek drzwi', hasKnownClass: true },
};

function thingsOf({ intent, entities }: Action): readonly Thing[] {
  const { entity_id: ids } = entities;
  const domain = intent.split('.')[0] ?? '';
  if (ids === 'all') return Object.values(HOME).filter((thing) => thing.domain === domain);
  return ids === undefined
    ? []
    : [ids].flat().map((id) => HOME[String(id)] ?? { domain, name: String(id), hasKnownClass: false });
}

const policy = (...rules: PolicyRule[]): Policy =>
  createPolicy({ rules, things: thingsOf, wallClock: createWallClock('Europe/Warsaw') });

const hours = (text: string) => parseHours(text) ?? { from: 0, to: 0 };

/** 2026-11-21 in Warsaw, which is an hour ahead of UTC then. */
const at = (time: string): number => Date.parse(`2026-11-21T${time}:00+01:00`);

const asked = (more: Partial<Asked> = {}): Asked => ({ language: 'pl', now: at('12:00'), ...more });

function meaning(...actions: Action[]): Meaning {
  return { status: 'recognized', kind: 'action', actions, confidence: 0.9, requiresConfirmation: false };
}
const query = (action: Action): Meaning => ({
  status: 'recognized',
  kind: 'query',
  query: action,
  confidence: 1,
});

/** What becomes of one action. */
function decided(decide: Policy, action: Action, more: Partial<Asked> = {}): string {
  const result = decide(meaning(action), asked(more));
  if (result.status === 'refused') return 'deny';
  return 'requiresConfirmation' in result && result.requiresConfirmation ? 'confirm' : 'allow';
}

const light: Action = { intent: 'light.turn_on', entities: { area: 'salon' } };
const unlock: Action = { intent: 'lock.unlock', entities: { entity_id: 'lock.drzwi' } };
const siren: Action = { intent: 'siren.turn_on', entities: {} };
const open = (...ids: string[]): Action => ({ intent: 'cover.open_cover', entities: { entity_id: ids } });
const disarm: Action = { intent: 'alarm_control_panel.alarm_disarm', entities: {} };

test('what was only nearly heard opens nothing on a word, whatever the rules allow', () => {
  const lax = policy({ action: '*', decision: 'allow' });
  const mended = (action: Action) => lax({ ...meaning(action), isMended: true } as Meaning, asked());
  for (const action of [unlock, disarm]) {
    expect(decided(lax, action)).toBe('allow');
    expect(mended(action)).toMatchObject({ requiresConfirmation: true });
  }
  expect(mended(light)).toMatchObject({ requiresConfirmation: false });
  const strict = policy({ action: 'lock.*', decision: 'deny' });
  expect(strict({ ...meaning(unlock), isMended: true } as Meaning, asked())).toMatchObject({
    status: 'refused',
  });
});

describe('policy without rules', () => {
  test('lets through what no rule is about, untouched', () => {
    const said = meaning(light);
    expect(policy()(said, asked())).toBe(said);
    expect(decided(policy(), { intent: 'script.turn_on', entities: {} })).toBe('allow');
    expect(decided(policy(), { intent: 'scene.turn_on', entities: {} })).toBe('allow');
  });

  test('asks back for locks, alarms and garage doors, and not for blinds', () => {
    expect([unlock, disarm, open('cover.brama')].map((action) => decided(policy(), action))).toEqual([
      'confirm',
      'confirm',
      'confirm',
    ]);
    expect(decided(policy(), open('cover.roleta'))).toBe('allow');
  });

  test('stops at once what moves, unless a rule says otherwise, and nothing else with it', () => {
    const stop = (id: string): Action => ({ intent: 'cover.stop_cover', entities: { entity_id: id } });
    expect(decided(policy(), stop('cover.brama'))).toBe('allow');
    expect(decided(policy(), stop('cover.nieznana'))).toBe('allow');
    const deny: PolicyRule = { action: 'cover.*', deviceClass: 'garage', decision: 'deny' };
    expect(decided(policy(deny), stop('cover.brama'))).toBe('deny');
    const both = policy()(meaning(stop('cover.brama'), open('cover.brama')), asked());
    expect(both).toMatchObject({ requiresConfirmation: true });
  });

  test('asks back for a cover that the home does not know: it may be the garage door', () => {
    expect(decided(policy(), open('cover.nieznana'))).toBe('confirm');
    expect(decided(policy(), { intent: 'light.turn_on', entities: { entity_id: 'light.nieznane' } })).toBe(
      'allow',
    );
  });

  test('asks back for what no class tells from a gate, and denies it where gates are denied', () => {
    const unsure: Thing = { domain: 'cover', name: 'Brama', hasKnownClass: false };
    const at = (thing: Thing, ...rules: PolicyRule[]): Policy =>
      createPolicy({ rules, things: () => [thing], wallClock: createWallClock('Europe/Warsaw') });
    const deny: PolicyRule = { action: 'cover.*', deviceClass: 'gate', decision: 'deny' };
    expect(decided(at(unsure), open('cover.x'))).toBe('confirm');
    expect(decided(at(unsure, deny), open('cover.x'))).toBe('deny');
    const relay: Thing = { domain: 'switch', name: 'Brama', hasKnownClass: false };
    const turnOn: Action = { intent: 'switch.turn_on', entities: { entity_id: 'switch.x' } };
    expect(decided(at(relay), turnOn)).toBe('confirm');
    expect(decided(at({ ...relay, deviceClass: 'gate', hasKnownClass: true }), turnOn)).toBe('confirm');
    expect(decided(at({ ...relay, deviceClass: 'outlet', hasKnownClass: true }), turnOn)).toBe('allow');
  });

  test('still asks back where the operator only wrote about something else', () => {
    expect(decided(policy({ action: 'siren.*', decision: 'deny' }), unlock)).toBe('confirm');
  });
});

describe('policy by action and device class', () => {
  test('takes the first rule that fits', () => {
    const decide = policy(
      { action: 'lock.lock', decision: 'allow' },
      { action: 'lock.*', decision: 'deny' },
      { action: '*', decision: 'confirm' },
    );
    expect(decided(decide, { ...unlock, intent: 'lock.lock' })).toBe('allow');
    expect(decided(decide, unlock)).toBe('deny');
    expect(decided(decide, light)).toBe('confirm');
  });

  test('does not take the dot of an action for any character', () => {
    const decide = policy({ action: 'siren.*', decision: 'deny' });
    expect(decided(decide, { intent: 'sirenXturn_on', entities: {} })).toBe('allow');
  });

  test('decides on each thing by itself: a blind does not open the garage door beside it', () => {
    const decide = policy({ action: 'cover.*', deviceClass: 'shutter', decision: 'allow' });
    expect(decided(decide, open('cover.roleta'))).toBe('allow');
    expect(decided(decide, open('cover.roleta', 'cover.brama'))).toBe('confirm');
    expect(decided(decide, { intent: 'cover.open_cover', entities: { entity_id: 'all' } })).toBe('confirm');
  });

  test('does not allow by its class what is not known', () => {
    const decide = policy(
      { action: 'cover.*', deviceClass: 'shutter', decision: 'allow' },
      { action: 'cover.*', decision: 'deny' },
    );
    expect(decided(decide, open('cover.nieznana'))).toBe('deny');
  });

  test('does not look for a device class where nothing is touched', () => {
    const decide = policy({ action: '*', deviceClass: 'garage', decision: 'deny' });
    expect(decided(decide, { intent: 'timer.start', entities: {} })).toBe('allow');
  });

  test('is not got round by a level or a toggle that comes to what is denied', () => {
    const offDenied = policy({ action: 'light.turn_off', decision: 'deny' });
    const lamp = (service: string, entities: Action['entities'] = {}): Action => ({
      intent: `light.${service}`,
      entities: { entity_id: 'light.x', ...entities },
    });
    expect(decided(offDenied, lamp('turn_on', { brightness_pct: 0 }))).toBe('deny');
    expect(decided(offDenied, lamp('turn_on', { brightness_pct: 1 }))).toBe('allow');
    expect(decided(offDenied, lamp('toggle'))).toBe('deny');
    expect(decided(policy({ action: 'light.turn_on', decision: 'deny' }), lamp('toggle'))).toBe('deny');

    const closed = policy({ action: 'cover.open_cover', decision: 'deny' });
    const move = (position: number): Action => ({
      intent: 'cover.set_cover_position',
      entities: { entity_id: 'cover.roleta', position },
    });
    expect([0, 1, 100].map((position) => decided(closed, move(position)))).toEqual(['allow', 'deny', 'deny']);
    const neverClosed = policy({ action: 'cover.close_cover', decision: 'deny' });
    expect([0, 1, 100].map((position) => decided(neverClosed, move(position)))).toEqual([
      'deny',
      'deny',
      'allow',
    ]);
    expect(
      decided(closed, { intent: 'homeassistant.turn_on', entities: { entity_id: 'cover.roleta' } }),
    ).toBe('deny');
    expect(
      decided(neverClosed, { intent: 'homeassistant.toggle', entities: { entity_id: 'cover.roleta' } }),
    ).toBe('deny');
    const heated = policy({ action: 'climate.turn_off', decision: 'deny' });
    const mode = (to: string): Action => ({ intent: 'climate.set_hvac_mode', entities: { hvac_mode: to } });
    expect([decided(heated, mode('off')), decided(heated, mode('heat'))]).toEqual(['deny', 'allow']);
  });

  test('is not got round by the general actions of Home Assistant', () => {
    const off: Action = { intent: 'homeassistant.turn_off', entities: { entity_id: ['lock.drzwi'] } };
    expect(decided(policy(), off)).toBe('confirm');
    expect(decided(policy({ action: 'lock.*', decision: 'deny' }), off)).toBe('deny');
  });
});

describe('policy by room, user and hour', () => {
  test('looks at the room it was said in', () => {
    const decide = policy({ action: 'light.*', rooms: ['dzieci'], decision: 'deny' });
    expect(decided(decide, light, { room: 'dzieci' })).toBe('deny');
    expect(decided(decide, light, { room: 'salon' })).toBe('allow');
    expect(decided(decide, light)).toBe('allow');
  });

  test('looks at who said it, whatever the case; who is not known is nobody', () => {
    const decide = policy(
      { action: 'lock.*', users: ['Żaneta'], decision: 'allow' },
      { action: 'lock.*', decision: 'deny' },
    );
    expect(decided(decide, unlock, { user: 'żaneta' })).toBe('allow');
    expect(decided(decide, unlock, { user: 'Jan' })).toBe('deny');
    expect(decided(decide, unlock)).toBe('deny');
  });

  test('looks at the clock on the wall, over midnight', () => {
    const decide = policy({ action: 'vacuum.*', hours: hours('22:00-06:00'), decision: 'deny' });
    const start: Action = { intent: 'vacuum.start', entities: {} };
    const times = ['21:59', '22:00', '23:59', '00:00', '05:59', '06:00', '12:00'];
    expect(times.map((time) => decided(decide, start, { now: at(time) }))).toEqual([
      'allow',
      'deny',
      'deny',
      'deny',
      'deny',
      'allow',
      'allow',
    ]);
  });

  test('looks at when it is to be done, where that is later', () => {
    const decide = policy({ action: 'vacuum.*', hours: hours('22:00-06:00'), decision: 'deny' });
    const late: Action = { intent: 'vacuum.start', entities: {}, at: '2026-11-21T23:00:00+01:00' };
    expect(decided(decide, late)).toBe('deny');
    expect(decided(decide, { ...late, at: '2026-11-22T09:00:00+01:00' }, { now: at('23:00') })).toBe('allow');
  });

  test('wants all conditions of a rule at once', () => {
    const decide = policy({
      action: 'lock.unlock',
      rooms: ['salon'],
      users: ['Jan'],
      hours: hours('08:00-20:00'),
      decision: 'allow',
    });
    const jan = { room: 'salon', user: 'Jan' };
    expect(decided(decide, unlock, jan)).toBe('allow');
    expect(decided(decide, unlock, { ...jan, now: at('20:00') })).toBe('confirm');
    expect(decided(decide, unlock, { user: 'Jan' })).toBe('confirm');
    expect(decided(decide, unlock, { ...jan, user: 'Ola' })).toBe('confirm');
  });
});

describe('what policy says', () => {
  const decide = policy({ action: 'siren.*', decision: 'deny' });

  test('counts the strictest decision for all that was said in one breath, and names what it is about', () => {
    const both = decide(meaning(light, unlock), asked());
    expect(both).toMatchObject({ requiresConfirmation: true, actions: [light, unlock] });
    expect(both).toMatchObject({ responseText: expect.stringContaining('Zamek drzwi') });
    const all = decide(meaning(light, siren, unlock), asked());
    expect(all).toEqual({
      status: 'refused',
      confidence: 0.9,
      responseText: 'Nic z tego nie robię, bo tego mi nie wolno: siren.turn_on.',
    });
  });

  test('names at most three things', () => {
    const ids = ['a', 'b', 'c', 'd'].map((name) => `lock.${name}`);
    const four: Action = { intent: 'lock.unlock', entities: { entity_id: ids } };
    expect(decide(meaning(four), asked())).toMatchObject({
      responseText: expect.stringContaining('(lock.a, lock.b, lock.c …)'),
    });
  });

  test('asks and refuses in the language of the speaker', () => {
    expect(decide(meaning(unlock), asked())).toMatchObject({ responseText: expect.stringMatching(/„tak”/) });
    expect(decide(meaning(unlock), asked({ language: 'de' }))).toMatchObject({
      responseText: expect.stringContaining('“yes”'),
    });
    expect(decide(meaning(siren), asked({ language: 'en' }))).toMatchObject({
      responseText: 'I am not allowed to do that: siren.turn_on.',
    });
  });

  test('answers a question without a yes, but not one that is denied', () => {
    const isLocked = { ...unlock, intent: 'lock.get_state' };
    expect(decide(query(isLocked), asked())).toEqual(query(isLocked));
    const strict = policy({ action: 'lock.get_state', decision: 'deny' });
    expect(strict(query(isLocked), asked())).toMatchObject({
      status: 'refused',
      responseText: 'Tego nie wolno mi powiedzieć: Zamek drzwi.',
    });
  });

  test('asks which one was meant only of those that may be done', () => {
    const which = (...candidates: Action[]): Meaning => ({
      status: 'ambiguous',
      candidates: candidates.map((candidate) => ({ ...candidate, label: candidate.intent })),
      confidence: 0.8,
      responseText: 'Co masz na myśli?',
    });
    expect(decide(which(light, unlock), asked())).toEqual(which(light, unlock));
    expect(decide(which(siren, light, unlock), asked())).toEqual({
      ...which(light, unlock),
      responseText: 'Co masz na myśli: light.turn_on czy lock.unlock?',
    });
    expect(decide(which(siren, siren), asked())).toMatchObject({ status: 'refused' });
  });

  test('leaves alone what was not understood', () => {
    const unclear: Meaning = { status: 'unclear', responseText: 'Nie rozumiem.' };
    expect(decide(unclear, asked())).toBe(unclear);
  });
});

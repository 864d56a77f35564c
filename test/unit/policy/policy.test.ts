import { describe, expect, test } from 'vitest';
import type { Action, Meaning } from '../../../src/intent/recognition.ts';
import { createPolicy } from '../../../src/policy/policy.ts';

const classes: Readonly<Record<string, string>> = { 'cover.brama': 'garage', 'cover.roleta': 'shutter' };

const decide = createPolicy({
  rules: [
    { action: 'lock.lock', decision: 'allow' },
    { action: 'lock.*', decision: 'confirm' },
    { action: 'cover.*', deviceClass: 'garage', decision: 'confirm' },
    { action: 'siren.*', decision: 'deny' },
  ],
  deviceClasses: ({ entities }) => new Set([classes[String(entities['entity_id'])] ?? '']),
});

function meaning(...actions: Action[]): Meaning {
  return { status: 'recognized', kind: 'action', actions, confidence: 0.9, requiresConfirmation: false };
}

const light: Action = { intent: 'light.turn_on', entities: { area: 'salon' } };
const unlock: Action = { intent: 'lock.unlock', entities: { entity_id: 'lock.drzwi' } };
const siren: Action = { intent: 'siren.turn_on', entities: {} };

describe('policy', () => {
  test('lets through what no rule is about', () => {
    expect(decide(meaning(light), 'pl')).toEqual(meaning(light));
  });

  test('takes the first rule that fits', () => {
    expect(decide(meaning({ ...unlock, intent: 'lock.lock' }), 'pl')).toMatchObject({
      requiresConfirmation: false,
    });
    expect(decide(meaning(unlock), 'pl')).toMatchObject({ requiresConfirmation: true, actions: [unlock] });
  });

  test('looks at the device class: a garage door is not a blind', () => {
    const open = (entity: string): Meaning =>
      meaning({ intent: 'cover.open_cover', entities: { entity_id: entity } });
    expect(decide(open('cover.brama'), 'pl')).toMatchObject({ requiresConfirmation: true });
    expect(decide(open('cover.roleta'), 'pl')).toMatchObject({ requiresConfirmation: false });
  });

  test('takes the strictest decision for actions said in one breath', () => {
    expect(decide(meaning(light, unlock), 'en')).toMatchObject({ requiresConfirmation: true });
    expect(decide(meaning(light, siren, unlock), 'en')).toMatchObject({ status: 'refused' });
  });

  test('does not take the dot of an action for any character', () => {
    const odd = meaning({ intent: 'lockXunlock', entities: {} });
    expect(decide(odd, 'pl')).toEqual(odd);
  });

  test('asks and refuses in the language of the speaker', () => {
    expect(decide(meaning(unlock), 'pl')).toMatchObject({ responseText: expect.stringContaining('tak') });
    expect(decide(meaning(unlock), 'en')).toMatchObject({ responseText: expect.stringContaining('yes') });
  });

  test('leaves queries and what was not understood alone', () => {
    const query: Meaning = { status: 'recognized', kind: 'query', query: unlock, confidence: 1 };
    const unclear: Meaning = { status: 'unclear', responseText: 'Nie rozumiem.' };
    expect(decide(query, 'pl')).toBe(query);
    expect(decide(unclear, 'pl')).toBe(unclear);
  });
});

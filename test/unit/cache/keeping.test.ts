import { expect, test } from 'vitest';
import { keepFor } from '../../../src/cache/keeping.ts';
import type { CacheKey } from '../../../src/cache/key.ts';
import type { Action, Meaning, Recognition } from '../../../src/intent/recognition.ts';

const LIFETIMES = { answer: 300_000, confirmed: 86_400_000, unclear: 30_000 };
const ROOM: CacheKey = { entry: 'e', call: 'c' };
const KITCHEN: CacheKey = { entry: 'e', call: 'c', place: 'kuchnia' };

const doing = (...actions: Action[]): Meaning => ({
  status: 'recognized',
  kind: 'action',
  actions,
  confidence: 1,
  requiresConfirmation: false,
});
const LIGHT = { intent: 'light.turn_on', entities: { area: 'kuchnia' } };

const kept = (meaning: Meaning, more: Partial<Recognition> = {}, key: CacheKey = ROOM): number =>
  keepFor(
    { meaning, source: 'llm', ...more },
    { key, lifetimes: LIFETIMES, areaOf: (id) => (id === 'light.blat' ? 'kuchnia' : 'salon') },
  );

const keptAfter = (before: Meaning, meaning: Meaning): number =>
  keepFor({ meaning, source: 'llm' }, { key: ROOM, lifetimes: LIFETIMES, areaOf: () => undefined, before });

test('what a model understood is kept', () => {
  expect(kept(doing(LIGHT))).toBe(300_000);
  expect(kept({ status: 'recognized', kind: 'query', query: LIGHT, confidence: 1 })).toBe(300_000);
});

test('what nobody understood and what is not there is kept a short time', () => {
  expect(kept({ status: 'unclear', responseText: '?' })).toBe(30_000);
  expect(kept({ status: 'unavailable', confidence: 1, responseText: '?' })).toBe(30_000);
});

test('what is found again is kept for long, however sure the model was, and what turned out otherwise is not', () => {
  const query: Meaning = { status: 'recognized', kind: 'query', query: LIGHT, confidence: 1 };
  const unclear: Meaning = { status: 'unclear', responseText: '?' };
  expect(keptAfter({ ...doing(LIGHT), confidence: 0.6 } as Meaning, doing(LIGHT))).toBe(86_400_000);
  expect(keptAfter(query, query)).toBe(86_400_000);
  expect(keptAfter(doing({ ...LIGHT, entities: { area: 'salon' } }), doing(LIGHT))).toBe(300_000);
  expect(keptAfter(doing(LIGHT, LIGHT), doing(LIGHT))).toBe(300_000);
  expect(keptAfter(query, doing(LIGHT))).toBe(300_000);
  expect(keptAfter(unclear, doing(LIGHT))).toBe(300_000);
  expect(keptAfter(unclear, unclear)).toBe(30_000);
});

test.for<[string, Meaning, Partial<Recognition>?]>([
  ['of rules', doing(LIGHT), { source: 'rules' }],
  ['of rules because the model was out', doing(LIGHT), { source: 'rules', fallbackReason: 'circuit_open' }],
  ['of nobody', { status: 'unclear', responseText: '?' }, { source: 'none', fallbackReason: 'timeout' }],
  ['that came from the cache', doing(LIGHT), { source: 'cache' }],
  ['for a certain time', doing(LIGHT, { ...LIGHT, at: '2026-11-21T21:00:00+01:00' })],
  [
    'that tells how things stand',
    { status: 'recognized', kind: 'query', query: LIGHT, confidence: 1, responseText: 'Jest 21:04.' },
  ],
  ['that asks back', { status: 'ambiguous', candidates: [], confidence: 1, responseText: '?' }],
  ['of policy', { status: 'refused', confidence: 1, responseText: '?' }],
  ['that came too late', { status: 'expired' }],
])('never an answer %s', ([, meaning, more]) => {
  expect(kept(meaning, more)).toBe(0);
});

test('under a key for all rooms only what is about the place that was named', () => {
  const about = (entities: Action['entities']) =>
    kept(doing(LIGHT, { intent: 'light.turn_on', entities }), {}, KITCHEN);
  expect(about({ area: 'kuchnia' })).toBe(300_000);
  expect(about({ entity_id: 'light.blat' })).toBe(300_000);
  expect(about({ area: 'salon' })).toBe(0);
  expect(about({ entity_id: ['light.blat', 'light.sufit'] })).toBe(0);
  expect(about({ media: 'kuchnia' })).toBe(0);
});

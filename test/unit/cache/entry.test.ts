import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CacheEntry, decodeEntry, encodeEntry } from '../../../src/cache/entry.ts';
import type { Meaning } from '../../../src/intent/recognition.ts';

const MEANINGS: readonly Meaning[] = [
  {
    status: 'recognized',
    kind: 'action',
    actions: [
      {
        intent: 'light.turn_on',
        entities: { area: 'salon', brightness_pct: 40, on: true, entity_id: ['a', 'b'] },
      },
      { intent: 'cover.close_cover', entities: {} },
    ],
    confidence: 0.9,
    requiresConfirmation: false,
    responseText: 'Zapalam.',
  },
  { status: 'recognized', kind: 'query', query: { intent: 'climate.get', entities: {} }, confidence: 1 },
  { status: 'unclear', responseText: 'Nie rozumiem.' },
  { status: 'unavailable', confidence: 0.7, responseText: 'Nie ma tu bramy.' },
];

const entryOf = (meaning: Meaning): CacheEntry => ({ meaning, cost: 123_456, madeAt: 1000, expiresAt: 2000 });

test.for(MEANINGS)('$status is read as it was written', (meaning) => {
  expect(decodeEntry(encodeEntry(entryOf(meaning)))).toEqual(entryOf(meaning));
});

test.for([
  '',
  'null',
  '[]',
  '{"version":1}',
  encodeEntry(entryOf(MEANINGS[0] as Meaning)).slice(0, -5),
  encodeEntry(entryOf(MEANINGS[0] as Meaning)).replace('"version":1', '"version":2'),
  encodeEntry(entryOf(MEANINGS[0] as Meaning)).replace('123456', '-1'),
  encodeEntry(entryOf(MEANINGS[0] as Meaning)).replace('"confidence":0.9', '"confidence":9'),
  encodeEntry(entryOf(MEANINGS[0] as Meaning)).replace('"status"', '"extra":1,"status"'),
  JSON.stringify({ ...entryOf({ status: 'refused', confidence: 1, responseText: '' }), version: 1 }),
])('what we would not have written is no entry: %s', (text) => {
  expect(decodeEntry(text)).toBeUndefined();
});

test('no text makes the reading fail', () => {
  const good = encodeEntry(entryOf(MEANINGS[0] as Meaning));
  fc.assert(
    fc.property(fc.nat(good.length), fc.nat(good.length), fc.string(), (start, length, other) => {
      const spoiled = good.slice(0, start) + other + good.slice(start + length);
      expect(() => decodeEntry(spoiled)).not.toThrow();
    }),
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Turn } from '../../../src/intent/turn.ts';
import { recentTurns } from '../../../src/model-path/recent.ts';

const LIMITS = { seconds: 300, messages: 10, tokens: 4000 };
const NOW = 1_000_000;
const turn = (said: string, at: number, understood = 'x'): Turn => ({ said, understood, at });
const recent = (turns: readonly Turn[], limits: Partial<typeof LIMITS> = {}) =>
  recentTurns(turns, { limits: { ...LIMITS, ...limits }, now: NOW, countTokens: (text) => text.length }).map(
    ({ said }) => said,
  );

test('gives the turns of the last five minutes, the oldest first', () => {
  const turns = [turn('c', NOW), turn('a', NOW - 299_999), turn('old', NOW - 300_000), turn('b', NOW - 5)];
  expect(recent(turns)).toEqual(['a', 'b', 'c']);
});

test('gives ten messages: what was understood is one, too', () => {
  const turns = Array.from({ length: 20 }, (_, index) => turn(`${index}`, NOW - 100 + index));
  expect(recent(turns)).toEqual(['15', '16', '17', '18', '19']);
  expect(recent(turns.map(({ said, at }) => turn(said, at, '')))).toHaveLength(10);
});

test('leaves out what is too long and all before it, but nothing after it', () => {
  const turns = [turn('first', NOW - 3), turn('x'.repeat(5000), NOW - 2), turn('last', NOW - 1)];
  expect(recent(turns)).toEqual(['last']);
  // "last" and "x" with three tokens each around them.
  expect(recent(turns, { tokens: 11 })).toEqual(['last']);
  expect(recent(turns, { tokens: 10 })).toEqual([]);
});

test('never exceeds a limit, and keeps the newest without a gap', () => {
  const anyTurn = fc.record({
    said: fc.string({ minLength: 1, maxLength: 50 }),
    understood: fc.string({ maxLength: 50 }),
    at: fc.integer({ min: NOW - 400_000, max: NOW }),
  });
  fc.assert(
    fc.property(fc.array(anyTurn, { maxLength: 30 }), fc.nat(300), (turns, tokens) => {
      const kept = recentTurns(turns, {
        limits: { ...LIMITS, tokens },
        now: NOW,
        countTokens: (text) => text.length,
      });
      const messages = kept.flatMap(({ said, understood }) => (understood ? [said, understood] : [said]));
      expect(messages.length).toBeLessThanOrEqual(10);
      expect(messages.reduce((sum, text) => sum + text.length + 3, 0)).toBeLessThanOrEqual(tokens);
      const newest = turns.filter(({ at }) => at > NOW - 300_000).sort((one, other) => other.at - one.at);
      expect(kept.toReversed()).toEqual(newest.slice(0, kept.length));
    }),
  );
});

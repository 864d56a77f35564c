import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MODES, type Mode } from '../../../src/intent/mode.ts';
import { createStay } from '../../../src/mode/stay.ts';

const MINUTE = 60_000;
const open = () => createStay({ minimumMs: MINUTE, longestMs: 60 * MINUTE });

describe('a stay', () => {
  test('enters a cheaper mode at once, any number of steps', () => {
    expect(open().follow('rules-only', 0)).toBe('rules-only');
  });

  test('ends when the cause has been gone for the minimum, not before', () => {
    const stay = open();
    stay.follow('economy', 0);
    expect(stay.follow('full', MINUTE - 1)).toBe('economy');
    expect(stay.left(MINUTE - 1)).toBe(1);
    expect(stay.follow('full', MINUTE)).toBe('full');
    expect(stay.left(MINUTE)).toBe(0);
  });

  test('begins anew with every sight of the cause', () => {
    const stay = open();
    stay.follow('economy', 0);
    stay.follow('economy', MINUTE - 1);
    expect(stay.follow('full', MINUTE)).toBe('economy');
    expect(stay.follow('full', 2 * MINUTE - 1)).toBe('full');
  });

  test('lasts twice as long each time that the cause comes back soon', () => {
    const stay = open();
    stay.follow('economy', 0);
    stay.follow('full', MINUTE);
    stay.follow('economy', MINUTE + 1);
    expect(stay.left(MINUTE + 1)).toBe(2 * MINUTE);
    stay.follow('full', 4 * MINUTE);
    stay.follow('economy', 5 * MINUTE);
    expect(stay.left(5 * MINUTE)).toBe(4 * MINUTE);
    // On the way down it is one trouble that grows.
    stay.follow('rules-only', 6 * MINUTE);
    expect(stay.left(6 * MINUTE)).toBe(4 * MINUTE);
  });

  test('is short again after an hour without the cause', () => {
    const stay = open();
    stay.follow('economy', 0);
    stay.follow('full', MINUTE);
    stay.follow('economy', 2 * MINUTE);
    stay.follow('full', 10 * MINUTE);
    stay.follow('economy', 80 * MINUTE);
    expect(stay.left(80 * MINUTE)).toBe(MINUTE);
  });

  test('turns over at most so often as its length allows, however the signal swings', () => {
    const signal = fc.array(
      fc.record({ wanted: fc.constantFrom(...MODES), after: fc.integer({ min: 1, max: 5000 }) }),
      {
        minLength: 50,
        maxLength: 500,
      },
    );
    fc.assert(
      fc.property(signal, (looks) => {
        const stay = open();
        let now = 0;
        let changes = 0;
        let held: Mode = 'full';
        for (const { wanted, after } of looks) {
          now += after;
          const next = stay.follow(wanted, now);
          if (next !== held) changes += 1;
          held = next;
        }
        // A way back is one change, not before a minute of calm; the way down from there are two at most.
        expect(changes).toBeLessThanOrEqual(2 + 3 * Math.ceil(now / MINUTE));
      }),
    );
  });

  test('of a signal that swings around its threshold turns over once', () => {
    const stay = open();
    const held = new Set<Mode>();
    for (let now = 0; now < 60 * MINUTE; now += 1000) {
      held.add(stay.follow(now % 20_000 < 10_000 ? 'economy' : 'full', now));
    }
    expect([...held]).toEqual(['economy']);
  });
});

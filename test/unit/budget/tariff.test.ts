import { describe, expect, test } from 'vitest';
import type { DatedRates } from '../../../src/budget/list-prices.ts';
import { flat } from '../../../src/budget/rates.ts';
import { createTariff } from '../../../src/budget/tariff.ts';

const CHANGE = Date.parse('2026-11-15T00:00:00Z');
const HOUR = 3_600_000;
const CALL = { promptTokens: 1, cachedTokens: 0, completionTokens: 0 };
const WORST = { prompt: 1, completion: 0 };

/** Nano-dollars a token. */
function rates(each: bigint): DatedRates['rates'] {
  const price = flat(each * 1_000_000n);
  const free = flat(0n);
  return {
    prompt: price,
    cached: free,
    cacheWrite: free,
    cacheWriteHour: free,
    completion: free,
    perCall: 0n,
  };
}

function at(now: number, ...starts: readonly (readonly [bigint, number])[]) {
  const later = starts.map(
    ([each, start]) => ({ rates: rates(each), when: { kind: 'since', start } }) as const,
  );
  const listed: DatedRates[] = [{ rates: rates(400n), when: { kind: 'always' } }, ...later];
  return createTariff(listed, { now: () => now, monotonic: () => 0 });
}

describe('a price that changes at a date', () => {
  test('is the old one up to the last millisecond before, and the new one from the first on', () => {
    expect(at(CHANGE - 1, [317n, CHANGE]).cost(CALL)).toBe(400);
    expect(at(CHANGE, [317n, CHANGE]).cost(CALL)).toBe(317);
  });

  test('is that of when the call was set aside, whenever it ends', () => {
    const afterwards = at(CHANGE + 2000, [317n, CHANGE]);
    expect(afterwards.cost(CALL, CHANGE - 1)).toBe(400);
    expect(afterwards.cost(CALL, CHANGE)).toBe(317);
  });

  test('bounds a call by the dearer of both for an hour before and after', () => {
    const bounds = (each: bigint) =>
      [CHANGE - HOUR - 1, CHANGE - HOUR, CHANGE + HOUR - 1, CHANGE + HOUR].map((now) =>
        at(now, [each, CHANGE]).atMost(WORST),
      );
    expect(bounds(317n)).toEqual([400, 400, 400, 317]);
    expect(bounds(500n)).toEqual([400, 500, 500, 500]);
  });

  test('may change again', () => {
    const again = [[317n, CHANGE] as const, [250n, CHANGE + 24 * HOUR] as const];
    expect(at(CHANGE + 23 * HOUR, ...again).cost(CALL)).toBe(317);
    expect(at(CHANGE + 24 * HOUR, ...again).cost(CALL)).toBe(250);
  });
});

test('a price that begins in the future holds until then, too, so that no call counts as free', () => {
  const when = { kind: 'since', start: CHANGE } as const;
  const tariff = createTariff([{ rates: rates(317n), when }], {
    now: () => CHANGE - 5 * HOUR,
    monotonic: () => 0,
  });
  expect([tariff.atMost(WORST), tariff.cost(CALL)]).toEqual([317, 317]);
});

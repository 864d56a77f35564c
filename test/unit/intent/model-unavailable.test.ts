import { expect, test } from 'vitest';
import { goesBy, type PassedOver } from '../../../src/intent/model-unavailable.ts';

const FULL = { mode: 'full', by: 'automatic' } as const;

test.each<[PassedOver, boolean]>([
  [{ reason: 'circuit_open', isTrouble: true }, true],
  [{ reason: 'budget_exceeded' }, true],
  [{ reason: 'timeout' }, true],
  [{ reason: 'ledger_unavailable' }, true],
  [{ reason: 'queue_full' }, true],
  [{ reason: 'rate_limited', isTrouble: true }, true],
  [{ reason: 'rate_limited', retryAfterMs: 1000 }, true],
  // Nobody of this origin may ask, ever.
  [{ reason: 'rate_limited', retryAfterMs: Number.POSITIVE_INFINITY }, false],
  [{ reason: 'provider_error', isTrouble: true }, true],
  // What was asked itself was refused: it would be again.
  [{ reason: 'provider_error' }, false],
  [{ reason: 'invalid_output', isTrouble: true }, false],
  [{ reason: 'no_provider' }, false],
  [{}, false],
])('%j goes by: %j', (passed, isWaitedFor) => {
  expect(goesBy(passed, FULL)).toBe(isWaitedFor);
});

test('rules-only goes by where it came of itself; what an operator wants and economy do not', () => {
  const passed = { reason: 'mode' } as const;
  expect(goesBy(passed, { mode: 'rules-only', by: 'automatic' })).toBe(true);
  expect(goesBy(passed, { mode: 'rules-only', by: 'operator' })).toBe(false);
  expect(goesBy(passed, { mode: 'economy', by: 'automatic' })).toBe(false);
});

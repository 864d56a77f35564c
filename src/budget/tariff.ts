import type { Clock } from '../clock.ts';
import { assertNever } from '../intent/assert-never.ts';
import type { Tariff } from '../intent/spending.ts';
import type { DatedRates } from './list-prices.ts';
import { bill, bound, highest } from './rates.ts';

/** A call that is made now is billed within so long, by a clock that may be off by as much. */
const UNSURE_MS = 60 * 60 * 1000;

export const FREE: Tariff = { isFree: true, atMost: () => 0, cost: () => 0 };

/**
 * @param listed in rising order of precedence
 * @throws both functions a RangeError for counts that are no whole numbers
 */
export function createTariff(listed: readonly DatedRates[], clock: Clock): Tariff {
  return {
    atMost(tokens) {
      const amounts = possible(listed, clock.now()).map(({ rates }) => bound(rates, tokens));
      return Number(highest(amounts));
    },
    cost(usage, at = clock.now()) {
      if (usage.reportedCost !== undefined) return usage.reportedCost;
      const current = listed.findLast(({ when }) => holds(when, at)) ?? listed[0];
      return current ? Number(bill(current.rates, usage)) : 0;
    },
  };
}

/** Whatever may be billed within the hour: all hours of a day, and all dates but those long past and far ahead. */
function possible(listed: readonly DatedRates[], now: number): readonly DatedRates[] {
  const found: DatedRates[] = [];
  for (const entry of listed.toReversed()) {
    const { when } = entry;
    if (when.kind === 'since' && when.start > now + UNSURE_MS) continue;
    found.push(entry);
    if (when.kind === 'always' || (when.kind === 'since' && when.start <= now - UNSURE_MS)) break;
  }
  // Before the first date, what comes first holds.
  return found.length > 0 ? found : listed.slice(0, 1);
}

function holds(when: DatedRates['when'], now: number): boolean {
  switch (when.kind) {
    case 'always':
      return true;
    case 'since':
      return now >= when.start;
    case 'daily': {
      const second = (now / 1000) % 86_400;
      const { from, to } = when;
      return to < from ? second >= from || second < to : second >= from && second < to;
    }
    default:
      return assertNever(when);
  }
}

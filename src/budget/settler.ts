import type { Clock } from '../clock.ts';
import { assertNever } from '../intent/assert-never.ts';
import type { Bill, TokenUsage } from '../intent/spending.ts';
import type { Gate } from './gate.ts';
import type { LedgerEvents } from './ledger-events.ts';
import type { LedgerScripts } from './ledger-scripts.ts';
import { mayBeForgotten, type OwnExpense } from './own-expenses.ts';

/** Tells Redis what tries have cost, until it has heard. */
export interface Settler {
  /** Remembers a bill and sends it soon. The first bill of a try counts. */
  settle(id: string, bill: Bill): void;
  /** Whether there is a bill that Redis has not heard yet. */
  isBilled(id: string): boolean;
  /** Sends whatever Redis has not heard and is not on its way. */
  pump(): void;
  /** Resolves when Redis has heard everything. */
  idle(): Promise<void>;
}

/** Bills kept while Redis is away. More than so many belong to tries whose leases are long over. */
const MAX_BILLS = 10_000;

/** By the names of a record. What was written to the provider's cache is told where it was. */
function tokensOf({ promptTokens, cachedTokens, cacheWrites, completionTokens }: TokenUsage) {
  const written = cacheWrites ? cacheWrites.fiveMinutes + cacheWrites.oneHour : 0;
  return [
    ...['prompt_tokens', promptTokens, 'cached_tokens', cachedTokens],
    ...(written > 0 ? ['written_tokens', written] : []),
    ...['completion_tokens', completionTokens],
  ];
}

/**
 * @param own every try of this process that is not settled, by its id; the settler takes out what Redis has heard
 * @param settled told after each
 */
export function createSettler({
  own,
  scripts,
  gate,
  settled,
  events,
  clock,
}: {
  readonly own: Map<string, OwnExpense>;
  readonly scripts: LedgerScripts;
  readonly gate: () => Gate;
  readonly settled: () => void;
  readonly events: LedgerEvents;
  readonly clock: Clock;
}): Settler {
  /** In the order in which they came. */
  const bills = new Map<string, Bill>();
  const underway = new Set<string>();
  let isPumpDue = false;
  let waiting: (() => void)[] = [];

  async function send(id: string, bill: Bill, epoch: string): Promise<void> {
    underway.add(id);
    try {
      const now = clock.now();
      const verdict = await scripts.settle({ epoch, now, id, ...encode(id, bill, now) });
      if (verdict === 'settled') done(id);
      else gate().doubt('closed');
    } catch (error) {
      events.trouble('settle what a try has cost', error as Error);
    } finally {
      underway.delete(id);
    }
  }

  function encode(id: string, bill: Bill, now: number) {
    const outcome = bill.kind;
    const expense = own.get(id);
    // Redis may have lost the reservation; the bill is to be paid all the same.
    const held = expense && !mayBeForgotten(expense, now) ? expense.held : undefined;
    switch (bill.kind) {
      case 'metered': {
        return { outcome, held, cost: bill.cost, record: tokensOf(bill.usage) };
      }
      case 'free':
        return { outcome, cost: 0, record: [] };
      case 'unknown':
        return { outcome, held, record: [] };
      default:
        return assertNever(bill);
    }
  }

  function done(id: string): void {
    bills.delete(id);
    own.delete(id);
    settled();
    if (bills.size > 0) return;
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  }

  function pump(): void {
    for (const [id, bill] of bills) {
      const epoch = gate().epoch();
      if (epoch === undefined) return;
      if (!underway.has(id)) void send(id, bill, epoch);
    }
  }

  /** The answer that was paid for goes out first; what it cost is told in the same turn of the event loop. */
  function pumpSoon(): void {
    if (isPumpDue) return;
    isPumpDue = true;
    setImmediate(() => {
      isPumpDue = false;
      pump();
    });
  }

  return {
    settle(id, bill) {
      if (bills.has(id)) return;
      bills.set(id, bill);
      const expense = own.get(id);
      if (expense) own.set(id, { ...expense, stage: 'billed', bill });
      if (bills.size > MAX_BILLS) {
        const [oldest] = bills.keys();
        if (oldest !== undefined) {
          done(oldest);
          events.forgotten(oldest);
        }
      }
      pumpSoon();
    },
    isBilled: (id) => bills.has(id),
    pump,
    idle: () =>
      bills.size === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push(resolve);
          }),
  };
}

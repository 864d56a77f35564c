import type { Redis } from 'ioredis';
import type { NanoDollars } from '../intent/money.ts';
import { bindScript } from '../redis/script.ts';
import type { LedgerKeys } from './ledger-keys.ts';
import * as lua from './ledger-lua.ts';

/** One window of one scope, and what may be spent in it. */
export interface Claim {
  /** `all|day:2026-11-21`: the scope and the label of the window. */
  readonly field: string;
  readonly limit: NanoDollars;
}

export interface Totals {
  readonly field: string;
  readonly spent: NanoDollars;
  readonly reserved: NanoDollars;
}

/** How the books stand in Redis. */
export type Standing = 'absent' | 'lost' | 'settling' | 'open';

type ReserveReply =
  | { readonly verdict: 'closed' }
  | {
      readonly verdict: 'reserved' | 'exceeded' | 'busy' | 'settled';
      /** The first window that refuses it. */
      readonly refusing?: Claim;
    };

/** What one process knows about books that Redis may have lost. */
export interface Knowledge {
  readonly expenses: readonly { readonly id: string; readonly due: number; readonly held: string }[];
  readonly floors: readonly {
    readonly field: string;
    readonly committed: NanoDollars;
    readonly epoch: string;
  }[];
}

/** The scripts of the ledger, typed. Times are milliseconds since 1970-01-01 UTC by the caller's clock. */
export interface LedgerScripts {
  reserve(request: {
    readonly epoch: string;
    readonly now: number;
    readonly id: string;
    readonly amount: NanoDollars;
    readonly due: number;
    readonly held: string;
    readonly claims: readonly Claim[];
  }): Promise<ReserveReply>;
  settle(request: {
    readonly epoch: string;
    readonly now: number;
    readonly id: string;
    readonly outcome: string;
    /** Absent: the whole reservation. */
    readonly cost?: NanoDollars | undefined;
    /** The expense itself, which is booked though it has no reservation. */
    readonly held?: string | undefined;
    readonly record: readonly (string | number)[];
  }): Promise<'settled' | 'closed'>;
  refresh(request: {
    readonly epoch: string;
    readonly now: number;
    readonly fields: readonly string[];
  }): Promise<'open' | 'closed'>;
  reassert(request: {
    readonly now: number;
    readonly epoch: string;
    readonly settlingMs: number;
    readonly knowledge: Knowledge;
  }): Promise<{ readonly epoch: string; readonly opensInMs: number }>;
  look(
    fields: readonly string[],
  ): Promise<{ readonly standing: Standing; readonly totals: readonly Totals[] }>;
  /** @returns what was spent before */
  correct(field: string, spent: NanoDollars): Promise<NanoDollars>;
  open(epoch: string): Promise<void>;
}

/**
 * @param saw told what `reserve`, `settle` and `refresh` found in each window, in the order in which Redis answered. Whoever
 * awaits their replies may come to them in another one: of two that are read at once, the one with fewer steps before it is first
 */
export function bindLedgerScripts(
  redis: Redis,
  keys: LedgerKeys,
  saw: (totals: readonly Totals[]) => void,
): LedgerScripts {
  const { state, totals, expenses, due, ledger, floors, days, windows } = keys;
  const all = [state, totals, expenses, due, ledger, floors, days, windows];
  const bind = (name: string, text: string) => {
    const script = bindScript(redis, { name, numberOfKeys: all.length, lua: text });
    return (values: readonly (string | number)[]) => script(all, values) as Promise<unknown[]>;
  };
  const reserve = bind('budgetReserve', lua.RESERVE);
  const settle = bind('budgetSettle', lua.SETTLE);
  const refresh = bind('budgetRefresh', lua.REFRESH);
  const reassert = bind('budgetReassert', lua.REASSERT);
  const look = bind('budgetLook', lua.LOOK);
  const correct = bind('budgetCorrect', lua.CORRECT);
  const open = bind('budgetOpen', lua.OPEN);

  return {
    async reserve({ epoch, now, id, amount, due: leaseEnd, held, claims }) {
      const wanted = claims.flatMap(({ field, limit }) => [field, limit]);
      const reply = await reserve([epoch, now, id, amount, leaseEnd, held, ...wanted]);
      const [verdict, number, ...found] = reply;
      if (verdict === 'closed') return { verdict };
      saw(
        pairs(
          claims.map(({ field }) => field),
          found,
        ),
      );
      const refusing = claims[Number(number) - 1];
      return {
        verdict: verdict as 'reserved' | 'exceeded' | 'busy' | 'settled',
        ...(refusing && { refusing }),
      };
    },
    async settle({ epoch, now, id, outcome, cost, held, record }) {
      const [verdict, ...found] = await settle([epoch, now, id, outcome, cost ?? '', held ?? '', ...record]);
      if (verdict === 'closed') return verdict;
      const booked: Totals[] = [];
      for (let index = 0; index < found.length; index += 3) {
        const [field, spent, reserved] = found.slice(index);
        booked.push({ field: String(field), spent: Number(spent), reserved: Number(reserved) });
      }
      saw(booked);
      return 'settled';
    },
    async refresh({ epoch, now, fields }) {
      const [verdict, ...found] = await refresh([epoch, now, ...fields]);
      if (verdict === 'closed') return verdict;
      saw(pairs(fields, found));
      return 'open';
    },
    async reassert({ now, epoch, settlingMs, knowledge }) {
      const [current, left] = await reassert([now, epoch, settlingMs, JSON.stringify(knowledge)]);
      return { epoch: String(current), opensInMs: Number(left) };
    },
    async look(fields) {
      const [standing, ...found] = await look(fields);
      return { standing: standing as Standing, totals: pairs(fields, found) };
    },
    async correct(field, spent) {
      return Number(await correct([field, spent]));
    },
    async open(epoch) {
      await open([epoch]);
    },
  };
}

function pairs(fields: readonly string[], found: readonly unknown[]): Totals[] {
  return fields.map((field, index) => ({
    field,
    spent: Number(found[2 * index]),
    reserved: Number(found[2 * index + 1]),
  }));
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, inject, onTestFinished, test } from 'vitest';
import { ledgerKeys } from '../../src/budget/ledger-keys.ts';
import { createWindows } from '../../src/budget/windows.ts';
import type { Expense } from '../../src/intent/spending.ts';
import {
  anExpense,
  metered,
  opened,
  reserve,
  startLedger,
  type TestLedger,
  wallClock,
} from '../support/ledger.ts';
import { openRedis } from '../support/processor.ts';
import { ownName } from '../support/shared.ts';

const CAP = 100;
const MONTH_CAP = 250;
const LEASE_MS = 60_000;

const ledgers = fc.constantFrom(0, 1);
const actions = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant('reserve' as const),
      by: ledgers,
      amount: fc.integer({ min: 1, max: 45 }),
      /** Of the bound, what the call costs in truth. */
      percent: fc.integer({ min: 0, max: 100 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constant('settle' as const),
      by: ledgers,
      which: fc.nat(),
      how: fc.constantFrom('metered', 'unknown', 'twice'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('repeat' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('crash' as const), by: ledgers }) },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant('lose' as const),
      what: fc.constantFrom('everything', 'totals', 'expenses', 'state'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('clock' as const),
      ms: fc.constantFrom(1000, LEASE_MS / 2, LEASE_MS, 6 * 3_600_000, 26 * 3_600_000, -1000),
    }),
  },
);

type Step = typeof actions extends fc.Arbitrary<infer T> ? T : never;

/** A try whose lease ended so long ago that Redis has booked its worst case and forgotten it. */
const FORGOTTEN: Step[] = [
  { act: 'reserve', by: 1, amount: 60, percent: 98 },
  { act: 'clock', ms: 26 * 3_600_000 },
  { act: 'reserve', by: 0, amount: 1, percent: 0 },
  { act: 'clock', ms: 26 * 3_600_000 },
  { act: 'reserve', by: 0, amount: 1, percent: 0 },
  { act: 'lose', what: 'state' },
  { act: 'settle', by: 1, which: 0, how: 'metered' },
  { act: 'reserve', by: 0, amount: 1, percent: 0 },
];

/** A call that was paid for: what it cost in truth, and when. */
interface Paid {
  readonly expense: Expense;
  readonly cost: number;
  readonly labels: readonly string[];
  readonly by: TestLedger;
}

test('nothing that happens takes the books over the cap, or below what was spent', async () => {
  const redis = openRedis();
  const property = fc.asyncProperty(fc.array(actions, { minLength: 10, maxLength: 40 }), async (steps) => {
    const keyPrefix = `${ownName()}:`;
    const keys = ledgerKeys(keyPrefix);
    const folder = await mkdtemp(join(tmpdir(), 'llm-intent-test-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
    // Late enough for a midnight, and at the end of a month.
    const clock = wallClock(Date.parse('2026-11-29T20:00:00Z'));
    const windowsAt = createWindows('Europe/Warsaw');
    const start = async (index: number) => {
      const ledger = await startLedger({
        url: inject('redisUrl'),
        ...{ keyPrefix, folder, clock, consumer: `replica-${index}`, leaseMs: LEASE_MS },
        ...{ refreshMs: 15, settlingMs: 60, patienceMs: 2000 },
        limits: [
          { scope: 'all', window: 'day', limit: CAP },
          { scope: 'all', window: 'month', limit: MONTH_CAP },
        ],
      });
      await opened(ledger);
      return ledger;
    };
    const running = [await start(0), await start(1)];
    const paid: Paid[] = [];
    /** Windows that were over when Redis lost them: nobody restores what nobody can spend in. */
    const gone = new Set<string>();

    async function check(): Promise<void> {
      // At one moment: what is restored between two looks would be missed by the first.
      const [totals, open] = (await redis.multi().hgetall(keys.totals).hget(keys.state, 'open').exec()) ?? [];
      // While Redis has lost them, the truth is with the processes.
      if (open?.[1] !== '1') return;
      const found = totals?.[1] as Record<string, string>;
      const spentIn = new Map<string, number>();
      for (const { labels, cost } of paid) {
        for (const label of labels) spentIn.set(label, (spentIn.get(label) ?? 0) + cost);
      }
      for (const [field, value] of Object.entries(found)) {
        if (field === 'epoch') continue;
        expect(Number(value), field).toBeGreaterThanOrEqual(0);
      }
      for (const [label, truth] of spentIn) {
        const committed = Number(found[`s|all|${label}`] ?? 0) + Number(found[`r|all|${label}`] ?? 0);
        expect(committed, label).toBeLessThanOrEqual(label.startsWith('day') ? CAP : MONTH_CAP);
        if (!gone.has(label)) expect(committed, label).toBeGreaterThanOrEqual(truth);
      }
    }

    for (const step of steps) {
      switch (step.act) {
        case 'reserve': {
          const by = running[step.by] as TestLedger;
          const expense = anExpense(step.amount);
          const labels = windowsAt(clock.now()).map(({ label }) => label);
          if ((await reserve(by, expense, { withinMs: 40 })) === 'reserved') {
            paid.push({ expense, cost: Math.floor((step.amount * step.percent) / 100), labels, by });
          }
          break;
        }
        case 'settle': {
          const call = paid[step.which % Math.max(1, paid.length)];
          if (!call) break;
          const bill = step.how === 'unknown' ? ({ kind: 'unknown' } as const) : metered(call.cost);
          for (let times = step.how === 'twice' ? 2 : 1; times > 0; times -= 1) {
            // Its owner, or somebody later where that one died.
            (running.includes(call.by) ? call.by : (running[step.by] as TestLedger)).settle(
              call.expense.id,
              bill,
            );
          }
          break;
        }
        case 'repeat': {
          // As where a reply was lost and the command is sent again.
          const call = paid[step.which % Math.max(1, paid.length)];
          if (call && running.includes(call.by)) await reserve(call.by, call.expense, { withinMs: 40 });
          break;
        }
        case 'crash':
          (running[step.by] as TestLedger).crash();
          running[step.by] = await start(step.by);
          break;
        case 'lose':
          // Everything the processes have done has been seen by them: the last moment's is what a disk may lose.
          for (const { labels } of paid) for (const label of labels) gone.add(label);
          for (const { label } of windowsAt(clock.now())) gone.delete(label);
          await redis.del(
            ...(step.what === 'everything' ? Object.values(keys) : [keys[step.what as 'totals']]),
          );
          await Promise.all(running.map((ledger) => noticed(ledger)));
          break;
        case 'clock':
          clock.move(step.ms);
          break;
      }
      await check();
    }
    for (const ledger of running) {
      await opened(ledger);
      await ledger.stop(2000);
    }
    await check();
  });
  await fc.assert(property, { numRuns: 25, endOnFailure: true, examples: [[FORGOTTEN]] });
}, 180_000);

/** Waits until a ledger has met the loss and is over it. */
async function noticed(ledger: TestLedger): Promise<void> {
  const before = ledger.told.length;
  await expect
    .poll(() => ledger.told.slice(before).join(), { timeout: 15_000, interval: 2 })
    .toContain('opened');
}

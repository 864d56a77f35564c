import { describe, expect, test } from 'vitest';
import type { Mode } from '../../src/intent/mode.ts';
import {
  createOwnJudgement,
  type JudgementSettings,
  type OwnJudgement,
} from '../../src/mode/own-judgement.ts';
import { movableClock } from '../support/cache.ts';
import { openModes, type TestModes } from '../support/modes.ts';

const MINUTE = 60_000;
const SETTINGS: JudgementSettings = {
  budget: { economy_share: 0.8, rules_only_share: 1 },
  hour: { economy_usd: 300, rules_only_usd: 500 },
  trouble: { p99_ms: 5000, failed_share: 0.05, window_seconds: 300, minimum_calls: 20 },
  margin: 0.1,
  minimum_stay_seconds: 60,
};

/** Two replicas that judge for themselves, a budget that both see, and time that a test moves. */
async function house() {
  const clock = movableClock();
  const budget = { limit: 1000, spent: 0 };
  const judgements: OwnJudgement[] = [];
  const looks: Record<string, number> = {};
  const open = async (consumer: string, keyPrefix?: string): Promise<TestModes> => {
    const judgement = createOwnJudgement({
      settings: SETTINGS,
      windows: () => [{ window: 'day', resetsAt: 'tonight', ...budget }],
      clock,
    });
    judgements.push(judgement);
    looks[consumer] = 0;
    const look: OwnJudgement['look'] = (effective) => {
      looks[consumer] = (looks[consumer] ?? 0) + 1;
      return judgement.look(effective);
    };
    return openModes({ consumer, automatic: { look }, ...(keyPrefix !== undefined && { keyPrefix }) });
  };
  const one = await open('one');
  const two = await open('two', one.keyPrefix);
  const both = (mode: Mode) => expect.poll(() => [one.mode(), two.mode()]).toEqual([mode, mode]);
  /** So many minutes of utterances at one replica, of which every nth is in trouble. */
  const ask = (
    judgement: OwnJudgement | undefined,
    { every, slow = false }: { every: number; slow?: boolean },
  ) => {
    for (let index = 1; index <= 100; index += 1) {
      const isBad = index % every === 0;
      const origin = `room ${index % 7}`;
      judgement?.asked({ durationMs: slow && isBad ? 6000 : 500, failed: !slow && isBad, origin });
      clock.pass((4 * MINUTE) / 100);
    }
  };
  /** Waits until both have looked. */
  const looked = async (): Promise<void> => {
    const before = { ...looks };
    await expect
      .poll(() => Object.entries(looks).every(([name, count]) => count > (before[name] ?? 0)))
      .toBe(true);
  };
  await looked();
  return { clock, budget, judgements, one, two, both, ask, looked };
}

describe('two replicas', () => {
  test('turn models down as the budget is used, and up again when it is not', async () => {
    const { clock, budget, one, two, both, looked } = await house();
    budget.spent = 250;
    await looked();
    clock.pass(61 * MINUTE);
    budget.spent = 800;
    await both('rules-only');
    // The hour was too dear; an hour later the budget alone is why.
    clock.pass(61 * MINUTE);
    await both('economy');
    expect(one.modes.current().reason).toBe("80 % of the day's budget is spent");
    expect(two.modes.current().reason).toBe(one.modes.current().reason);
    budget.spent = 1000;
    await both('rules-only');
    budget.spent = 0;
    clock.pass(MINUTE);
    await both('full');
  });

  test('turn them down when an hour is dear, and up again when it is over', async () => {
    const { clock, budget, one, both } = await house();
    budget.spent = 310;
    await both('economy');
    expect(one.modes.current().reason).toBe('the last hour cost 0.00000031 dollars');
    clock.pass(30 * MINUTE);
    budget.spent = 520;
    await both('rules-only');
    clock.pass(31 * MINUTE);
    await both('full');
  });

  test.each([
    { trouble: 'fail', slow: false, reason: 'models failed 10 % of what they were asked' },
    {
      trouble: 'are slow',
      slow: true,
      reason: 'models took over 5000 ms, or longer than anybody waits, for 10 % of what they were asked',
    },
  ])(
    'turn them down when models $trouble at one of them, and up again when that is over',
    async ({ slow, reason }) => {
      const { clock, judgements, one, two, both, ask, looked } = await house();
      const [, ofTwo] = judgements;
      ask(ofTwo, { every: 10, slow });
      await both('economy');
      await looked();
      expect([one, two].map(({ modes }) => modes.current().reason)).toEqual([reason, reason]);
      ask(ofTwo, { every: 10, slow });
      await both('rules-only');
      // Nothing is measured any more: back by one step, and by another when that one went well.
      clock.pass(MINUTE);
      await both('economy');
      await looked();
      ask(ofTwo, { every: 1000 });
      await both('full');
    },
  );

  test('do not flap, whatever swings around a threshold', async () => {
    const { clock, budget, one, two, looked } = await house();
    for (let look = 0; look < 12; look += 1) {
      budget.spent = look % 2 === 0 ? 810 : 790;
      clock.pass(10_000);
      await looked();
    }
    for (const { changes } of [one, two]) {
      expect(changes.map(({ mode }) => mode)).toEqual([changes[0]?.mode]);
    }
  });
});

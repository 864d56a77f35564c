import { describe, expect, test } from 'vitest';
import { MODES, type Mode } from '../../../src/intent/mode.ts';
import { createAutomatic } from '../../../src/mode/automatic.ts';
import { createBudgetCause, type SpentWindow } from '../../../src/mode/budget-cause.ts';
import { createHourlyCost } from '../../../src/mode/hourly-cost.ts';
import { createModelTrouble } from '../../../src/mode/model-trouble.ts';
import { movableClock } from '../../support/cache.ts';

const MINUTE = 60_000;

function aBudget(limit = 1000) {
  const windows = { day: { spent: 0, ends: 'tonight' }, month: { spent: 0, ends: 'on the last' } };
  let isClosed = false;
  return {
    close(closed: boolean) {
      isClosed = closed;
    },
    windows: (): SpentWindow[] =>
      (isClosed ? [] : Object.entries(windows)).map(([window, { spent, ends }]) => ({
        window,
        limit: window === 'day' ? limit : 30 * limit,
        spent,
        resetsAt: ends,
      })),
    spend(amount: number) {
      windows.day.spent += amount;
      windows.month.spent += amount;
    },
    correct(day: number) {
      windows.day.spent = day;
    },
    nextDay() {
      windows.day = { spent: 0, ends: `${windows.day.ends}, a day later` };
    },
  };
}

describe('the budget', () => {
  const open = (limit?: number) => {
    const clock = movableClock();
    const budget = aBudget(limit);
    const settings = { economyShare: 0.8, rulesOnlyShare: 1, usedUpMs: 10_000, margin: 0.1 };
    const cause = createBudgetCause({ settings, windows: budget.windows, clock });
    const look = (held: Mode = 'full') => cause.look(held, held)?.mode;
    return { clock, budget, cause, look };
  };

  test.each<[spent: number, held: Mode, wanted: Mode | undefined]>([
    [799, 'full', undefined],
    [800, 'full', 'economy'],
    [721, 'economy', 'economy'],
    [719, 'economy', undefined],
    [999, 'economy', 'economy'],
    [1000, 'economy', 'rules-only'],
    [901, 'rules-only', 'rules-only'],
    [899, 'rules-only', 'economy'],
    [700, 'rules-only', undefined],
  ])('of which %i of 1000 are spent, in %s, asks for %s', (spent, held, wanted) => {
    const { budget, look } = open();
    budget.spend(spent);
    expect(look(held)).toBe(wanted);
  });

  test('asks for nothing where nothing may be spent at all: what is free may be asked', () => {
    expect(open(0).look()).toBeUndefined();
  });

  test('of which nothing was enough for a call for a while is used up', () => {
    const { clock, budget, cause, look } = open();
    budget.spend(990);
    cause.reserved('budget_exceeded', { atMost: 11 });
    clock.pass(60_000);
    // One refusal may have been a long prompt, and nobody asked since.
    expect(look('economy')).toBe('economy');
    cause.reserved('budget_exceeded', { atMost: 12 });
    expect(look('economy')).toBe('rules-only');
    // Corrected by an operator, there is room for one again.
    budget.correct(989);
    expect(look('rules-only')).toBe('rules-only');
    budget.correct(700);
    expect(look('rules-only')).toBeUndefined();
  });

  test('is not used up while shorter questions still fit', () => {
    const { clock, budget, cause, look } = open();
    budget.spend(990);
    for (let minute = 0; minute < 10; minute += 1) {
      cause.reserved('budget_exceeded', { atMost: 11 });
      clock.pass(9000);
      cause.reserved('reserved', { atMost: 10 });
      clock.pass(9000);
    }
    expect(look('economy')).toBe('economy');
  });

  test('is not used up by a burst, which only holds it', () => {
    const { clock, budget, cause, look } = open();
    budget.spend(700);
    cause.reserved('budget_exceeded', { atMost: 11 });
    clock.pass(20_000);
    cause.reserved('budget_exceeded', { atMost: 11 });
    expect(look()).toBeUndefined();
  });

  test('that nobody knows at the moment changes nothing', () => {
    const settings = { economyShare: 0.8, rulesOnlyShare: 1, usedUpMs: 10_000, margin: 0.1 };
    const cause = createBudgetCause({ settings, windows: () => [], clock: movableClock() });
    for (const held of MODES) expect(cause.look(held, held)?.mode).toBe(held);
  });
});

describe('the cost of an hour', () => {
  const open = () => {
    const clock = movableClock();
    const budget = aBudget();
    const settings = { economy: 100, rulesOnly: 200, margin: 0.1 };
    const cause = createHourlyCost({ settings, windows: budget.windows, clock });
    return { clock, budget, look: (held: Mode = 'full') => cause.look(held, held)?.mode };
  };

  test('counts what was spent since it is watched, and forgets it after an hour', () => {
    const { clock, budget, look } = open();
    budget.spend(500);
    expect(look()).toBeUndefined();
    budget.spend(60);
    expect(look()).toBeUndefined();
    clock.pass(30 * MINUTE);
    budget.spend(40);
    expect(look()).toBe('economy');
    budget.spend(100);
    expect(look('economy')).toBe('rules-only');
    clock.pass(31 * MINUTE);
    expect(look('rules-only')).toBe('economy');
    clock.pass(30 * MINUTE);
    expect(look('economy')).toBeUndefined();
  });

  test('goes on over midnight', () => {
    const { clock, budget, look } = open();
    look();
    budget.spend(60);
    look();
    clock.pass(MINUTE);
    budget.nextDay();
    budget.spend(40);
    expect(look()).toBe('economy');
  });

  test('does not begin anew when the books were closed for a moment', () => {
    const { budget, look } = open();
    budget.spend(500);
    look();
    budget.close(true);
    look();
    budget.close(false);
    expect(look()).toBeUndefined();
    budget.spend(100);
    expect(look()).toBe('economy');
  });

  test("takes an operator's correction for no cost", () => {
    const { budget, look } = open();
    look();
    budget.correct(900);
    expect(look()).toBeUndefined();
  });
});

describe('trouble with models', () => {
  const open = () => {
    const clock = movableClock();
    const settings = { slowMs: 5000, failedShare: 0.05, windowMs: 5 * MINUTE, minimumCalls: 20, margin: 0.1 };
    const trouble = createModelTrouble({ settings, clock });
    /** So many utterances over so many minutes, every nth of them in trouble. */
    const ask = (
      calls: number,
      minutes: number,
      { every, slow = false, by }: { every: number; slow?: boolean; by?: readonly string[] },
    ) => {
      for (let index = 1; index <= calls; index += 1) {
        const isBad = index % every === 0;
        const origin = (isBad && by?.[index % by.length]) || `room ${index % 7}`;
        trouble.asked({ durationMs: isBad && slow ? 5001 : 800, failed: isBad && !slow, origin });
        clock.pass((minutes * MINUTE) / calls);
      }
    };
    return {
      clock,
      trouble,
      ask,
      look: (held: Mode, effective = held) => trouble.look(held, effective)?.mode,
    };
  };

  test.each([
    { name: 'a tenth fails', slow: false, every: 10 },
    { name: 'one in fifty is slow', slow: true, every: 50 },
  ])('is where $name for minutes', ({ slow, every }) => {
    const { ask, look } = open();
    expect(look('full')).toBeUndefined();
    ask(300, 3, { every, slow });
    expect(look('full')).toBe('economy');
  });

  test.each([
    { name: 'three in a hundred fail', slow: false, every: 33 },
    { name: 'one in two hundred is slow', slow: true, every: 200 },
  ])('is not where $name', ({ slow, every }) => {
    const { ask, look } = open();
    look('full');
    ask(400, 5, { every, slow });
    expect(look('full')).toBeUndefined();
  });

  test('is where one in fifty does not come in time, though the time is shorter than what is slow', () => {
    const { trouble, clock, look } = open();
    look('full');
    for (let index = 0; index < 300; index += 1) {
      const isLate = index % 50 === 49;
      const origin = `room ${index % 7}`;
      trouble.asked({ durationMs: isLate ? 2400 : 800, failed: isLate, isTimeout: isLate, origin });
      clock.pass(MINUTE / 100);
    }
    expect(look('full')).toBe('economy');
  });

  test.each([
    { name: 'fails at', slow: false },
    { name: 'is slow at', slow: true },
  ])('is not what a model $name for one of several who speak', ({ slow }) => {
    const { ask, look } = open();
    look('full');
    ask(300, 4, { every: 3, slow, by: ['anna'] });
    expect(look('full')).toBeUndefined();
  });

  test('counts once in a while for each who has it', () => {
    const { ask, look } = open();
    look('full');
    ask(300, 4, { every: 3, by: ['anna', 'jan'] });
    expect(look('full')).toBeUndefined();
    ask(300, 4, { every: 3, by: ['anna', 'jan', 'ola', 'ewa'] });
    expect(look('full')).toBe('economy');
  });

  test('is what a home with a single speaker has', () => {
    const { trouble, clock, look } = open();
    look('full');
    for (let index = 0; index < 40; index += 1) {
      trouble.asked({ durationMs: 800, failed: true, origin: 'anna' });
      clock.pass(MINUTE / 10);
    }
    expect(look('full')).toBe('economy');
  });

  test('is not where a single minute was bad', () => {
    const { ask, look } = open();
    look('full');
    ask(100, 0.5, { every: 2 });
    expect(look('full')).toBeUndefined();
    ask(100, 3, { every: 1000 });
    expect(look('full')).toBeUndefined();
  });

  test('is not concluded from a handful of utterances', () => {
    const { ask, look } = open();
    look('full');
    ask(19, 4, { every: 1 });
    expect(look('full')).toBeUndefined();
  });

  test('asks for rules only where the cheaper models are in trouble as well, by what these did', () => {
    const { ask, look } = open();
    look('full');
    ask(100, 3, { every: 2 });
    expect(look('full')).toBe('economy');
    // The failures of before are not those of the cheaper models.
    expect(look('economy')).toBe('full');
    ask(100, 3, { every: 2 });
    expect(look('economy')).toBe('rules-only');
    // Nothing is measured any more, so a try is the way back, one step at a time.
    expect(look('rules-only')).toBe('economy');
  });
});

describe('all causes together', () => {
  test('hold the cheapest mode that one of them asks for, with its reason, until that one is gone', () => {
    const clock = movableClock();
    const wishes: (Mode | undefined)[] = ['economy', undefined];
    const automatic = createAutomatic({
      causes: [0, 1].map((index) => ({
        look: () => {
          const mode = wishes[index];
          return mode && { mode, reason: `cause ${index} says ${mode}` };
        },
      })),
      minimumStayMs: MINUTE,
      clock,
    });
    expect(automatic.look('full')).toEqual({
      mode: 'economy',
      reason: 'cause 0 says economy',
      leftMs: MINUTE,
    });
    wishes[1] = 'rules-only';
    expect(automatic.look('economy')).toMatchObject({
      mode: 'rules-only',
      reason: 'cause 1 says rules-only',
    });
    wishes[1] = undefined;
    clock.pass(MINUTE);
    expect(automatic.look('rules-only')).toMatchObject({ mode: 'economy', reason: 'cause 0 says economy' });
    wishes[0] = undefined;
    clock.pass(MINUTE);
    expect(automatic.look('economy')).toEqual({ mode: 'full', reason: '', leftMs: 0 });
  });
});

import { readdir } from 'node:fs/promises';
import { beforeEach, describe, expect, inject, test } from 'vitest';
import { ledgerKeys } from '../../src/budget/ledger-keys.ts';
import { systemClock } from '../../src/clock.ts';
import { runCommand } from '../support/command.ts';
import { anExpense, metered, opened, reserve, startLedger, type TestLedger } from '../support/ledger.ts';
import { openRedis } from '../support/processor.ts';
import { ownName, whereRedisIs } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CENT = 10_000_000;
let keyPrefix: string;

beforeEach(() => {
  keyPrefix = `${ownName()}:`;
});

const run = (...command: string[]) =>
  runCommand(['budget', ...command], {
    ...whereRedisIs(keyPrefix.slice(0, -1)),
    KEY_PREFIX: keyPrefix,
    DAILY_LLM_BUDGET_USD: '5.00',
    MONTHLY_LLM_BUDGET_USD: '50',
  });

/** A ledger of the present day, as a service has one. */
async function aLedger(): Promise<TestLedger> {
  const ledger = await startLedger({
    url: inject('redisUrl'),
    ...{ keyPrefix, cap: 500 * CENT, timeZone: 'UTC', settlingMs: 0, clock: systemClock },
  });
  await opened(ledger);
  return ledger;
}

describe('budget show', () => {
  test('tells what is spent and set aside, in dollars', async () => {
    const ledger = await aLedger();
    const spent = anExpense(200 * CENT);
    await reserve(ledger, spent);
    await reserve(ledger, anExpense(30 * CENT));
    ledger.settle(spent.id, metered(125 * CENT + 1));
    await expect.poll(() => ledger.show().windows[0]?.spent).toBe(125 * CENT + 1);

    const { code, output, errors } = await run('show', '--json');
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(JSON.parse(output)).toEqual({
      state: 'open',
      windows: [
        {
          ...{ scope: 'all', window: 'day', limit_usd: '5' },
          ...{ spent_usd: '1.250000001', reserved_usd: '0.3', left_usd: '3.449999999' },
          resets_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT00:00:00\.000Z$/),
        },
        expect.objectContaining({ window: 'month', limit_usd: '50', spent_usd: '1.250000001' }),
      ],
    });
    const table = await run('show');
    expect(table.output.split('\n')).toEqual([
      expect.stringMatching(/^scope +window +limit +spent +reserved +left +resets at$/),
      expect.stringMatching(/^all +day +5 +1\.250000001 +0\.3 +3\.449999999 +\d{4}-/),
      expect.stringMatching(/^all +month +50 +1\.250000001 /),
      '',
    ]);
  });

  test('says so where no service has opened the budget', async () => {
    const { code, output, errors } = await run('show');
    expect(code).toBe(0);
    expect(output).toMatch(/\nall +day +5 +0 +0 +5 /);
    expect(errors).toBe('no service has opened this budget yet\n');
  });
});

describe('budget set', () => {
  test('corrects what is spent, and running services follow', async () => {
    const ledger = await aLedger();
    const { code, output } = await run('set', 'day', '4.99');
    expect(code).toBe(0);
    expect(output).toMatch(/^all day: spent 4\.99 dollars, where it said 0; resets at \d{4}-/);
    await expect.poll(() => ledger.show().windows.map(({ spent }) => spent)).toEqual([499 * CENT, 0]);
    expect(await reserve(ledger, anExpense(2 * CENT))).toBe('budget_exceeded');

    const back = await run('set', 'day', '0', '--json');
    expect(JSON.parse(back.output)).toMatchObject({ window: 'day', spent_usd: '0', before_usd: '4.99' });
    await expect.poll(() => reserve(ledger, anExpense(2 * CENT))).toBe('reserved');
  });

  test('is not undone by a journal of earlier books, which goes when its windows are over', async () => {
    const folder = await temporaryFolder();
    const start = async (consumer: string, clock = systemClock) => {
      const ledger = await startLedger({
        url: inject('redisUrl'),
        ...{ keyPrefix, folder, consumer, clock, cap: 500 * CENT, timeZone: 'UTC', settlingMs: 100 },
      });
      await opened(ledger);
      return ledger;
    };
    const dead = await start('replica-1');
    const expense = anExpense(400 * CENT);
    await reserve(dead, expense);
    dead.settle(expense.id, { kind: 'unknown' });
    await expect.poll(() => dead.show().windows[0]?.spent).toBe(400 * CENT);
    const redis = openRedis();
    dead.crash();
    // Other books, opened on what Redis holds: a restart.
    await redis.hset(ledgerKeys(keyPrefix).state, 'server', 'before');
    const alive = await start('replica-2');
    await run('set', 'day', '1');
    await expect.poll(() => alive.show().windows[0]?.spent).toBe(100 * CENT);
    await alive.stop(1000);
    await redis.hset(ledgerKeys(keyPrefix).state, 'server', 'before');
    const again = await start('replica-2');
    await expect.poll(() => again.show().windows[0]?.spent).toBe(100 * CENT);
    expect(again.show().windows[1]?.spent).toBeGreaterThanOrEqual(400 * CENT);

    const journals = async () => (await readdir(folder)).filter((name) => name.endsWith('.journal'));
    expect(await journals()).toHaveLength(2);
    await again.stop(1000);
    const later = { ...systemClock, now: () => Date.now() + 40 * 24 * 3_600_000 };
    await start('replica-3', later);
    await expect.poll(journals).toEqual([expect.stringContaining('replica-3')]);
  });

  test('corrects one scope, where that has a limit', async () => {
    const limits = JSON.stringify([{ scope: 'origin:*', daily_usd: 1 }]);
    const set = (scope: string) =>
      runCommand(['budget', 'set', 'day', '0.25', '--scope', scope], {
        ...{
          ...whereRedisIs(keyPrefix.slice(0, -1)),
          KEY_PREFIX: keyPrefix,
          LLM_INTENT_BUDGET__LIMITS: limits,
        },
      });
    expect((await set('origin:anna')).output).toMatch(
      /^origin:anna day: spent 0\.25 dollars, where it said 0;/,
    );
    expect(await set('provider:openai')).toMatchObject({
      ...{ code: 1, output: '', errors: expect.stringContaining('no limit of a day for provider:openai') },
    });
  });

  test.each([
    [['set', 'day', 'five'], /'five' is invalid.*expected decimal dollars/],
    [['set', 'day', '1.0000000001'], /at most nine decimals/],
    [['set', 'day', '--', '-1'], /'-1' is invalid.*expected decimal dollars/],
    [['set', 'week', '1'], /'week' is invalid.*Allowed choices are day, month/],
    [['set', 'day'], /missing required argument 'dollars'/],
    [['close'], /unknown command 'close'/],
  ])('%j is a mistake in usage', async (command, message) => {
    const { code, output, errors } = await run(...command);
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(errors).toMatch(message);
  });
});

describe('budget open', () => {
  test('opens books that are being restored, as they are', async () => {
    const ledger = await startLedger({
      url: inject('redisUrl'),
      ...{ keyPrefix, settlingMs: 600_000, timeZone: 'UTC', clock: systemClock },
    });
    await expect.poll(() => ledger.told).toEqual(['closed settling']);
    expect((await run('show')).errors).toContain('being restored');
    expect(await run('open')).toMatchObject({ code: 0, output: expect.stringMatching(/^open: /) });
    await opened(ledger);
    expect(await reserve(ledger, anExpense(10))).toBe('reserved');
    expect(JSON.parse((await run('open', '--json')).output)).toMatchObject({ state: 'open' });
    await expect.poll(() => reserve(ledger, anExpense(10))).toBe('reserved');
  });
});

test('the help of each command has an example', async () => {
  for (const command of ['show', 'set', 'open']) {
    expect((await run(command, '--help')).output).toContain(
      `$ REDIS_URL=redis://127.0.0.1:6379 llm-intent budget ${command}`,
    );
  }
});

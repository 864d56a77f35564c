import { expect, test } from 'vitest';
import { formatDollars, parseDollars } from '../../src/intent/money.ts';
import { runCommand, startServiceProcess } from '../support/command.ts';
import { startOwnRedis } from '../support/own-redis.ts';
import {
  answers,
  booksToday,
  distinctOrders,
  expectAnsweredOnce,
  payingSettings,
  sayAll,
  startPaidProvider,
  untilAnswered,
  untilOpen,
} from '../support/paid-calls.ts';
import { eventually } from '../support/processor.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CALLS = 30;

test('outputs, metrics, the operator and the provider agree to the nano-dollar', async () => {
  const server = await startOwnRedis();
  const provider = await startPaidProvider();
  const settings = payingSettings({
    redisUrl: server.url,
    provider,
    cap: 1_000_000_000,
    folder: await temporaryFolder(),
  });
  const service = await startServiceProcess(settings);
  await untilOpen(service.url);

  const said = await sayAll(server.redis, distinctOrders(CALLS));
  await untilAnswered(server.redis, CALLS);
  await expectAnsweredOnce(server.redis, said);
  const all = await answers(server.redis);
  const given = all.filter(({ source }) => source === 'llm');
  // On a busy machine Redis may be too late for one of them: then nobody is asked, and nothing is paid.
  const others = all.filter(({ source }) => source !== 'llm').map((answer) => answer['fallback_reason']);
  expect(others.filter((reason) => reason !== 'ledger_unavailable')).toEqual([]);
  expect(given.length).toBeGreaterThan(CALLS / 2);
  expect(provider.bill).toHaveLength(given.length);

  const billed = provider.billed();
  const inOutputs = given.map((answer) => parseDollars(String(answer['cost_usd'])) ?? Number.NaN);
  expect(inOutputs.reduce((sum, cost) => sum + cost, 0)).toBe(billed);
  expect(inOutputs.toSorted()).toEqual(provider.bill.map(({ cost }) => cost).toSorted());
  await eventually(() => booksToday(server.redis)).toEqual({ spent: billed, reserved: 0 });

  const shown = await runCommand(['budget', 'show', '--json'], settings);
  const windows = [{ window: 'day' }, { window: 'month' }].map((window) => ({
    ...window,
    spent_usd: formatDollars(billed),
    reserved_usd: '0',
  }));
  expect(JSON.parse(shown.output)).toMatchObject({ state: 'open', windows });

  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  const total = /^llm_cost_dollars_total\{provider="openai",model="gpt-5-mini"\} (.*)$/m.exec(metrics)?.[1];
  // A float that was added up: exact once it is rounded to what money is made of.
  expect(Math.round(Number(total) * 1e9)).toBe(billed);
  expect(Number(total) * 1e9 - billed).toBeCloseTo(0, 3);
});

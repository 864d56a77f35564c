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
import { temporaryFolder } from '../support/temporary-folder.ts';

const CALLS = 30;
const AT_ONCE = 5;

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

  const said = new Map<string, string>();
  // A few at a time: on a crowded machine all at once would find Redis later than the ledger has patience.
  while (said.size < CALLS) {
    for (const [id, text] of await sayAll(server.redis, distinctOrders(AT_ONCE, said.size)))
      said.set(id, text);
    await untilAnswered(server.redis, said.size);
  }
  await expectAnsweredOnce(server.redis, said);
  const given = await answers(server.redis);
  expect(given.map(({ source }) => source)).toEqual(Array(CALLS).fill('llm'));
  expect(provider.bill).toHaveLength(CALLS);

  const billed = provider.billed();
  const inOutputs = given.map((answer) => parseDollars(String(answer['cost_usd'])) ?? Number.NaN);
  expect(inOutputs.reduce((sum, cost) => sum + cost, 0)).toBe(billed);
  expect(inOutputs.toSorted()).toEqual(provider.bill.map(({ cost }) => cost).toSorted());
  await expect.poll(() => booksToday(server.redis)).toEqual({ spent: billed, reserved: 0 });

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

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type ServiceProcess, startServiceProcess } from '../support/command.ts';
import { freeze } from '../support/freeze.ts';
import { startOwnRedis } from '../support/own-redis.ts';
import {
  booksInTheEnd,
  booksToday,
  distinctOrders,
  expectBooksCoverBill,
  health,
  payingSettings,
  startPaidProvider,
  untilOpen,
} from '../support/paid-calls.ts';
import { postIntent } from '../support/post-intent.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Nano-dollars: some forty calls. */
const CAP = 8_000_000;
/** Streams count as lost when Redis is silent for longer than that: here it is about money. */
const PATIENT = { LEASE_MS: '20000' };
/** Orders at once. */
const SOME = 6;

async function aHousehold() {
  const server = await startOwnRedis();
  const provider = await startPaidProvider();
  const folder = await temporaryFolder();
  const start = async (): Promise<ServiceProcess> => {
    const settings = payingSettings({ redisUrl: server.url, provider, cap: CAP, folder });
    const service = await startServiceProcess({ ...settings, ...PATIENT });
    await untilOpen(service.url);
    return service;
  };
  let orders = 0;

  /** Over HTTP, which is there when Redis is not. @returns who answered each, and why no model did */
  async function ask({ url }: ServiceProcess): Promise<string[]> {
    const texts = distinctOrders(SOME, orders);
    orders += SOME;
    return Promise.all(
      texts.map(async (text) => {
        const response = await postIntent(url, { text, language: 'pl' });
        const answer = (await response.json()) as Record<string, unknown>;
        expect(response.status).toBe(200);
        return [answer['source'], answer['fallback_reason']].filter(Boolean).join(': ');
      }),
    );
  }

  async function askUntilRefused(service: ServiceProcess): Promise<void> {
    await expect
      .poll(async () => (await ask(service)).every((by) => by === 'rules: budget_exceeded'))
      .toBe(true);
  }
  return { server, provider, start, ask, askUntilRefused };
}

type Household = Awaited<ReturnType<typeof aHousehold>>;

/** Nobody pays while the books are closed, whoever asks, and health says so. */
async function expectNothingPaid({ provider, ask }: Household, service: ServiceProcess): Promise<void> {
  await expect.poll(async () => (await health(service.url)).budget?.state).not.toBe('open');
  const before = provider.requests.length;
  expect(await ask(service)).toEqual(Array(SOME).fill('rules: ledger_unavailable'));
  expect(provider.requests.length).toBe(before);
  const status = async () => (await health(service.url)).status;
  expect(await status()).not.toBe('healthy');
  // Where the streams are lost as well, it is unhealthy until they are there again.
  await expect.poll(status).toBe('degraded');
}

/** It comes back by itself, and then spends what is left and no more. */
async function expectRecovery(household: Household, service: ServiceProcess): Promise<void> {
  const { server, provider, ask, askUntilRefused } = household;
  await untilOpen(service.url);
  const before = provider.billed();
  await expect.poll(async () => ask(service)).toContain('llm');
  expect(provider.billed()).toBeGreaterThan(before);
  await expect.poll(async () => (await health(service.url)).status).toBe('healthy');
  await askUntilRefused(service);
  const { spent } = await booksInTheEnd(server.url, server.redis);
  expect(provider.billed()).toBeLessThanOrEqual(spent);
  expect(spent).toBeLessThanOrEqual(CAP);
}

describe('the model path', () => {
  test('with a frozen Redis pays for nothing, says so, and goes on afterwards', async () => {
    const household = await aHousehold();
    const service = await household.start();
    expect(await household.ask(service)).toEqual(Array(SOME).fill('llm'));
    const thaw = freeze(household.server.pid());
    const thawed = sleep(4000).then(thaw);
    await expectNothingPaid(household, service);
    await thawed;
    await expectRecovery(household, service);
    await expectBooksCoverBill(household.server.redis, household.provider);
  });

  test.each(['a restart without data', 'FLUSHALL'])(
    'with a Redis that lost everything (%s) spends what was left before, and no more',
    async (how) => {
      const household = await aHousehold();
      const { server, provider } = household;
      const service = await household.start();
      expect(await household.ask(service)).toEqual(Array(SOME).fill('llm'));
      expect(await household.ask(service)).toEqual(Array(SOME).fill('llm'));
      const paid = provider.billed();
      if (how === 'FLUSHALL') await server.redis.flushall();
      else {
        await server.kill();
        await expectNothingPaid(household, service);
        await server.restart();
      }
      // Closed until whoever knows more has had the time to say so.
      await expect.poll(async () => (await health(service.url)).budget?.state).toBe('settling');
      await expectNothingPaid(household, service);
      await untilOpen(service.url);
      const { spent, reserved } = await booksToday(server.redis);
      expect(spent + reserved).toBeGreaterThanOrEqual(paid);
      await expectRecovery(household, service);
    },
  );

  test('dying together with a Redis that loses everything still knows what it had spent', async () => {
    const household = await aHousehold();
    const { server, provider } = household;
    const service = await household.start();
    expect(await household.ask(service)).toEqual(Array(SOME).fill('llm'));
    const paid = provider.billed();
    service.kill('SIGKILL');
    await service.exited();
    await server.kill();
    await server.restart();
    expect(await server.redis.dbsize()).toBe(0);
    const again = await household.start();
    const { spent, reserved } = await booksToday(server.redis);
    expect(spent + reserved).toBeGreaterThanOrEqual(paid);
    await expectRecovery(household, again);
  });
});

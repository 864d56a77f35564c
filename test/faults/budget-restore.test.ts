import { execFile } from 'node:child_process';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startPrivateRedis } from '../../src/redis/private-redis.ts';
import { type ServiceProcess, startServiceProcess } from '../support/command.ts';
import { type OwnRedis, startOwnRedis } from '../support/own-redis.ts';
import {
  booksInTheEnd,
  booksToday,
  distinctOrders,
  payingSettings,
  startPaidProvider,
  untilOpen,
} from '../support/paid-calls.ts';
import { postIntent } from '../support/post-intent.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Nano-dollars: some forty calls. */
const CAP = 8_000_000;
const SOME = 6;

/** A household that pays, and what is needed to ask in its name. */
async function aHousehold() {
  const server = await startOwnRedis({ appendonly: true });
  const provider = await startPaidProvider();
  let orders = 0;
  return {
    ...{ server, provider, journals: await temporaryFolder() },
    async start(folder: string): Promise<ServiceProcess> {
      const settings = payingSettings({ redisUrl: server.url, provider, cap: CAP, folder });
      const service = await startServiceProcess({ ...settings, LEASE_MS: '20000' });
      await untilOpen(service.url);
      return service;
    },
    /** @returns who answered each */
    async ask({ url }: ServiceProcess): Promise<unknown[]> {
      const texts = distinctOrders(SOME, orders);
      orders += SOME;
      return Promise.all(
        texts.map(async (text) => {
          const response = await postIntent(url, { text, language: 'pl' });
          return ((await response.json()) as Record<string, unknown>)['source'];
        }),
      );
    },
  };
}

/** As docs/operations.md says. */
async function backUp({ port }: OwnRedis): Promise<string> {
  const file = join(await temporaryFolder(), 'redis.rdb');
  await promisify(execFile)('redis-cli', ['-p', String(port), '--rdb', file]);
  return file;
}

/** Loses a Redis with its disk, and brings back what was backed up, as docs/operations.md says. */
async function loseAndRestore(server: OwnRedis, backup: string): Promise<void> {
  const { dataDir, port, redis } = server;
  await server.kill();
  await rm(join(dataDir, 'appendonlydir'), { recursive: true });
  await copyFile(backup, join(dataDir, 'dump.rdb'));
  // With an append-only file to be, Redis would not look at the backup.
  const interim = await startPrivateRedis({ dataDir, port, appendonly: false });
  await redis.config('SET', 'appendonly', 'yes');
  await expect
    .poll(async () => redis.info('persistence'))
    .toMatch(/aof_rewrite_in_progress:0\r\naof_rewrite_scheduled:0/);
  await interim.stop();
  await server.restart();
}

test('a backup with the journals restores what was spent since, and the cap holds', async () => {
  const { server, provider, journals, start, ask } = await aHousehold();
  const first = await start(journals);
  expect(await ask(first)).toEqual(Array(SOME).fill('llm'));
  const backup = await backUp(server);
  const known = (await booksToday(server.redis)).spent;
  await ask(first);
  first.kill('SIGKILL');
  await first.exited();
  const billed = provider.billed();
  expect(billed).toBeGreaterThan(known);

  await loseAndRestore(server, backup);
  expect((await booksToday(server.redis)).spent).toBe(known);
  const second = await start(journals);
  const restored = await booksToday(server.redis);
  expect(restored.spent + restored.reserved).toBeGreaterThanOrEqual(billed);

  await expect.poll(async () => (await ask(second)).includes('llm')).toBe(false);
  const { spent } = await booksInTheEnd(server.url, server.redis);
  expect(provider.billed()).toBeLessThanOrEqual(spent);
  expect(spent).toBeLessThanOrEqual(CAP);
});

test('a backup alone knows no more than what was spent until it was made', async () => {
  const { server, provider, journals, start, ask } = await aHousehold();
  const first = await start(journals);
  await ask(first);
  const backup = await backUp(server);
  const known = (await booksToday(server.redis)).spent;
  await ask(first);
  expect(await first.stop()).toBe(0);
  await loseAndRestore(server, backup);
  await start(await temporaryFolder());
  const { spent, reserved } = await booksToday(server.redis);
  expect(spent + reserved).toBe(known);
  expect(provider.billed()).toBeGreaterThan(known);
});

import { expect, test, vi } from 'vitest';
import { startServiceProcess } from '../support/command.ts';
import { freeze } from '../support/freeze.ts';
import { startOwnRedis } from '../support/own-redis.ts';

test('a frozen Redis makes owner and standby unhealthy and not ready, until it goes on', async () => {
  const own = await startOwnRedis();
  const environment = { REDIS_URL: own.url, LEASE_MS: '600' };
  const owner = await startServiceProcess(environment);
  await owner.logged('ownership');
  const standby = await startServiceProcess({ ...environment, CONSUMER_NAME: 'standby' });
  const both = async (path: string) =>
    Promise.all([owner, standby].map(async ({ url }) => (await fetch(url + path)).status));
  const expectBoth = (status: number) =>
    vi.waitFor(
      async () => expect([await both('/health'), await both('/ready')].flat()).toEqual(Array(4).fill(status)),
      { timeout: 10_000, interval: 100 },
    );

  await expectBoth(200);
  const thaw = freeze(own.pid());
  await expectBoth(503);
  expect(await (await fetch(`${owner.url}/health`)).json()).toMatchObject({
    status: 'unhealthy',
    redis: 'disconnected',
  });
  thaw();
  await expectBoth(200);
});

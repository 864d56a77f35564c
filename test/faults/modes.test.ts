import { expect, onTestFinished, test } from 'vitest';
import { freeze } from '../support/freeze.ts';
import { openModes } from '../support/modes.ts';
import { startOwnRedis } from '../support/own-redis.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

test('a Redis that is away: the last mode holds, a worse one can be entered, and nothing set by hand is forgotten', async () => {
  const own = await startOwnRedis();
  const one = await openModes({ url: own.url, consumer: 'one' });
  const two = await openModes({ url: own.url, keyPrefix: one.keyPrefix, consumer: 'two' });
  const modes = () => [one.mode(), two.mode()];
  await one.modes.set('economy');
  await expect.poll(modes).toEqual(['economy', 'economy']);

  await own.kill();
  await expect.poll(() => one.trouble).toEqual(['trouble reach: Redis is not connected']);
  expect(await one.modes.set('full')).toBeUndefined();
  expect(modes()).toEqual(['economy', 'economy']);

  // It comes back empty.
  await own.restart();
  await expect.poll(() => own.redis.hget(`${one.keyPrefix}v1:{mode}:state`, 'operator')).toBe('economy');
  expect(modes()).toEqual(['economy', 'economy']);
  await two.modes.set('auto');
  await expect.poll(modes).toEqual(['full', 'full']);

  await own.kill();
  one.wants('rules-only');
  await expect.poll(modes).toEqual(['rules-only', 'full']);
  // Whichever of them is quicker announces it, for both.
  const reasons = () =>
    [one, two].flatMap(({ announced }) =>
      announced.filter(({ mode }) => mode === 'rules-only').map(({ reason }) => reason),
    );
  expect(reasons()).toEqual([]);
  await own.restart();
  await expect.poll(modes).toEqual(['rules-only', 'rules-only']);
  await expect.poll(reasons).toEqual(['one wants rules-only']);
});

test('a change is announced, and once, though the answer that it is the first to be told was lost', async () => {
  const own = await startOwnRedis();
  const proxy = await startTcpProxy(own);
  onTestFinished(() => proxy.close());
  const { wants, mode, announced, trouble } = await openModes({
    url: `redis://127.0.0.1:${proxy.port}`,
  });
  const modes = () => announced.map((change) => change.mode);
  wants('economy');
  await expect.poll(modes).toEqual(['economy']);
  // A mode that is asked for holds before Redis hears of it: then it answers a look, and whether nobody else told.
  let answers = 0;
  const isSecondAnswer = () => mode() === 'rules-only' && ++answers === 2;
  proxy.cutReplies({ probability: 0.5, random: () => (isSecondAnswer() ? 0 : 1) });
  wants('rules-only');
  await expect.poll(() => trouble).toContain('recovered reach');
  await expect.poll(modes).toEqual(['economy', 'rules-only']);
  wants('full');
  await expect.poll(modes).toEqual(['economy', 'rules-only', 'full']);
});

test('a frozen Redis holds nothing up', async () => {
  const own = await startOwnRedis();
  const { modes, mode, wants, trouble } = await openModes({ url: own.url });
  const thaw = freeze(own.pid());
  wants('economy');
  await expect.poll(mode).toBe('economy');
  expect(await modes.set('full')).toBeUndefined();
  expect(trouble).toEqual([expect.stringMatching(/^trouble reach: Redis did not answer within \d+ ms$/)]);
  thaw();
  await expect.poll(() => trouble).toContain('recovered reach');
});

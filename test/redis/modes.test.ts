import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createModeStore } from '../../src/mode/mode-store.ts';
import { openModes, type TestModes } from '../support/modes.ts';
import { openRedis } from '../support/processor.ts';

async function twoReplicas(): Promise<readonly [TestModes, TestModes]> {
  const one = await openModes({ consumer: 'one' });
  return [one, await openModes({ keyPrefix: one.keyPrefix, consumer: 'two' })];
}

const modesOf = (replicas: readonly TestModes[]) => () => replicas.map((replica) => replica.mode());
const stateKey = (keyPrefix: string): string => `${keyPrefix}v1:{mode}:state`;

describe('an operator', () => {
  test('sets a mode for every replica, which one of them announces, and takes it back', async () => {
    const replicas = await twoReplicas();
    const [one, two] = replicas;
    const set = await one.modes.set('rules-only');
    expect(set).toMatchObject({ mode: 'rules-only', by: 'operator', operator: 'rules-only' });
    expect(set?.reason).toMatch(/^an operator set it at \d{4}-/);
    await expect.poll(modesOf(replicas)).toEqual(['rules-only', 'rules-only']);
    expect(two.modes.current().reason).toBe(set?.reason);
    await two.modes.set('auto');
    await expect.poll(modesOf(replicas)).toEqual(['full', 'full']);
    expect(one.modes.current()).toMatchObject({ by: 'automatic', operator: 'auto', reason: '' });
    await expect
      .poll(() => replicas.flatMap(({ announced }) => announced.map(({ mode }) => mode)))
      .toHaveLength(2);
    for (const { changes } of replicas) {
      expect(changes.map(({ from, mode, by }) => [from, mode, by])).toEqual([
        ['full', 'rules-only', 'operator'],
        ['rules-only', 'full', 'automatic'],
      ]);
    }
  });

  test('is obeyed by every replica within a second, though it has only just looked', async () => {
    const [one, two] = await twoReplicas();
    let best = Number.POSITIVE_INFINITY;
    // The quickest of three: a busy machine can only make it longer. One that has just seen the last mode looks latest.
    for (const mode of ['rules-only', 'economy', 'rules-only', 'economy'] as const) {
      await one.modes.set(mode);
      const started = performance.now();
      await expect.poll(two.mode, { timeout: 10_000, interval: 5 }).toBe(mode);
      if (one.changes.length > 1) best = Math.min(best, performance.now() - started);
    }
    expect(best).toBeLessThan(1000);
  });

  test('wins over what replicas ask for, in both directions, until that is taken back', async () => {
    const replicas = await twoReplicas();
    const [one] = replicas;
    one.wants('economy');
    await expect.poll(modesOf(replicas)).toEqual(['economy', 'economy']);
    await one.modes.set('full');
    await expect.poll(modesOf(replicas)).toEqual(['full', 'full']);
    one.wants('rules-only');
    // Long enough for each to have looked.
    await sleep(1000);
    expect(modesOf(replicas)()).toEqual(['full', 'full']);
    await one.modes.set('auto');
    await expect.poll(modesOf(replicas)).toEqual(['rules-only', 'rules-only']);
  });

  test('is obeyed by a replica that starts later, from its first moment', async () => {
    const { modes, keyPrefix } = await openModes();
    await modes.set('economy');
    const late = await openModes({ keyPrefix });
    expect(late.mode()).toBe('economy');
    await sleep(600);
    expect(late.announced).toEqual([]);
  });

  test('who set a mode of a newer version gets nothing that is paid for, and is told so', async () => {
    const { modes, mode, keyPrefix } = await openModes();
    await createModeStore(openRedis(), keyPrefix).set('frugal' as 'economy');
    await expect.poll(mode).toBe('rules-only');
    expect(modes.current()).toMatchObject({
      by: 'operator',
      operator: 'frugal',
      reason: expect.stringMatching(/^this version does not know the mode "frugal": an operator set it at/),
    });
  });
});

describe('replicas', () => {
  test('follow the cheapest mode that one of them asks for, and its reason, there and back', async () => {
    const replicas = await twoReplicas();
    const [one, two] = replicas;
    one.wants('economy');
    await expect.poll(modesOf(replicas)).toEqual(['economy', 'economy']);
    expect(two.modes.current()).toMatchObject({ by: 'automatic', reason: 'one wants economy' });
    two.wants('rules-only');
    await expect.poll(modesOf(replicas)).toEqual(['rules-only', 'rules-only']);
    two.wants('full');
    await expect.poll(modesOf(replicas)).toEqual(['economy', 'economy']);
    one.wants('full');
    await expect.poll(modesOf(replicas)).toEqual(['full', 'full']);
    // Whoever announces it has changed before.
    const announced = () => replicas.flatMap((replica) => replica.announced.map(({ mode }) => mode)).sort();
    await expect.poll(announced).toEqual(['economy', 'economy', 'full', 'rules-only']);
  });

  test('that are gone hold a mode for their minimum, and a new process under the name does not end it', async () => {
    const [one, two] = await twoReplicas();
    one.wants('economy', { leftMs: 7000 });
    await expect.poll(() => two.mode()).toBe('economy');
    await one.leave();
    const again = await openModes({ keyPrefix: one.keyPrefix, consumer: 'one' });
    expect(again.mode()).toBe('economy');
    await sleep(1000);
    expect([again.mode(), two.mode()]).toEqual(['economy', 'economy']);
    await expect.poll(() => [again.mode(), two.mode()]).toEqual(['full', 'full']);
    expect(await openRedis().hkeys(stateKey(one.keyPrefix))).not.toContain('vote:one');
  });

  test('take no vote for one that nobody can read', async () => {
    const { keyPrefix, consumer } = await openModes();
    const redis = openRedis();
    await redis.hset(stateKey(keyPrefix), 'vote:broken', 'not a vote', `vote:${randomUUID()}`, '');
    await expect.poll(() => redis.hkeys(stateKey(keyPrefix))).not.toContain('vote:broken');
    expect((await openModes({ keyPrefix, consumer: `${consumer} with spaces: and more` })).mode()).toBe(
      'full',
    );
  });

  test('ask for nothing paid where a newer one asks for a mode that they do not know', async () => {
    const { mode, keyPrefix } = await openModes();
    await openRedis().hset(stateKey(keyPrefix), 'vote:newer', '99999999999999 frugal because');
    await expect.poll(mode).toBe('rules-only');
  });
});

describe('a Redis that lost what was set', () => {
  test('is given it again by who knows, and what was set meanwhile is newer', async () => {
    const replicas = await twoReplicas();
    const [one] = replicas;
    await one.modes.set('economy');
    await expect.poll(modesOf(replicas)).toEqual(['economy', 'economy']);
    const redis = openRedis();
    await redis.del(stateKey(one.keyPrefix));
    await expect.poll(() => redis.hget(stateKey(one.keyPrefix), 'operator')).toBe('economy');
    expect(modesOf(replicas)()).toEqual(['economy', 'economy']);
    await redis.del(stateKey(one.keyPrefix));
    await createModeStore(redis, one.keyPrefix).set('full');
    await expect.poll(modesOf(replicas)).toEqual(['full', 'full']);
  });

  test('whose key holds something else leaves the last mode, tells what is wrong, and is read again when that is gone', async () => {
    const { modes, mode, keyPrefix, trouble } = await openModes();
    await modes.set('economy');
    const redis = openRedis();
    await redis.set(stateKey(keyPrefix), 'something else');
    await expect.poll(() => trouble).toEqual([expect.stringMatching(/^trouble read the mode: WRONGTYPE/)]);
    expect(mode()).toBe('economy');
    expect(await modes.set('full')).toBeUndefined();
    expect(mode()).toBe('economy');
    await redis.del(stateKey(keyPrefix));
    await expect.poll(() => redis.hget(stateKey(keyPrefix), 'operator')).toBe('economy');
    await expect.poll(() => trouble).toContain('recovered read the mode');
  });
});

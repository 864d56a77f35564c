import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ledgerKeys } from '../../src/budget/ledger-keys.ts';
import { freeze } from '../support/freeze.ts';
import { anExpense, books, metered, opened, reserve, startLedger } from '../support/ledger.ts';
import { startOwnRedis } from '../support/own-redis.ts';
import { ownName } from '../support/shared.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const keyPrefix = 'faults:';

async function serverAndLedger(given: Partial<Parameters<typeof startLedger>[0]> = {}) {
  const server = await startOwnRedis({ appendonly: true });
  const folder = await temporaryFolder();
  const start = (more: typeof given = {}) =>
    startLedger({ url: server.url, keyPrefix, folder, cap: 100, ...given, ...more });
  const ledger = await start();
  await opened(ledger);
  const committed = async () => {
    const { spent, reserved } = await books(server.redis, keyPrefix);
    return spent + reserved;
  };
  return { server, folder, ledger, start, committed, books: () => books(server.redis, keyPrefix) };
}

describe('Redis that is frozen', () => {
  test('is answered for within the patience, and what lands later is settled as free', async () => {
    const { server, ledger, books: now } = await serverAndLedger();
    const thaw = freeze(server.pid());
    const expense = anExpense(60);
    expect(await reserve(ledger, expense, { withinMs: 60_000 })).toBe('ledger_unavailable');
    expect(ledger.show().state).toBe('unreachable');
    // From now on nobody waits at all.
    expect(await reserve(ledger, anExpense(60), { withinMs: 60_000 })).toBe('ledger_unavailable');
    thaw();
    await opened(ledger);
    await expect.poll(() => now()).toEqual({ spent: 0, reserved: 0 });
    expect(await reserve(ledger, expense)).toBe('ledger_unavailable');
    expect(await reserve(ledger, anExpense(100))).toBe('reserved');
  });

  test('does not answer a call in a hurry later than it can wait', async () => {
    const { server, ledger } = await serverAndLedger({ patienceMs: 60_000 });
    onTestFinished(freeze(server.pid()));
    expect(await reserve(ledger, anExpense(60), { withinMs: 100 })).toBe('ledger_unavailable');
  });

  test('keeps no bill: it is told when it goes on', async () => {
    const { server, ledger, books: now } = await serverAndLedger();
    const expense = anExpense(60);
    await reserve(ledger, expense);
    const thaw = freeze(server.pid());
    ledger.settle(expense.id, metered(20));
    await expect.poll(() => ledger.show().state).toBe('unreachable');
    thaw();
    await expect.poll(() => now()).toEqual({ spent: 20, reserved: 0 });
  });

  test('holds no stop up for longer than it may take', async () => {
    const { server, ledger } = await serverAndLedger();
    const expense = anExpense(60);
    await reserve(ledger, expense);
    onTestFinished(freeze(server.pid()));
    ledger.settle(expense.id, metered(20));
    await expect(ledger.stop(50)).resolves.toBeUndefined();
  });
});

test('of two replies at once, the later one is what is known', async () => {
  const { server, ledger } = await serverAndLedger({ cap: 6400, refreshMs: 20 });
  // From here on the journal covers what follows: nobody waits for the disk.
  await reserve(ledger, anExpense(10));
  await server.redis.call('CLIENT', 'PAUSE', 200, 'WRITE');
  // Long enough for a look at the books to stand in the line first.
  await sleep(80);
  expect(await reserve(ledger, anExpense(20))).toBe('reserved');
  await nextTurn();
  expect(ledger.show().windows.map(({ reserved }) => reserved)).toEqual([30, 30]);
});

describe('replies that are lost', () => {
  test('cost nothing twice, and leave nothing open', async () => {
    const server = await startOwnRedis();
    const proxy = await startTcpProxy({ port: server.port });
    const url = `redis://127.0.0.1:${proxy.port}`;
    const cap = 100_000;
    const ledger = await startLedger({ url, keyPrefix, cap, patienceMs: 5000 });
    await opened(ledger);
    let seed = 7;
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    proxy.cutReplies({ probability: 0.15, random });
    let cost = 0;
    let calls = 0;
    for (let round = 0; round < 15; round += 1) {
      await Promise.all(
        Array.from({ length: 8 }, async () => {
          const expense = anExpense(10);
          if ((await reserve(ledger, expense, { withinMs: 10_000 })) !== 'reserved') return;
          calls += 1;
          cost += 3;
          ledger.settle(expense.id, metered(3));
        }),
      );
    }
    proxy.cutReplies(undefined);
    expect(calls).toBeGreaterThan(20);
    await expect.poll(() => books(server.redis, keyPrefix)).toEqual({ spent: cost, reserved: 0 });
    await proxy.close();
  });

  test('let no call go out, and the reservation that landed is freed', async () => {
    const server = await startOwnRedis();
    const proxy = await startTcpProxy({ port: server.port });
    const ledger = await startLedger({ url: `redis://127.0.0.1:${proxy.port}`, keyPrefix, cap: 100 });
    await opened(ledger);
    proxy.cutReplies({ afterBytes: 0 });
    expect(await reserve(ledger, anExpense(100))).toBe('ledger_unavailable');
    proxy.cutReplies(undefined);
    await opened(ledger);
    await expect.poll(() => books(server.redis, keyPrefix)).toEqual({ spent: 0, reserved: 0 });
    await proxy.close();
  });
});

describe('Redis that is away', () => {
  test('means no paid call, and bills are told when it is back', async () => {
    const { server, ledger, books: now } = await serverAndLedger();
    const expense = anExpense(60);
    await reserve(ledger, expense);
    // Everything it was told is on its disk.
    await server.redis.call('WAITAOF', 1, 0, 5000).catch(() => sleep(1500));
    await server.kill();
    ledger.settle(expense.id, metered(20));
    expect(await reserve(ledger, anExpense(1))).toBe('ledger_unavailable');
    await server.restart();
    await opened(ledger);
    await expect.poll(() => now()).toEqual({ spent: 20, reserved: 0 });
    expect(await reserve(ledger, anExpense(80))).toBe('reserved');
  });

  test('at the start leaves the ledger closed until it comes', async () => {
    const server = await startOwnRedis();
    await server.kill();
    const ledger = await startLedger({ url: server.url, keyPrefix });
    expect(await reserve(ledger, anExpense(1))).toBe('ledger_unavailable');
    await expect.poll(() => ledger.show().state).toBe('unreachable');
    await server.restart();
    await opened(ledger);
    expect(await reserve(ledger, anExpense(1))).toBe('reserved');
  });

  test('whose memory is full refuses calls, and takes bills', async () => {
    const { server, ledger, books: now } = await serverAndLedger();
    const expense = anExpense(60);
    await reserve(ledger, expense);
    await server.redis.config('SET', 'maxmemory', '1');
    expect(await reserve(ledger, anExpense(1))).toBe('ledger_unavailable');
    expect(ledger.told.join()).toMatch(/trouble: reserve what a try can cost: .*OOM/);
    ledger.settle(expense.id, metered(20));
    await expect.poll(() => now()).toEqual({ spent: 20, reserved: 0 });
  });

  test('or only a replica refuses calls', async () => {
    const { server, ledger } = await serverAndLedger();
    await server.redis.replicaof('127.0.0.1', 1);
    expect(await reserve(ledger, anExpense(1))).toBe('ledger_unavailable');
    await server.redis.replicaof('NO', 'ONE');
    await expect.poll(() => reserve(ledger, anExpense(1))).toBe('reserved');
  });
});

describe('Redis that lost its data', () => {
  test.each(['FLUSHALL', 'a restart without data'])(
    '(%s) is told what every process knew before anybody spends',
    async (how) => {
      const server = await startOwnRedis();
      const first = await startLedger({ url: server.url, keyPrefix, cap: 100 });
      const second = await startLedger({ url: server.url, keyPrefix, cap: 100, consumer: 'replica-2' });
      await Promise.all([opened(first), opened(second)]);
      const settled = anExpense(40);
      const open = [anExpense(20), anExpense(15)] as const;
      await reserve(first, settled);
      await reserve(first, open[0]);
      await reserve(second, open[1]);
      first.settle(settled.id, metered(30));
      // What a process has not seen settled yet, it would restore as it was.
      await expect
        .poll(() => [first, second].map((ledger) => ledger.show().windows[0]?.spent))
        .toEqual([30, 30]);

      if (how === 'FLUSHALL') await server.redis.flushall();
      else {
        await server.kill();
        await server.restart();
      }
      const verdicts: string[] = [];
      await expect
        .poll(async () => {
          const verdict = await reserve(second, anExpense(36), { withinMs: 300 });
          verdicts.push(verdict);
          return verdict;
        })
        .toBe('budget_exceeded');
      expect(verdicts).not.toContain('reserved');
      await Promise.all([opened(first), opened(second)]);
      expect(await books(server.redis, keyPrefix)).toEqual({ spent: 30, reserved: 35 });
      expect(await reserve(first, anExpense(35))).toBe('reserved');

      // Their bills still find them.
      first.settle(open[0].id, metered(5));
      second.settle(open[1].id, metered(5));
      await expect.poll(() => books(server.redis, keyPrefix)).toEqual({ spent: 40, reserved: 35 });
    },
  );

  test('and what a process that died knew is in its journal', async () => {
    const server = await startOwnRedis();
    const folder = await temporaryFolder();
    const start = (consumer: string) =>
      startLedger({ url: server.url, keyPrefix, cap: 6400, folder, consumer });
    const dead = await start('replica-1');
    await opened(dead);
    const expense = anExpense(5000);
    await reserve(dead, expense);
    dead.crash();
    await server.kill();
    await server.restart();
    // Another name: the container came back as a new one.
    const ledger = await start('replica-2');
    await opened(ledger);
    const { spent, reserved } = await books(server.redis, keyPrefix);
    expect(spent + reserved).toBeGreaterThanOrEqual(5000);
    // A 64th of the limit is written ahead.
    expect(spent + reserved).toBeLessThanOrEqual(5000 + 100);
    expect(await reserve(ledger, anExpense(1401), { withinMs: 300 })).toBe('budget_exceeded');
  });

  test('and a process that stopped in peace left the exact amount', async () => {
    const server = await startOwnRedis();
    const folder = await temporaryFolder();
    const before = await startLedger({ url: server.url, keyPrefix, cap: 6400, folder });
    await opened(before);
    const expense = anExpense(5000);
    await reserve(before, expense);
    before.settle(expense.id, metered(1234));
    await before.stop(5000);
    await server.redis.flushall();
    const ledger = await startLedger({ url: server.url, keyPrefix, cap: 6400, folder });
    await opened(ledger);
    expect(await books(server.redis, keyPrefix)).toEqual({ spent: 1234, reserved: 0 });
  });

  test('in part (an older state) is brought up to what was known', async () => {
    const { server, ledger, books: now } = await serverAndLedger({ cap: 1000 });
    const early = anExpense(100);
    await reserve(ledger, early);
    ledger.settle(early.id, metered(100));
    await expect.poll(() => now()).toEqual({ spent: 100, reserved: 0 });
    const older = await server.redis.hgetall(ledgerKeys(keyPrefix).totals);
    const late = anExpense(300);
    await reserve(ledger, late);
    ledger.settle(late.id, metered(200));
    await expect.poll(() => ledger.show().windows[0]?.spent).toBe(300);
    const open = anExpense(50);
    await reserve(ledger, open);

    // A promoted replica that had not heard the last of it.
    const keys = ledgerKeys(keyPrefix);
    await server.redis
      .multi()
      .del(keys.totals, keys.expenses, keys.due)
      .hset(keys.totals, older)
      .hset(keys.state, 'server', 'of-the-old-master')
      .exec();
    await expect.poll(() => ledger.told.filter((event) => event === 'opened').length).toBe(2);
    expect(await now()).toEqual({ spent: 300, reserved: 50 });
    ledger.settle(open.id, metered(10));
    await expect.poll(() => now()).toEqual({ spent: 310, reserved: 0 });
  });

  test('and was not lost at all keeps its amounts to the nano-dollar', async () => {
    const { server, ledger, start, books: now } = await serverAndLedger({ cap: 6400 });
    const expense = anExpense(50);
    await reserve(ledger, expense);
    ledger.settle(expense.id, metered(7));
    await expect.poll(() => now()).toEqual({ spent: 7, reserved: 0 });
    ledger.crash();
    const again = await start();
    await opened(again);
    expect(await now()).toEqual({ spent: 7, reserved: 0 });
    again.crash();
    await sleep(1500);
    await server.kill();
    await server.restart();
    const third = await start({ consumer: 'replica-3', folder: await temporaryFolder() });
    await opened(third);
    expect(await now()).toEqual({ spent: 7, reserved: 0 });
  });
});

describe('a first start', () => {
  /** A wait that would show, and a Redis that has been up for a second at least. */
  const unhurried = { settlingMs: 60_000, reconnectMs: 1000 };

  async function anOldRedis() {
    const server = await startOwnRedis();
    await expect
      .poll(async () => Number(/uptime_in_seconds:(\d+)/.exec(await server.redis.info('server'))?.[1]))
      .toBeGreaterThanOrEqual(1);
    return server;
  }

  test('waits for nobody, as there is nobody', async () => {
    const { url } = await anOldRedis();
    const ledger = await startLedger({ url, ...unhurried });
    await opened(ledger);
    expect(await reserve(ledger, anExpense(1))).toBe('reserved');
  });

  test.each([
    ['somebody else is there', {}, async (url: string) => startLedger({ url, settlingMs: 60_000 })],
    ['Redis has just been started', { reconnectMs: 60_000 }, async () => undefined],
    [
      'Redis was a replica before, and may have known less than its master',
      {},
      async (_: string, redis: Redis) => {
        await redis.replicaof('127.0.0.1', 1);
        await redis.replicaof('NO', 'ONE');
      },
    ],
    [
      'Redis does not say who is there',
      {},
      async (_: string, redis: Redis) => redis.acl('SETUSER', 'default', '-client|list'),
    ],
  ])('is none where %s', async (_, given, prepare) => {
    const { url, redis } = await anOldRedis();
    await prepare(url, redis);
    const ledger = await startLedger({ url, ...unhurried, ...given });
    await expect.poll(() => ledger.show().state).toBe('settling');
    expect(await reserve(ledger, anExpense(1))).toBe('ledger_unavailable');
  });

  test('is none for who inherited a journal, or has seen books that are gone', async () => {
    const { url, redis } = await anOldRedis();
    const folder = await temporaryFolder();
    const before = await startLedger({ url, folder, keyPrefix, ...unhurried });
    await opened(before);
    await reserve(before, anExpense(1));
    await redis.flushall();
    await expect.poll(() => before.show().state).toBe('settling');
    before.crash();
    await redis.flushall();
    const ledger = await startLedger({ url, folder, keyPrefix, name: 'another', ...unhurried });
    await expect.poll(() => ledger.show().state).toBe('settling');
  });
});

describe('the journal', () => {
  async function journals(folder: string): Promise<string[]> {
    return (await readdir(folder)).filter((name) => name.endsWith('.journal'));
  }

  test('is on the disk before a call is paid, with at least what is committed', async () => {
    const { ledger, folder } = await serverAndLedger({ cap: 64_000 });
    for (let committed = 700; committed < 10_000; committed += 700) {
      expect(await reserve(ledger, anExpense(700))).toBe('reserved');
      const [name = ''] = await journals(folder);
      const { marks } = JSON.parse((await readFile(join(folder, name), 'utf8')).split('\n')[0] ?? '') as {
        marks: Record<string, number>;
      };
      expect(marks['all|day:2026-11-21']).toBeGreaterThanOrEqual(committed);
      expect(marks['all|day:2026-11-21']).toBeLessThanOrEqual(committed + 1000);
    }
  });

  test('that is damaged stops the start, and says what to do', async () => {
    const { ledger, folder, start } = await serverAndLedger();
    await reserve(ledger, anExpense(50));
    ledger.crash();
    const [name = ''] = await journals(folder);
    const text = await readFile(join(folder, name), 'utf8');
    for (const damaged of ['', text.slice(0, 40), text.replace(/\d\d/, '00'), `${text.slice(0, -8)}\n`]) {
      await writeFile(join(folder, name), damaged);
      await expect(start()).rejects.toThrow(
        `the budget journal ${join(folder, name)} is damaged: what it knew of the spending is lost. If "llm-intent budget show"`,
      );
    }
  });

  test('of other books counts for nothing here', async () => {
    const { ledger, start } = await serverAndLedger();
    await reserve(ledger, anExpense(50));
    const other = await start({ keyPrefix: `${ownName()}:` });
    await opened(other);
    expect(await reserve(other, anExpense(100))).toBe('reserved');
  });

  test('in a folder that cannot be written stops the start, and says so', async () => {
    const server = await startOwnRedis();
    const folder = await temporaryFolder();
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expect(startLedger({ url: server.url, folder: file })).rejects.toThrow(
      /cannot keep the budget journal .*DATA_DIR/,
    );
    await chmod(folder, 0o500);
    // Nothing is forbidden to root.
    if (process.getuid?.() === 0) return;
    await expect(startLedger({ url: server.url, folder })).rejects.toThrow(
      /cannot keep the budget journal .*DATA_DIR/,
    );
  });

  test('that can no longer be written means no paid call', async () => {
    const { ledger, folder, books: now } = await serverAndLedger({ cap: 100 });
    await expect.poll(() => journals(folder)).toHaveLength(1);
    const [name = ''] = await journals(folder);
    // A folder where the draft belongs: as good as a full disk.
    await mkdir(join(folder, `${name}.draft`));
    expect(await reserve(ledger, anExpense(90))).toBe('ledger_unavailable');
    expect(ledger.told.join()).toMatch(
      /trouble: reserve what a try can cost: cannot keep the budget journal/,
    );
    await expect.poll(() => now()).toEqual({ spent: 0, reserved: 0 });
  });
});

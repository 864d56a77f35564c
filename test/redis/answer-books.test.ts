import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, onTestFinished } from 'vitest';
import { createAnswerBooks } from '../../src/budget/answer-books.ts';
import { readDayBooks } from '../../src/budget/day-books.ts';
import { systemClock } from '../../src/clock.ts';
import type { Recognition } from '../../src/intent/recognition.ts';
import { openConnection } from '../../src/redis/connection.ts';
import { openRedis } from '../support/processor.ts';
import { onOneRedis, ownName } from '../support/shared.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const DAY = '2026-11-21';

function answer(given: Partial<Recognition> = {}): Recognition {
  return { meaning: { status: 'expired' }, source: 'rules', ...given };
}

async function booksOver(port: number) {
  const keyPrefix = `${ownName()}:`;
  const redis = openConnection({
    url: `redis://127.0.0.1:${port}`,
    ...{ key: keyPrefix, name: 'answers' },
    events: { lost: () => undefined, ready: () => undefined },
  });
  onTestFinished(() => redis.disconnect());
  const failures: string[] = [];
  const written = createAnswerBooks({
    ...{ redis, keyPrefix, dayAt: () => DAY, rulesGoFirst: false, clock: systemClock },
    failed: ({ message }) => failures.push(message),
  });
  return {
    keyPrefix,
    written,
    failures,
    read: async () => (await readDayBooks(openRedis(), { keyPrefix, days: [DAY] }))[0]?.answers,
  };
}

onOneRedis('its nodes send a client past a proxy')(
  'answers are counted once, though Redis’s replies are lost and everything is sent again',
  async () => {
    const proxy = await startTcpProxy({ port: Number(new URL(inject('redisUrl')).port) });
    onTestFinished(() => proxy.close());
    const { written, read } = await booksOver(proxy.port);
    proxy.cutReplies({ probability: 0.3 });
    for (let count = 0; count < 30; count += 1) {
      written.answered(answer());
      written.answered(answer({ source: 'cache', saved: 7 }));
      if (count % 10 === 0) await sleep(700);
    }
    proxy.cutReplies(undefined);
    await written.close(20_000);
    expect(await read()).toEqual({ rules: 30, cache: 30, llm: 0, none: 0, asked: 0, spared: 0, saved: 210 });
  },
);

onOneRedis('its nodes send a client past a proxy')(
  'what cannot be written is told once, kept, and written when it can be',
  async () => {
    const { written, read, failures, keyPrefix } = await booksOver(Number(new URL(inject('redisUrl')).port));
    const redis = openRedis();
    const key = `${keyPrefix}v1:{budget}:days:${DAY}:answers`;
    await redis.set(key, 'no hash');
    written.answered(answer());
    await expect.poll(() => failures, { timeout: 10_000 }).toHaveLength(1);
    written.answered(answer());
    await sleep(2500);
    expect(failures).toEqual([expect.stringContaining('WRONGTYPE')]);
    await redis.del(key);
    await written.close(10_000);
    expect((await read())?.rules).toBe(2);
  },
);

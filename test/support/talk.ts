import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { RoomRule } from '../../src/conversation/room-privacy.ts';
import { loadHome } from '../../src/lexicon/home-document.ts';
import { connected, openConnection } from '../../src/redis/connection.ts';
import { openTalk, type Talk } from '../../src/talk.ts';

const home = await loadHome(join(import.meta.dirname, '../../config/home.yaml'));

/** What a replica remembers of the talks in the shipped home, closed when the test ends. */
export async function openTestTalk({
  keyPrefix,
  rooms = [],
  clock = systemClock,
}: {
  readonly keyPrefix: string;
  readonly rooms?: readonly RoomRule[];
  readonly clock?: Clock;
}): Promise<Talk> {
  const redis = openConnection({
    ...{ url: inject('redisUrl'), key: keyPrefix, name: 'test:talk' },
    events: { lost: () => undefined, ready: () => undefined },
  });
  onTestFinished(() => redis.disconnect());
  await connected(redis, AbortSignal.timeout(10_000));
  const talk = openTalk({
    config: await loadConfig({
      KEY_PREFIX: keyPrefix,
      LLM_INTENT_CONVERSATION__ROOMS: JSON.stringify(rooms),
    }),
    ...{ home, redis, clock },
    events: { trouble: () => undefined, recovered: () => undefined, corrupted: () => undefined },
  });
  onTestFinished(() => talk.close());
  return talk;
}

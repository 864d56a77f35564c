import type { Redis } from 'ioredis';
import { inject, onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { type Conversation, createConversation, type SaidTurn } from '../../src/conversation/conversation.ts';
import { createRoomPrivacy, type RoomRule } from '../../src/conversation/room-privacy.ts';
import type { Action } from '../../src/intent/recognition.ts';
import { connected, openConnection } from '../../src/redis/connection.ts';
import { ownName } from './shared.ts';

/** A replica's conversation with what it told, closed when the test ends. */
export async function openConversation({
  url = inject('redisUrl'),
  keyPrefix = `${ownName()}:`,
  clock = systemClock,
  rooms = [],
}: {
  readonly url?: string;
  readonly keyPrefix?: string;
  readonly clock?: Clock;
  readonly rooms?: readonly RoomRule[];
} = {}): Promise<{ conversation: Conversation; told: string[]; keyPrefix: string; redis: Redis }> {
  const told: string[] = [];
  const redis = openConnection({
    ...{ url, key: keyPrefix, name: 'test:conversation' },
    events: { lost: () => undefined, ready: () => undefined },
  });
  onTestFinished(() => redis.disconnect());
  await connected(redis, AbortSignal.timeout(10_000));
  const conversation = createConversation({
    redis,
    keyPrefix,
    limits: { seconds: 300, messages: 10 },
    privacy: createRoomPrivacy({ rooms, areaOf: (room) => (/^[a-z]+$/.test(room) ? room : undefined) }),
    clock,
    events: {
      trouble: (operation, message) => told.push(`trouble ${operation}: ${message}`),
      recovered: (operation) => told.push(`recovered ${operation}`),
      corrupted: () => told.push('corrupted'),
    },
  });
  onTestFinished(() => conversation.close());
  return { conversation, told, keyPrefix, redis };
}

/** What was understood of it. */
export const LIT: Action = { intent: 'light.turn_on', entities: { area: 'salon', brightness_pct: 40 } };

let ids = 0;

/** Something said in the living room just now. */
export function saidTurn(said: string, more: Partial<SaidTurn> = {}): SaidTurn {
  ids += 1;
  return { sourceId: `${ids}-0`, said, actions: [LIT], at: Date.now(), room: 'salon', ...more };
}

import type { Redis } from 'ioredis';
import { inject, onTestFinished } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createQuestions, type Questions } from '../../src/conversation/questions.ts';
import { createRoomPrivacy } from '../../src/conversation/room-privacy.ts';
import type { Question } from '../../src/intent/question.ts';
import { connected, openConnection } from '../../src/redis/connection.ts';
import { ownName } from './shared.ts';

/** A replica's questions with what it told, closed when the test ends. */
export async function openQuestions({
  url = inject('redisUrl'),
  keyPrefix = `${ownName()}:`,
  now,
  answerSeconds = 30,
}: {
  readonly url?: string;
  readonly keyPrefix?: string;
  readonly now?: () => number;
  readonly answerSeconds?: number;
} = {}): Promise<{ questions: Questions; told: string[]; keyPrefix: string; redis: Redis }> {
  const told: string[] = [];
  const redis = openConnection({
    ...{ url, key: keyPrefix, name: 'test:questions' },
    events: { lost: () => undefined, ready: () => undefined },
  });
  onTestFinished(() => redis.disconnect());
  await connected(redis, AbortSignal.timeout(10_000));
  const questions = createQuestions({
    ...{ redis, keyPrefix, answerSeconds, clock: systemClock },
    privacy: createRoomPrivacy({ rooms: [], areaOf: (room) => room.toLowerCase() }),
    ...(now && { now }),
    events: {
      trouble: (operation, message) => told.push(`trouble ${operation}: ${message}`),
      recovered: (operation) => told.push(`recovered ${operation}`),
    },
  });
  onTestFinished(() => questions.close());
  return { questions, told, keyPrefix, redis };
}

/** A question whether to open the front door. */
export function mayOpen(id: string): Question {
  return {
    kind: 'confirm',
    id,
    text: 'Na pewno?',
    actions: [{ intent: 'lock.unlock', entities: { entity_id: 'lock.drzwi' } }],
    confidence: 1,
    response: 'Otwieram.',
    ways: ['open'],
  };
}

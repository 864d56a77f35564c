import type { Redis } from 'ioredis';
import { keysStarting } from '../redis/scan-keys.ts';
import { unlessAborted } from '../waiting.ts';
import type { RoomPrivacy } from './room-privacy.ts';
import { decodeQuestion } from './stored-question.ts';
import { talkNames } from './talk-names.ts';

/**
 * Erases what somebody was asked, or was asked in a room, and what was answered of late. Nothing is waited for there any
 * more.
 *
 * @returns how many questions there were
 * @throws an error of Redis; the signal's reason when it is aborted
 */
export async function forgetQuestions(
  redis: Redis,
  whose: { readonly room: string } | { readonly user: string },
  {
    keyPrefix,
    privacy,
    signal,
  }: { readonly keyPrefix: string; readonly privacy: RoomPrivacy; readonly signal: AbortSignal },
): Promise<number> {
  const names = talkNames({ keyPrefix, nameOf: privacy.nameOf });
  let forgotten = 0;
  if ('room' in whose) {
    const place = names.questions({ room: whose.room });
    if (place !== undefined) forgotten += await unlessAborted(redis.del(place), signal);
  } else {
    for await (const places of keysStarting(redis, names.everyQuestion, signal)) {
      for (const place of places) {
        forgotten += await unlessAborted(redis.hdel(place, names.user(whose.user)), signal);
      }
    }
  }
  // Who answered is not told there, so of a user every one goes: each is of the last half minute, and good for nothing but
  // an answer that is delivered again after a crash.
  for await (const answers of keysStarting(redis, names.everyAnswer, signal)) {
    for (const answer of answers) {
      const kept = (await unlessAborted(redis.get(answer), signal)) ?? '';
      const room = decodeQuestion(kept.slice(kept.indexOf(' ') + 1))?.room;
      const isElsewhere = 'room' in whose && room !== undefined && !privacy.isSame(room, whose.room);
      if (!isElsewhere) forgotten += await unlessAborted(redis.del(answer), signal);
    }
  }
  return forgotten;
}

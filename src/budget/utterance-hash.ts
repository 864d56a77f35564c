import { createHmac, randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';

/** Names an utterance in the ledger: the same words have the same name, and no name tells the words. */
export type UtteranceHash = (text: string) => string;

/**
 * All replicas share one key, made by whoever comes first. Without it, a list of likely sentences would tell which were
 * said; deleting it cuts what is in the ledger off from what is said from then on.
 */
export async function createUtteranceHash(redis: Redis, keyPrefix: string): Promise<UtteranceHash> {
  const name = `${keyPrefix}v1:{budget}:utterance-key`;
  const made = randomBytes(32).toString('base64');
  const key = (await redis.set(name, made, 'NX', 'GET')) ?? made;
  return (text) => createHmac('sha256', key).update(text).digest('base64url').slice(0, 22);
}

import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { remembered } from '../remembered.ts';

/**
 * Names an utterance or a person in the ledger: the same ones have the same name, and no name tells the words. What is an
 * utterance and what is a person have different names, though they are spelled alike.
 */
export type KeyedHash = (kind: 'utterance' | 'origin', text: string) => string;

/** A home has so many; names come from outside, and no flood of them shall take the memory. */
const KNOWN_ORIGINS = 1000;

/**
 * All replicas share one key, made by whoever comes first. Without it, a list of likely sentences would tell which were
 * said, and a list of the household who said them; deleting it cuts what is in the ledger off from what is said from
 * then on.
 */
export async function createKeyedHash(redis: Redis, keyPrefix: string): Promise<KeyedHash> {
  const name = `${keyPrefix}v1:{budget}:utterance-key`;
  const made = randomBytes(32).toString('base64');
  const key = createSecretKey((await redis.set(name, made, 'NX', 'GET')) ?? made, 'utf8');
  const hashOf = (named: string): string =>
    createHmac('sha256', key).update(named).digest('base64url').slice(0, 22);
  // The same few people and rooms ask for all that is paid.
  const ofOrigin = remembered((origin) => hashOf(`origin\0${origin}`), { most: KNOWN_ORIGINS });
  return (kind, text) => (kind === 'utterance' ? hashOf(text) : ofOrigin(text));
}

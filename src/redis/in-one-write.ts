import type { Redis } from 'ioredis';

/**
 * Lets commands that are sent in one go leave in one packet: each write by itself is a call of the system, which takes longer
 * than the rest of the command.
 *
 * @param send sends all of them before it returns
 */
export function inOneWrite<Result>(redis: Redis, send: () => Result): Result {
  const { stream } = redis;
  // There is none before the first connection, and the queue of commands waits for it.
  stream?.cork();
  try {
    return send();
  } finally {
    stream?.uncork();
  }
}

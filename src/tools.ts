import { type BudgetOperator, createBudgetOperator } from './budget/operator.ts';
import { systemClock } from './clock.ts';
import type { Config } from './config/schema.ts';
import { connected, openConnection } from './redis/connection.ts';
import { inputStreams } from './service.ts';
import { createDeadLetters, type DeadLetters } from './stream/dead-letters.ts';
import { type Reply, sendTranscript } from './stream/send.ts';

/** What an operator can do with the streams and the budget of running services. */
export interface Tools {
  readonly deadLetters: DeadLetters;
  readonly budget: BudgetOperator;
  /** Says something on the first input stream. @param fields of the input entry, by name */
  send(fields: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Reply>;
  close(): void;
}

const CONNECT_TIMEOUT_MS = 5000;

/** @throws an error that names the reason when Redis is not reached within 5 seconds */
export async function connectTools(
  config: Config,
  { redisUrl, signal }: { redisUrl: string; signal: AbortSignal },
): Promise<Tools> {
  let reason = 'no answer';
  const redis = openConnection({
    url: redisUrl,
    name: 'llm-intent:tools',
    events: {
      lost: ({ message }) => {
        reason = message;
      },
      ready: () => undefined,
    },
  });
  try {
    await connected(redis, AbortSignal.any([signal, AbortSignal.timeout(CONNECT_TIMEOUT_MS)]));
  } catch (error) {
    redis.disconnect();
    signal.throwIfAborted();
    throw new Error(`cannot reach Redis: ${reason}`, { cause: error });
  }
  const [names] = inputStreams(config);
  if (!names) throw new Error('there is no input stream');
  return {
    deadLetters: createDeadLetters({ redis, stream: names.deadLetters }),
    budget: createBudgetOperator({
      redis,
      keyPrefix: config.redis.key_prefix,
      limits: [
        { scope: 'all', window: 'day', limit: config.budget.daily_usd },
        { scope: 'all', window: 'month', limit: config.budget.monthly_usd },
      ],
      timeZone: config.budget.time_zone,
      clock: systemClock,
    }),
    send: (fields, sendSignal) => sendTranscript(fields, { redis, names, signal: sendSignal }),
    close: () => redis.disconnect(),
  };
}

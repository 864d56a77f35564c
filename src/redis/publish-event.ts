import type { Redis } from 'ioredis';

/** Events kept, about: who listens is not far behind. */
const KEPT = 10_000;

/** What happened besides recognitions: a capped stream for whoever wants to know. */
export function eventStream(keyPrefix: string): string {
  return `${keyPrefix}events`;
}

/**
 * Tells what happened.
 *
 * @param event one word, `budget_threshold`
 * @param fields text by name; what is undefined is left out
 * @throws an error of Redis; it may have been told all the same, and be told twice when it is told again
 */
export async function publishEvent(
  redis: Redis,
  keyPrefix: string,
  {
    event,
    fields,
  }: { readonly event: string; readonly fields: Readonly<Record<string, string | undefined>> },
): Promise<void> {
  const known = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
  const entry = ['event', event, ...known];
  await redis.xadd(eventStream(keyPrefix), 'MAXLEN', '~', KEPT, '*', ...entry);
}

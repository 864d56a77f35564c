import type { Redis } from 'ioredis';
import { ledgerKeys } from './ledger-keys.ts';

/** Names asked for at once. */
const PAGE = 1000;

/**
 * Which windows of single scopes Redis has books of: `origin:anna|day:2026-11-21`.
 *
 * @param labels of the windows asked for
 * @param most of each label; more are left out
 * @throws an error of Redis
 */
export async function windowsKept(
  redis: Redis,
  {
    keyPrefix,
    labels,
    most = Number.POSITIVE_INFINITY,
  }: { readonly keyPrefix: string; readonly labels: readonly string[]; readonly most?: number },
): Promise<readonly string[]> {
  const { windows } = ledgerKeys(keyPrefix);
  const kept = labels.map(async (label) => {
    const found = new Set<string>();
    let cursor = '0';
    do {
      const [next, names] = await redis.hscan(`${windows}${label}`, cursor, 'COUNT', PAGE);
      // Names and amounts take turns.
      for (let index = 0; index < names.length; index += 2) found.add(names[index]?.slice('s|'.length) ?? '');
      cursor = next;
    } while (cursor !== '0' && found.size < most);
    return [...found].slice(0, most);
  });
  return (await Promise.all(kept)).flat();
}

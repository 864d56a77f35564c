import type { CacheUse } from '../cache/cache.ts';
import type { CacheEntry } from '../cache/entry.ts';
import type { CacheKeys } from '../cache/key.ts';
import type { CacheMode } from '../intent/recognise.ts';
import type { Utterance } from '../intent/utterance.ts';
import type { Outcome, Resolver, ResolverContext } from './resolver.ts';

/**
 * Looks for an answer that a model gave to the same words before. Synchronous where this process knows it.
 *
 * @param cache as it works in a mode; undefined: the configured one
 * @param lookedUp told about each look
 * @param waiting told when an answer has to be waited for: others can begin meanwhile
 */
export function createCacheResolver({
  keyOf,
  cache,
  lookedUp,
  waiting,
}: {
  keyOf: CacheKeys;
  cache: (mode: CacheMode | undefined) => CacheUse;
  lookedUp: (outcome: 'hit' | 'miss') => void;
  waiting: (utterance: Utterance, context: ResolverContext) => void;
}): Resolver {
  const outcomeOf = (entry: CacheEntry | undefined): Outcome => {
    lookedUp(entry ? 'hit' : 'miss');
    return entry ? { kind: 'answer', meaning: entry.meaning, saved: entry.cost } : { kind: 'pass' };
  };
  return {
    source: 'cache',
    resolve(utterance, context) {
      const { signal, cacheMode } = context;
      const key = keyOf(utterance);
      if (!key) return { kind: 'pass' };
      const found = cache(cacheMode).lookup(key, signal);
      if (!(found instanceof Promise)) return outcomeOf(found);
      waiting(utterance, context);
      return found.then(outcomeOf);
    },
  };
}

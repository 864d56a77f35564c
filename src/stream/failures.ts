import { bindScript } from '../redis/script.ts';
import { FENCE, type Tenure } from './ownership.ts';

// Sets instead of adding, so that being sent twice counts once.
const CHARGE = `#!lua
${FENCE}
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
return 1
`;

// The entry may have been settled meanwhile, and its count with it.
const PARDON = `#!lua
${FENCE}
if redis.call('HEXISTS', KEYS[2], ARGV[2]) == 1 then redis.call('HSET', KEYS[2], ARGV[2], ARGV[3]) end
return 1
`;

/**
 * Counts how often an entry failed, apart from how often it was delivered: five crashes of an owner deliver
 * hundreds of innocent entries five times. The count survives the process and goes when the entry is settled.
 */
export interface Failures {
  /** How often the entry failed so far. */
  count(id: string): number;
  /** Counts one more failure against the entry. @returns the new count */
  charge(id: string): Promise<number>;
  /** Sets the count back to what it was: the failure was charged beforehand, and nothing went wrong. */
  pardon(id: string, before: number): Promise<void>;
  forget(id: string): void;
}

export async function loadFailures({ redis, names, token }: Tenure): Promise<Failures> {
  const charge = bindScript(redis, { name: 'chargeFailure', numberOfKeys: 2, lua: CHARGE });
  const pardon = bindScript(redis, { name: 'pardonFailure', numberOfKeys: 2, lua: PARDON });
  const counts = new Map<string, number>();
  for (const [id, count] of Object.entries(await redis.hgetall(names.failures))) {
    counts.set(id, Number(count));
  }
  return {
    count: (id) => counts.get(id) ?? 0,
    async charge(id) {
      const count = (counts.get(id) ?? 0) + 1;
      await charge([names.owner, names.failures], [token, id, count]);
      counts.set(id, count);
      return count;
    },
    async pardon(id, before) {
      await pardon([names.owner, names.failures], [token, id, before]);
      counts.set(id, before);
    },
    forget: (id) => {
      counts.delete(id);
    },
  };
}

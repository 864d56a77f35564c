import { type LookupAddress, lookup } from 'node:dns';

/** Resolves a name to all its addresses. */
export type Resolve = (
  name: string,
  told: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

/** Names that may wait for their turn. */
const MOST_WAITING = 100;

const bySystem: Resolve = (name, told) => {
  lookup(name, { all: true }, (error, addresses) => told(error, addresses ?? []));
};

/**
 * Looks up one name after the other, each once for all who ask meanwhile. The system takes two at a time for all of the process,
 * for as long as it likes: whoever names hosts whose servers do not answer must not keep models from being found.
 *
 * Whoever comes when too many wait is told EBUSY.
 */
export function createLookUp(resolve: Resolve = bySystem): Resolve {
  const asking = new Map<string, Parameters<Resolve>[1][]>();
  const waiting: string[] = [];
  let isBusy = false;

  function next(): void {
    const name = isBusy ? undefined : waiting.shift();
    if (name === undefined) return;
    isBusy = true;
    resolve(name, (error, addresses) => {
      const all = asking.get(name) ?? [];
      asking.delete(name);
      isBusy = false;
      for (const told of all) told(error, addresses);
      next();
    });
  }

  return (name, told) => {
    const others = asking.get(name);
    if (others) {
      others.push(told);
      return;
    }
    if (waiting.length >= MOST_WAITING) {
      told(Object.assign(new Error('too many names wait to be looked up'), { code: 'EBUSY' }), []);
      return;
    }
    asking.set(name, [told]);
    waiting.push(name);
    next();
  };
}

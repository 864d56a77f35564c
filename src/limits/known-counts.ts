import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';

/** A count in a window that has not ended. */
export interface KnownCount {
  readonly count: number;
  /** Milliseconds until its window ends. */
  readonly endsInMs: number;
}

/** What this process knows of the counts in one kind of window, by name. */
export interface KnownCounts {
  /** @param connection the one that Redis told it on */
  heard(name: string, known: KnownCount & { readonly connection: number }): void;
  /** Counted here, while Redis did not answer. @param endsInMs of a window that begins with it */
  counted(name: string, many: number, endsInMs: number): void;
  /** Likewise. */
  givenBack(name: string, many: number): void;
  latest(name: string): KnownCount | undefined;
  /** What Redis may not know: it was counted here, or Redis told it before the connection was lost and may be another one now. */
  untold(name: string, connection: number): KnownCount | undefined;
  /** Told to Redis: once, for what comes after it may be less. */
  tell(name: string, connection: number): void;
  /** Redis has not heard it after all. */
  notTold(name: string): void;
}

/** Names that are known at most. They come from outside, and no flood of them shall take the memory. */
const NAMES = 8192;
const HERE = -1;

export function createKnownCounts(clock: Pick<Clock, 'monotonic'>): KnownCounts {
  const counts = new LRUCache<string, { count: number; endsAt: number; connection: number }>({ max: NAMES });

  function current(name: string) {
    const known = counts.get(name);
    return known && known.endsAt > clock.monotonic() ? known : undefined;
  }
  function encode(known: { count: number; endsAt: number } | undefined): KnownCount | undefined {
    return known && { count: known.count, endsInMs: Math.ceil(known.endsAt - clock.monotonic()) };
  }

  function mark(name: string, connection: number): void {
    const known = current(name);
    if (known) counts.set(name, { ...known, connection });
  }

  return {
    heard(name, { count, endsInMs, connection }) {
      const known = current(name);
      // Counted here since that was asked: Redis has yet to hear it.
      if (known?.connection === HERE && known.count > count) return;
      counts.set(name, { count, endsAt: clock.monotonic() + endsInMs, connection });
    },
    counted(name, many, endsInMs) {
      const { count, endsAt } = current(name) ?? { count: 0, endsAt: clock.monotonic() + endsInMs };
      counts.set(name, { count: count + many, endsAt, connection: HERE });
    },
    givenBack(name, many) {
      const known = current(name);
      if (known) counts.set(name, { ...known, count: Math.max(0, known.count - many), connection: HERE });
    },
    tell: (name, connection) => mark(name, connection),
    notTold: (name) => mark(name, HERE),
    latest: (name) => encode(current(name)),
    untold(name, connection) {
      const known = current(name);
      return known?.connection === connection ? undefined : encode(known);
    },
  };
}

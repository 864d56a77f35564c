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
  /** Milliseconds until one more name can be counted here; 0: now. Those that only this process has counted are not forgotten. */
  roomInMs(name: string): number;
  /** Let through and counted here, while Redis did not answer. @param endsInMs of a window that begins with it */
  counted(name: string, many: number, endsInMs: number): void;
  /** Likewise. @param mayBeHeard Redis was told, and may give it back yet */
  givenBack(name: string, many: number, options: { readonly mayBeHeard: boolean }): void;
  /** Redis has counted so many after all. @returns how many of these were let through here, each told once */
  countedLate(name: string, many: number): number;
  latest(name: string): KnownCount | undefined;
  /** What Redis may not know: it was counted here, or Redis told it before the connection was lost and may be another one now. */
  untold(name: string, connection: number): KnownCount | undefined;
  /** Told to Redis: once, for what comes after it may be less. */
  tell(name: string, connection: number): void;
  /** Redis has not heard it after all. */
  notTold(name: string): void;
}

interface Known {
  readonly count: number;
  /** By the monotonic clock. */
  readonly endsAt: number;
  /** The one that Redis told it on, or `HERE`. */
  readonly connection: number;
  /** What was let through here, is not given back, and may yet be counted by Redis. */
  readonly passed: number;
}

/** Names that are known at most, told and counted here each. They come from outside, and no flood of them shall take the memory. */
const NAMES = 8192;
const HERE = -1;

export function createKnownCounts(clock: Pick<Clock, 'monotonic'>): KnownCounts {
  /** What Redis told: newer ones push out older ones. */
  const told = new LRUCache<string, Known>({ max: NAMES });
  /** What nobody else may know yet. */
  const here = new Map<string, Known>();
  /** By the monotonic clock: before this, none of their windows ends. */
  let firstEnd = 0;

  const isOver = ({ endsAt }: Known): boolean => endsAt <= clock.monotonic();

  function current(name: string): Known | undefined {
    const known = here.get(name) ?? told.get(name);
    return known && !isOver(known) ? known : undefined;
  }
  function keepHere(name: string, known: Known): void {
    told.delete(name);
    if (known.count === 0 && known.passed === 0) here.delete(name);
    else here.set(name, known);
    firstEnd = Math.min(firstEnd, known.endsAt);
  }
  function change(name: string, changeOf: (known: Known) => Partial<Known>): void {
    const known = current(name);
    if (!known) return;
    const changed = { ...known, ...changeOf(known) };
    if (changed.connection === HERE || here.has(name)) keepHere(name, changed);
    else told.set(name, changed);
  }
  function forgetThoseOver(): void {
    firstEnd = Number.POSITIVE_INFINITY;
    for (const [name, known] of here) {
      if (isOver(known)) here.delete(name);
      else firstEnd = Math.min(firstEnd, known.endsAt);
    }
  }
  function encode(known: Known | undefined): KnownCount | undefined {
    return known && { count: known.count, endsInMs: Math.ceil(known.endsAt - clock.monotonic()) };
  }

  return {
    roomInMs(name) {
      if (here.size >= NAMES && firstEnd <= clock.monotonic()) forgetThoseOver();
      return here.size < NAMES || here.has(name) ? 0 : Math.ceil(firstEnd - clock.monotonic());
    },
    heard(name, { count, endsInMs, connection }) {
      const known = current(name);
      // Counted here since that was asked: Redis has yet to hear it.
      if (known?.connection === HERE && known.count > count) return;
      const endsAt = clock.monotonic() + endsInMs;
      here.delete(name);
      told.set(name, { count, endsAt, connection, passed: known?.passed ?? 0 });
    },
    counted(name, many, endsInMs) {
      const begun = { count: 0, endsAt: clock.monotonic() + endsInMs, connection: HERE, passed: 0 };
      const { count, passed, ...known } = current(name) ?? begun;
      keepHere(name, { ...known, count: count + many, connection: HERE, passed: passed + many });
    },
    givenBack(name, many, { mayBeHeard }) {
      change(name, ({ count, passed }) => ({
        count: Math.max(0, count - many),
        connection: HERE,
        passed: mayBeHeard ? passed : Math.max(0, passed - many),
      }));
    },
    countedLate(name, many) {
      const passed = Math.min(many, current(name)?.passed ?? 0);
      change(name, (known) => ({ passed: known.passed - passed }));
      return passed;
    },
    tell: (name, connection) => change(name, () => ({ connection })),
    notTold: (name) => change(name, () => ({ connection: HERE })),
    latest: (name) => encode(current(name)),
    untold(name, connection) {
      const known = current(name);
      return known?.connection === connection ? undefined : encode(known);
    },
  };
}

/** What goes wrong, and when. */
export interface Trouble {
  readonly name: TroubleName;
  /** Seconds since the beginning. */
  readonly at: number;
  /** Seconds that it lasts, where it does. */
  readonly lasts: number;
}

type TroubleName =
  /** The provider answers nothing but 503. */
  | 'provider out'
  /** The provider is slow, and one call in five fails in some way. */
  | 'provider erratic'
  /** Redis hangs. */
  | 'Redis frozen'
  /** A replica is killed, and started again. */
  | 'first killed'
  | 'second killed'
  /** A replica is asked to stop, and started again. */
  | 'second restarted'
  /** All replicas, one after the other, with a budget that is raised: the first one was meant to be spent by then. */
  | 'budget raised';

/** Seconds after which it all begins again. */
const CYCLE = 600;
/** Seconds at the end in which nothing goes wrong, at most. */
const LONGEST_CALM = 60;
const LONGEST_FREEZE = 5;

/** When in a cycle something begins, and how much of it that lasts; as shares. */
const FIRST: readonly (readonly [TroubleName, number, number])[] = [
  ['Redis frozen', 0.12, 0.06],
  ['first killed', 0.25, 0],
  ['budget raised', 0.42, 0],
  ['provider out', 0.6, 0.06],
  ['provider erratic', 0.72, 0.08],
  ['second killed', 0.88, 0],
];
/** The first replica lives on from here, so that its memory can be told. */
const FURTHER: typeof FIRST = [
  ['provider out', 0.1, 0.06],
  ['Redis frozen', 0.3, 0.06],
  ['second killed', 0.45, 0],
  ['provider erratic', 0.6, 0.1],
  ['second restarted', 0.8, 0],
];

/**
 * Plans what goes wrong in so many seconds: every ten minutes something of each kind, and in what is shorter all of it once, the
 * sooner.
 */
export function planTroubles(seconds: number): {
  readonly troubles: readonly Trouble[];
  readonly cycle: number;
} {
  const calm = Math.min(LONGEST_CALM, seconds / 8);
  const cycles = Math.max(1, Math.round(seconds / CYCLE));
  const cycle = (seconds - calm) / cycles;
  const troubles = Array.from({ length: cycles }, (_, index) =>
    (index === 0 ? FIRST : FURTHER).map(([name, at, share]) => ({
      name,
      at: (index + at) * cycle,
      lasts: name === 'Redis frozen' ? Math.min(LONGEST_FREEZE, share * cycle) : share * cycle,
    })),
  );
  return { troubles: troubles.flat(), cycle };
}

import type { Clock } from '../clock.ts';
import type { Counter, CounterOptions, Left } from './counters.ts';
import { createFairLine } from './fair-line.ts';
import type { RecentOrigins } from './recent-origins.ts';

/** The windows in which calls of one origin are counted. */
export type LimitWindow = 'minute' | 'hour' | 'day';

/** Calls of a model in each window; 0: none ever; infinite: no limit. */
export type Allowance = Readonly<Record<LimitWindow, number>>;

/** Leave to ask a model once. */
interface Permit {
  readonly kind: 'permit';
  /** It was not made use of. */
  giveBack(): void;
}

/** A model may not be asked now. */
export interface Refusal {
  readonly kind: 'rate_limited';
  /** Milliseconds until the first of the windows ends that refused it; infinite where it never may. */
  readonly endsInMs: number;
}

/** What one origin has left. */
export interface OriginStatus {
  readonly origin: string;
  readonly windows: Readonly<Record<LimitWindow, Left & { readonly limit: number }>>;
}

/** How often each origin may ask a model. */
export interface OriginLimits {
  /**
   * Takes one call of an origin from all its windows, or from none. Waits for a window that ends soon enough before the
   * deadline, if there is a place to wait.
   *
   * @param deadline by the monotonic clock, in milliseconds
   * @throws the signal's reason when it is aborted first
   */
  enter(
    origin: string,
    limits: { readonly deadline: number; readonly signal: AbortSignal },
  ): Promise<Permit | Refusal>;
  /**
   * Whether an origin has more than half of each window left, as far as is known here. Who has is hardly ever refused, and
   * need not be kept waiting for what only its asking costs.
   */
  hasPlenty(origin: string): boolean;
  /** Of those who asked lately, the latest first. */
  show(): Promise<readonly OriginStatus[]>;
  /** How many wait at the moment. */
  waiting(): number;
}

const SECONDS: Readonly<Record<LimitWindow, number>> = { minute: 60, hour: 3600, day: 86_400 };
const WINDOWS = ['minute', 'hour', 'day'] as const;

/** Milliseconds that a model needs at least: who would have less left does not wait. */
const MODEL_MS = 300;

/**
 * @param usual what an origin may without an allowance of its own
 * @param own by origin
 * @param places who may wait at once
 * @param refused told of each refusal, and by which window
 */
export function createOriginLimits({
  usual,
  own,
  places,
  counter,
  recent,
  clock,
  refused: tellRefused,
}: {
  usual: Allowance;
  own: ReadonlyMap<string, Allowance>;
  places: number;
  counter: (options: CounterOptions) => Counter;
  recent: RecentOrigins;
  clock: Clock;
  refused: (window: LimitWindow) => void;
}): OriginLimits {
  const line = createFairLine(places);
  /** How many calls of each origin are not counted yet. */
  const entering = new Map<string, number>();
  /** By window and limit: a hundred origins of their own have few different limits. */
  const made = new Map<string, Counter>();

  function counterOf(window: LimitWindow, limit: number): Counter {
    const name = `${window} ${limit}`;
    const known = made.get(name);
    if (known) return known;
    const counted = counter({ purpose: `origin:${window}`, limit, seconds: SECONDS[window] });
    made.set(name, counted);
    return counted;
  }
  const allowanceOf = (origin: string): Allowance => own.get(origin) ?? usual;

  /** By allowance: the windows that it limits. */
  const limiting = new Map<
    Allowance,
    readonly { readonly window: LimitWindow; readonly counter: Counter }[]
  >();
  function countersOf(allowance: Allowance) {
    const known = limiting.get(allowance);
    if (known) return known;
    const counters = WINDOWS.filter((window) => allowance[window] !== Number.POSITIVE_INFINITY).map(
      (window) => ({ window, counter: counterOf(window, allowance[window]) }),
    );
    limiting.set(allowance, counters);
    return counters;
  }

  async function leftIn(window: LimitWindow, origin: string): Promise<OriginStatus['windows'][LimitWindow]> {
    const limit = allowanceOf(origin)[window];
    const isCounted = limit > 0 && limit !== Number.POSITIVE_INFINITY;
    const left = isCounted ? await counterOf(window, limit).left(origin) : { left: limit, endsInMs: 0 };
    return { limit, ...left };
  }

  async function counting<Result>(origin: string, take: () => Promise<Result>): Promise<Result> {
    entering.set(origin, (entering.get(origin) ?? 0) + 1);
    try {
      return await take();
    } finally {
      const left = (entering.get(origin) ?? 0) - 1;
      if (left > 0) entering.set(origin, left);
      else entering.delete(origin);
    }
  }

  function refuse(window: LimitWindow, endsInMs: number): Refusal {
    tellRefused(window);
    return { kind: 'rate_limited', endsInMs };
  }

  return {
    async enter(origin, { deadline, signal }) {
      signal.throwIfAborted();
      recent.note(origin);
      const allowance = allowanceOf(origin);
      const never = WINDOWS.find((window) => allowance[window] === 0);
      if (never) return refuse(never, Number.POSITIVE_INFINITY);
      const counters = countersOf(allowance);
      for (;;) {
        const taken = await counting(origin, () => takeAll(counters, origin, clock));
        if (taken.kind === 'permit') {
          if (signal.aborted) taken.permit.giveBack();
          signal.throwIfAborted();
          return taken.permit;
        }
        const { window, endsInMs } = taken;
        if (clock.monotonic() + endsInMs + MODEL_MS > deadline) return refuse(window, endsInMs);
        if ((await line.wait(origin, endsInMs, signal)) === 'crowded') return refuse(window, endsInMs);
      }
    },
    hasPlenty(origin) {
      const soon = entering.get(origin) ?? 0;
      return countersOf(allowanceOf(origin)).every(
        ({ counter: { known, limit } }) => known(origin) + soon < limit / 2,
      );
    },
    async show() {
      const origins = await recent.list();
      return Promise.all(
        origins.map(async (origin) => {
          const [minute, hour, day] = await Promise.all([
            leftIn('minute', origin),
            leftIn('hour', origin),
            leftIn('day', origin),
          ]);
          return { origin, windows: { minute, hour, day } };
        }),
      );
    },
    waiting: () => line.length,
  };
}

type Attempt =
  | { readonly kind: 'permit'; readonly permit: Permit }
  | { readonly kind: 'refused'; readonly window: LimitWindow; readonly endsInMs: number };

/**
 * From all windows in one round trip to Redis. What another window refuses is given back at once: for as long as that takes
 * an origin that is at its limit for a minute holds a call of its hour, which nobody else has anything of.
 */
async function takeAll(
  counters: readonly { readonly window: LimitWindow; readonly counter: Counter }[],
  origin: string,
  clock: Clock,
): Promise<Attempt> {
  const attempts = await Promise.all(
    counters.map(async ({ window, counter }) => {
      const { isTaken, endsInMs } = await counter.take(origin, 1);
      return { window, counter, isTaken, endsInMs, endsAt: clock.monotonic() + endsInMs };
    }),
  );
  let isGiven = false;
  const giveBack = (): void => {
    if (isGiven) return;
    isGiven = true;
    for (const { counter, isTaken, endsAt } of attempts) {
      // Another window has begun since: what is counted there is others'.
      if (isTaken && clock.monotonic() < endsAt) void counter.giveBack(origin, 1);
    }
  };
  const [refused] = attempts
    .filter(({ isTaken }) => !isTaken)
    // A longer window may have been full for the moment only, of what others take who are refused as well.
    .toSorted((one, other) => one.endsInMs - other.endsInMs);
  if (!refused) return { kind: 'permit', permit: { kind: 'permit', giveBack } };
  giveBack();
  return { kind: 'refused', window: refused.window, endsInMs: refused.endsInMs };
}

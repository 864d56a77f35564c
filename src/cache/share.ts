/** What a call under way came to. */
export interface Shared<Result> {
  readonly result: Result;
  /** False for the one whose call it was, who pays; true for whoever joined it. */
  readonly joined: boolean;
}

/**
 * One call for all who ask the same while it is under way.
 *
 * Who gives up leaves alone: the call goes on for the others, and ends when nobody waits any more. A call that fails, or
 * whose result is about its caller only (out of time, queue full), is made once more by whoever came last and has the
 * most time left; what comes of that is everybody's, so that no trouble is tried as often as there are people waiting.
 */
export interface Sharing {
  /** How many calls are under way. */
  readonly size: number;
  /**
   * @param run makes the call; its signal is aborted when nobody waits any more
   * @param isForAll whether a result would be the others' as well. Default: always
   * @throws what the call threw; the signal's reason when it is aborted first
   */
  share<Result>(
    key: string,
    run: (signal: AbortSignal) => Promise<Result>,
    options: { readonly signal: AbortSignal; readonly isForAll?: (result: Result) => boolean },
  ): Promise<Shared<Result>>;
}

interface Waiting {
  readonly run: (signal: AbortSignal) => Promise<unknown>;
  readonly isForAll: (result: unknown) => boolean;
  settle(outcome: PromiseSettledResult<unknown>, joined: boolean): void;
}

interface Flight {
  /** In the order they came. */
  readonly waiting: Set<Waiting>;
  readonly call: AbortController;
  isSecondTry: boolean;
}

export function createSharing(): Sharing {
  const flights = new Map<string, Flight>();

  function end(key: string, flight: Flight): void {
    // Another one may have begun under the same key since this one was left by all.
    if (flights.get(key) === flight) flights.delete(key);
  }

  async function fly(key: string, flight: Flight, caller: Waiting): Promise<void> {
    const outcome = await outcomeOf(caller.run, flight.call.signal);
    if (flight.call.signal.aborted) return;
    const isForAll = outcome.status === 'fulfilled' && caller.isForAll(outcome.value);
    const next = [...flight.waiting].filter((waiting) => waiting !== caller).at(-1);
    if (!isForAll && next && !flight.isSecondTry) {
      flight.isSecondTry = true;
      if (flight.waiting.delete(caller)) caller.settle(outcome, false);
      await fly(key, flight, next);
      return;
    }
    end(key, flight);
    // A call whose caller has left is paid by the first who has something of it.
    const payer = flight.waiting.has(caller) ? caller : flight.waiting.values().next().value;
    for (const waiting of flight.waiting) waiting.settle(outcome, waiting !== payer);
  }

  return {
    get size() {
      return flights.size;
    },
    share<Result>(
      key: string,
      run: (signal: AbortSignal) => Promise<Result>,
      {
        signal,
        isForAll = () => true,
      }: { readonly signal: AbortSignal; readonly isForAll?: (result: Result) => boolean },
    ) {
      return new Promise<Shared<Result>>((resolve, reject) => {
        if (signal.aborted) {
          reject(signal.reason);
          return;
        }
        const known = flights.get(key);
        const flight = known ?? { waiting: new Set(), call: new AbortController(), isSecondTry: false };
        const waiting: Waiting = {
          run,
          // Whoever asks under one key asks for one kind of result.
          isForAll: isForAll as (result: unknown) => boolean,
          settle(outcome, joined) {
            signal.removeEventListener('abort', leave);
            if (outcome.status === 'rejected') reject(outcome.reason);
            else resolve({ result: outcome.value as Result, joined });
          },
        };
        function leave(): void {
          flight.waiting.delete(waiting);
          if (flight.waiting.size === 0) {
            end(key, flight);
            flight.call.abort(signal.reason);
          }
          reject(signal.reason);
        }
        flight.waiting.add(waiting);
        signal.addEventListener('abort', leave, { once: true });
        if (known) return;
        flights.set(key, flight);
        void fly(key, flight, waiting);
      });
    },
  };
}

async function outcomeOf(
  run: (signal: AbortSignal) => Promise<unknown>,
  signal: AbortSignal,
): Promise<PromiseSettledResult<unknown>> {
  try {
    return { status: 'fulfilled', value: await run(signal) };
  } catch (reason) {
    return { status: 'rejected', reason };
  }
}

import type { Clock } from '../clock.ts';
import { isCheaper, type Mode } from '../intent/mode.ts';
import type { Cause, Wish } from './cause.ts';
import { createStay, type Stay } from './stay.ts';

/** What this process asks for, by itself. */
export interface Automatic {
  /** @param effective the mode that holds for this process */
  look(effective: Mode): Wish & { readonly leftMs: number };
}

/** A cause that comes back within so many milliseconds is the same one. */
const LONGEST_STAY_MS = 3_600_000;

/** Asks for the cheapest mode that any of the causes holds. @param minimumStayMs as in `createStay` */
export function createAutomatic({
  causes,
  minimumStayMs,
  clock,
}: {
  causes: readonly Cause[];
  minimumStayMs: number;
  clock: Clock;
}): Automatic {
  const holds = causes.map((cause) => ({
    cause,
    stay: createStay({ minimumMs: minimumStayMs, longestMs: LONGEST_STAY_MS }),
    reason: '',
  }));

  function follow(hold: { cause: Cause; stay: Stay; reason: string }, effective: Mode): void {
    const { cause, stay } = hold;
    const before = stay.held();
    const wish = cause.look(before, effective);
    const held = stay.follow(wish?.mode ?? 'full', clock.monotonic());
    // Said once: a share that grows by the minute is no new reason.
    if (held !== before) hold.reason = wish?.reason ?? '';
  }

  return {
    look(effective) {
      for (const hold of holds) follow(hold, effective);
      const now = clock.monotonic();
      return holds
        .map(({ stay, reason }) => ({ mode: stay.held(), reason, leftMs: stay.left(now) }))
        .reduce((most, each) => (isCheaper(each.mode, most.mode) ? each : most), {
          mode: 'full' as Mode,
          reason: '',
          leftMs: 0,
        });
    },
  };
}

import type { Clock } from '../clock.ts';
import { type Mode, nextCheaper, nextDearer } from '../intent/mode.ts';
import type { Cause } from './cause.ts';

export interface ModelTroubleSettings {
  /** Milliseconds that the slowest hundredth of the answers may take; one that did not come in time is slow in any case. */
  readonly slowMs: number;
  /** Share of the utterances that may go without an answer because of a provider, 0–1. */
  readonly failedShare: number;
  readonly windowMs: number;
  /** With fewer utterances in the window nothing is concluded. */
  readonly minimumCalls: number;
  /** 0–1. */
  readonly margin: number;
}

export interface ModelTrouble extends Cause {
  /** One utterance that models were asked about, all tries together. */
  asked(call: AskedCall): void;
}

interface AskedCall {
  /** Until the answer, or its lack. */
  readonly durationMs: number;
  readonly failed: boolean;
  /** It failed because nobody waited any longer: it would have taken longer than that. */
  readonly isTimeout?: boolean;
  /** Who asked. */
  readonly origin: string;
}

type Kind = 'slow' | 'failed';

interface Slice {
  readonly number: number;
  calls: number;
  readonly origins: Set<string>;
  /** Whose calls were bad. */
  readonly bad: Readonly<Record<Kind, Set<string>>>;
  /** Bad calls of an origin that had one before: not counted at all. */
  readonly again: Record<Kind, number>;
}

/** The window is looked at in so many parts: what shows in one of them only is a hiccup. */
const SLICES = 5;
/** Of a hundred answers one may be slow: more of them, and the 99th percentile is. */
const SLOW_SHARE = 0.01;

/**
 * What one origin has trouble with counts once in a slice, and not at all where others ask as well and have none: whoever
 * finds words that models fail at shall not turn down the whole house.
 *
 * Asks for the next cheaper mode where models are slow or fail for a while, and for the next dearer one where they are
 * well: what the dearer one would do shows only in it. In `rules-only` nothing is measured, so the way back is a try.
 */
export function createModelTrouble({
  settings: { slowMs, failedShare, windowMs, minimumCalls, margin },
  clock,
}: {
  settings: ModelTroubleSettings;
  clock: Clock;
}): ModelTrouble {
  const sliceMs = windowMs / SLICES;
  let slices: Slice[] = [];
  let measured: Mode | undefined;

  const current = (): number => Math.floor(clock.monotonic() / sliceMs);
  function recent(): readonly Slice[] {
    const oldest = current() - SLICES;
    slices = slices.filter(({ number }) => number > oldest);
    return slices;
  }
  function sliceNow(): Slice {
    const number = current();
    const last = slices.at(-1);
    if (last?.number === number) return last;
    const slice: Slice = {
      number,
      calls: 0,
      origins: new Set(),
      bad: { slow: new Set(), failed: new Set() },
      again: { slow: 0, failed: 0 },
    };
    slices = [...recent(), slice];
    return slice;
  }

  /** Whether a kind of trouble lasts: over the window, in two of its parts, and in half of those that had calls. */
  function lasts(kind: Kind, most: number): number | undefined {
    const busy = recent();
    const counted = (slice: Slice): number => slice.calls - slice.again[kind];
    const calls = busy.reduce((sum, slice) => sum + slice.calls, 0);
    const share =
      busy.reduce((sum, slice) => sum + slice.bad[kind].size, 0) /
      busy.reduce((sum, slice) => sum + counted(slice), 0);
    const badSlices = busy.filter((slice) => slice.bad[kind].size > most * counted(slice)).length;
    const isBad = calls >= minimumCalls && share > most && badSlices >= 2 && 2 * badSlices >= busy.length;
    return isBad && !isOneOfSeveral(busy, kind) ? share : undefined;
  }

  function trouble(scale: number): string | undefined {
    const failed = lasts('failed', failedShare * scale);
    if (failed !== undefined) return `models failed ${percent(failed)} of what they were asked`;
    const slow = lasts('slow', SLOW_SHARE * scale);
    if (slow !== undefined)
      return `models took over ${slowMs} ms, or longer than anybody waits, for ${percent(slow)} of what they were asked`;
    return undefined;
  }

  return {
    asked({ durationMs, failed, isTimeout = false, origin }) {
      const slice = sliceNow();
      slice.calls += 1;
      slice.origins.add(origin);
      const note = (kind: Kind): void => {
        if (slice.bad[kind].has(origin)) slice.again[kind] += 1;
        slice.bad[kind].add(origin);
      };
      if (failed) note('failed');
      if (durationMs > slowMs || isTimeout) note('slow');
    },
    look(held, effective) {
      measured ??= effective;
      if (measured !== effective) {
        // What another mode did tells nothing about this one.
        slices = [];
        measured = effective;
      }
      const reason = trouble(1);
      if (reason !== undefined) return { mode: nextCheaper(effective), reason };
      if (held === 'full') return undefined;
      const lasting = trouble(1 - margin);
      if (lasting !== undefined) return { mode: held, reason: lasting };
      return { mode: nextDearer(held), reason: 'models were in trouble a while ago' };
    },
  };
}

function isOneOfSeveral(slices: readonly Slice[], kind: Kind): boolean {
  const all = new Set(slices.flatMap(({ origins }) => [...origins]));
  return all.size > 1 && new Set(slices.flatMap(({ bad }) => [...bad[kind]])).size === 1;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

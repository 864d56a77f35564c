import type { Clock } from '../clock.ts';
import { type Mode, nextCheaper, nextDearer } from '../intent/mode.ts';
import type { Cause } from './cause.ts';

export interface ModelTroubleSettings {
  /** Milliseconds that the slowest hundredth of the answers may take. */
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
  /** One utterance that models were asked about, all tries together. @param durationMs until the answer, or its lack */
  asked(call: { readonly durationMs: number; readonly failed: boolean }): void;
}

interface Slice {
  readonly number: number;
  calls: number;
  slow: number;
  failed: number;
}

/** The window is looked at in so many parts: what shows in one of them only is a hiccup. */
const SLICES = 5;
/** Of a hundred answers one may be slow: more of them, and the 99th percentile is. */
const SLOW_SHARE = 0.01;

/**
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
    const slice = { number, calls: 0, slow: 0, failed: 0 };
    slices = [...recent(), slice];
    return slice;
  }

  /** Whether a kind of trouble lasts: over the window, in two of its parts, and in half of those that had calls. */
  function lasts(kind: 'slow' | 'failed', most: number): number | undefined {
    const busy = recent();
    const calls = busy.reduce((sum, slice) => sum + slice.calls, 0);
    const bad = busy.reduce((sum, slice) => sum + slice[kind], 0);
    const badSlices = busy.filter((slice) => slice[kind] > most * slice.calls).length;
    const isBad =
      calls >= minimumCalls && bad > most * calls && badSlices >= 2 && 2 * badSlices >= busy.length;
    return isBad ? bad / calls : undefined;
  }

  function trouble(scale: number): string | undefined {
    const failed = lasts('failed', failedShare * scale);
    if (failed !== undefined) return `models failed ${percent(failed)} of what they were asked`;
    const slow = lasts('slow', SLOW_SHARE * scale);
    if (slow !== undefined)
      return `models took over ${slowMs} ms for ${percent(slow)} of what they were asked`;
    return undefined;
  }

  return {
    asked({ durationMs, failed }) {
      const slice = sliceNow();
      slice.calls += 1;
      if (failed) slice.failed += 1;
      if (durationMs > slowMs) slice.slow += 1;
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

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

import type { Slots } from '../intent/recognition.ts';
import type { Utterance } from '../intent/utterance.ts';

/** One way to read an utterance. */
export interface Match {
  /** The Home Assistant action, `light.turn_on`; for a query what is asked, `climate.get_temperature`. */
  readonly action: string;
  readonly kind: 'action' | 'query';
  readonly slots: Slots;
  /** 0–1. */
  readonly confidence: number;
  /** The rule that matched, as written, for `recognize --explain`. */
  readonly template: string;
  /** What to say when it is done, in the utterance's language, where the rule has a response. */
  readonly response?: string;
}

/**
 * Reads an utterance by the local rules. Pure and synchronous: the same utterance always gives the same matches.
 *
 * @returns the readings that fit, best first; empty when nothing does.
 */
export type Matcher = (utterance: Utterance) => readonly Match[];

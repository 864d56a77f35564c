import type { Slots } from '../intent/recognition.ts';
import type { Utterance } from '../intent/utterance.ts';
import type { RuleTarget } from './rules.ts';

/** What a reading says about the things it is about, before the home is asked which these are. */
export interface SaidTarget extends RuleTarget {
  /** Id of the area that was named. */
  readonly area?: string;
  /** Id of the floor that was named. */
  readonly floor?: string;
  /** Ids of everything in the home called by the name that was said; never empty. */
  readonly entities?: readonly string[];
  /** The word that told that one thing is meant, of the kind or of all called so: "lampkę". */
  readonly single?: string;
  /** The words for it as they came: of the name, else of the area or floor. */
  readonly words?: string;
}

/** Words that fit as they were heard in no way, and what they were taken for. */
export interface Mend {
  readonly heard: string;
  /** Folded. */
  readonly meant: string;
}

/** One way to read an utterance. */
export interface Match {
  /** The Home Assistant action, `light.turn_on`; for a query what is asked, `climate.get_temperature`. */
  readonly action: string;
  readonly kind: 'action' | 'query';
  /** Without those that say where: these are in `target`. */
  readonly slots: Slots;
  /** Absent where the rule is about nothing in the home, such as the time. */
  readonly target?: SaidTarget;
  /** 0–1. */
  readonly confidence: number;
  /** With less confidence it counts as none; absent: the configured threshold decides. */
  readonly threshold?: number;
  /** As in `RuleBase`. */
  readonly isUncritical?: true;
  /** As in `SentenceRule`. */
  readonly oneEach?: string;
  /** As in `SentenceRule`: of what was said in one breath it is no part. */
  readonly isAlone?: true;
  /** As in `SentenceRule`: by itself it is nothing. */
  readonly isTimed?: true;
  /** 0 for the best. Readings of the same rank fit equally well. */
  readonly rank: number;
  /** By what it stands behind the best reading, for `recognize --explain`; absent for what is as good. */
  readonly behind?: string;
  /** The rule that matched, as written, for `recognize --explain`. */
  readonly template: string;
  /** The slips that it takes for granted, in their order; absent for what was read as it was heard. */
  readonly mended?: readonly Mend[];
  /** True for an order for later that is only quoted: neither the rules nor policy have seen what it would do. */
  readonly isDeferred?: boolean;
  /** What to say when it is done, in the utterance's language, where the rule has a response. */
  readonly response?: string;
  /** For a sentence of a pack: its intent, slots and response as the pack names them. */
  readonly pack?: { readonly intent: string; readonly slots: Slots; readonly response?: string };
}

/** A whole text as it was probably meant, whatever of it fits a sentence. */
export interface MeantText {
  readonly text: string;
  /** Never empty. */
  readonly mends: readonly Mend[];
}

/** Reads an utterance by the local rules. Pure and synchronous: the same utterance always gives the same matches. */
export interface Matcher {
  /** @returns the readings that fit, best first; empty when nothing does. */
  (utterance: Utterance, how?: Reading): readonly Match[];
  /** @returns every way to mend the slips in a text that is worth a try; none where there are none, or too many to be sure */
  readonly meant: (utterance: Utterance) => readonly MeantText[];
  /** Reads every sentence once, so that nobody waits for the first ones. It lets others have the processor in between. */
  readonly warmUp: () => Promise<void>;
}

/** How an utterance is read. */
interface Reading {
  /** True: no slip is mended and nothing is left out, so that what does not fit is known at once. */
  readonly asHeard?: boolean;
}

import type { ModelUse } from '../intent/model-use.ts';
import type { NanoDollars } from '../intent/money.ts';
import type { RecogniseContext } from '../intent/recognise.ts';
import type { FallbackReason, Meaning, Source } from '../intent/recognition.ts';
import type { Utterance } from '../intent/utterance.ts';

/** What a resolver made of an utterance. */
export type Outcome =
  | {
      readonly kind: 'answer';
      readonly meaning: Meaning;
      /** Who knew it, where that is not the resolver itself: an answer that somebody else had just asked for. */
      readonly source?: Source;
      /** What it took to find out; absent where it was known already. */
      readonly use?: ModelUse;
      /** What it did not cost again. */
      readonly saved?: NanoDollars;
      /** How it was found, for a person: the rule that matched. */
      readonly explanation?: string;
    }
  | {
      readonly kind: 'pass';
      /** Why it could not answer, where the reason is worth telling; absent when it simply does not know. */
      readonly reason?: FallbackReason;
      /** Somebody who was asked was in trouble. */
      readonly isTrouble?: true;
      /** What to say where nobody else knows either: which part was not understood. */
      readonly complaint?: string;
      /** What was asked of a model all the same. */
      readonly use?: ModelUse;
      /** Milliseconds until it may know better: a limit ends. */
      readonly retryAfterMs?: number;
    };

/** What a resolver is given beside the utterance; the span is its own. */
export interface ResolverContext extends RecogniseContext {
  /** By the monotonic clock, in milliseconds: when somebody else has to answer. */
  readonly deadline: number;
}

/** One step of the path: the cache, a language model, the local rules. */
export interface Resolver {
  readonly source: Source;
  /**
   * Answers or passes; synchronously where nothing has to be waited for.
   *
   * @throws only for a defect or a failure of ours; a provider that is out, slow or over budget is a pass
   */
  resolve(utterance: Utterance, context: ResolverContext): Outcome | Promise<Outcome>;
}

import type { FallbackReason, Meaning, Source } from '../intent/recognition.ts';
import type { Utterance } from '../intent/utterance.ts';

/** What a resolver made of an utterance. */
export type Outcome =
  | {
      readonly kind: 'answer';
      readonly meaning: Meaning;
      /** How it was found, for a person: the rule that matched. */
      readonly explanation?: string;
    }
  | {
      readonly kind: 'pass';
      /** Why it could not answer, where the reason is worth telling; absent when it simply does not know. */
      readonly reason?: FallbackReason;
    };

/** One step of the path: the cache, a language model, the local rules. */
export interface Resolver {
  readonly source: Source;
  /**
   * Answers or passes; synchronously where nothing has to be waited for.
   *
   * @throws only for a defect or a failure of ours; a provider that is out, slow or over budget is a pass
   */
  resolve(utterance: Utterance, signal: AbortSignal): Outcome | Promise<Outcome>;
}

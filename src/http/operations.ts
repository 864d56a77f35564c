import type { CostBooks } from '../budget/cost-books.ts';
import type { Cache } from '../cache/cache.ts';
import type { LiveEvents } from '../events/live-events.ts';
import type { CacheMode } from '../intent/recognise.ts';
import type { RecognizedTranscript } from '../intent/recognition.ts';
import type { Statistics } from '../intent/statistics.ts';
import type { Transcript } from '../intent/transcript.ts';
import type { Limits } from '../limits/limits.ts';
import type { LanguageModel } from '../llm/language-model.ts';
import type { Modes } from '../mode/modes.ts';
import type { Queueing } from '../queueing.ts';
import type { AnswerOnce } from '../redis/answer-once.ts';
import type { DeadLetters } from '../stream/dead-letters.ts';
import type { HealthReport } from '../telemetry/health.ts';
import type { LoadReport } from '../telemetry/load.ts';
import type { WatchOperations } from './health-routes.ts';

/** What the routes can ask of the cache. */
export type CacheOperations = Pick<Cache, 'stats' | 'clear'>;

/** What the routes can ask of the limits. */
interface LimitsOperations {
  readonly origins: Pick<Limits['origins'], 'show' | 'waiting'>;
  readonly isShared: Limits['isShared'];
}

/** What the routes can ask of the service. */
export interface Operations extends WatchOperations {
  health(): HealthReport & LoadReport;
  /** Of the release. */
  readonly version: string;
  /**
   * Understands a transcript that did not come over the streams.
   *
   * @param options.mayQueue it had rather wait than have rules answer in place of a model
   * @throws ModelUnavailable where it has to; the signal's reason when it is aborted
   */
  recognise(
    transcript: Transcript,
    options: { readonly cacheMode?: CacheMode; readonly mayQueue?: true; readonly signal: AbortSignal },
  ): Promise<RecognizedTranscript>;
  /** Language of a transcript that names none. */
  readonly defaultLanguage: string;
  /** @throws an error where the books cannot be read */
  costs(asked: Parameters<CostBooks['report']>[0]): ReturnType<CostBooks['report']>;
  /** Undefined where no cache is kept, because no model is asked. */
  cache(): CacheOperations | undefined;
  /** Undefined where no model is asked. */
  limits(): LimitsOperations | undefined;
  /** Undefined where no model is asked. */
  models(): Pick<LanguageModel, 'described' | 'probe'> | undefined;
  readonly mode: Pick<Modes, 'current' | 'set'>;
  readonly idempotency: Pick<AnswerOnce, 'once'>;
  /** Where requests wait until a model can be asked. */
  readonly queue: Pick<Queueing, 'add' | 'find' | 'isLost' | 'callbackProblem'>;
  readonly events: Pick<LiveEvents, 'subscribe'>;
  /** Of so many days, 1 to 90. @throws an error of Redis */
  stats(days: number): Promise<Statistics>;
  readonly deadLetters: Pick<DeadLetters, 'list' | 'replay'>;
}

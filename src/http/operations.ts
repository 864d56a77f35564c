import type { Cache } from '../cache/cache.ts';
import type { CacheMode } from '../intent/recognise.ts';
import type { RecognizedTranscript } from '../intent/recognition.ts';
import type { Transcript } from '../intent/transcript.ts';
import type { Modes } from '../mode/modes.ts';
import type { HealthReport } from '../telemetry/health.ts';

/** What the routes can ask of the cache. */
export type CacheOperations = Pick<Cache, 'stats' | 'clear'>;

/** What the routes can ask of the service. */
export interface Operations {
  health(): HealthReport;
  isReady(): boolean;
  metrics(): Promise<{ readonly contentType: string; readonly body: string }>;
  /** Understands a transcript that did not come over the streams. @throws the signal's reason when it is aborted */
  recognise(
    transcript: Transcript,
    options: { readonly cacheMode?: CacheMode; readonly signal: AbortSignal },
  ): Promise<RecognizedTranscript>;
  /** Language of a transcript that names none. */
  readonly defaultLanguage: string;
  /** Undefined where no cache is kept, because no model is asked. */
  cache(): CacheOperations | undefined;
  readonly mode: Pick<Modes, 'current' | 'set'>;
}

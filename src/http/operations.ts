import type { Cache } from '../cache/cache.ts';
import type { RecognizedTranscript } from '../intent/recognition.ts';
import type { Transcript } from '../intent/transcript.ts';
import type { HealthReport } from '../telemetry/health.ts';

/** What the routes can ask of the cache. */
export type CacheOperations = Pick<Cache, 'stats' | 'clear'>;

/** What the routes can ask of the service. */
export interface Operations {
  health(): HealthReport;
  isReady(): boolean;
  metrics(): Promise<{ readonly contentType: string; readonly body: string }>;
  /** Understands a transcript that did not come over the streams. */
  recognise(transcript: Transcript): Promise<RecognizedTranscript>;
  /** Language of a transcript that names none. */
  readonly defaultLanguage: string;
  /** Absent where no cache is kept: then there are no routes for it. */
  readonly cache?: CacheOperations;
}

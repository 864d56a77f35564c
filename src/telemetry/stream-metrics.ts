import { Counter, Gauge, type Registry } from 'prom-client';
import type { FallbackReason, RecognizedTranscript } from '../intent/recognition.ts';
import type { DeadLetterReason } from '../stream/dead-letters.ts';
import type { Depths } from '../stream/depths.ts';
import { createAskedGauge, shared } from './asked-gauge.ts';
import { createBatchedCounter } from './batched-counter.ts';
import { createDurations } from './durations.ts';

/** What Prometheus is told about entries and intents. The names are part of the contract. */
export interface StreamMetrics {
  recognized(recognized: RecognizedTranscript): void;
  skipped(reason: string): void;
  deadLettered(reason: DeadLetterReason): void;
  reclaimed(count: number): void;
  failed(): void;
  owner(stream: string, owns: boolean): void;
}

// From a tenth of a millisecond, what the rules take, to the ten seconds nobody waits for. 3 and 5 are what the rules of
// dashboards/prometheus/ count against.
const SECONDS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 3, 5, 10,
];

const DEAD_LETTER_REASONS: readonly DeadLetterReason[] = Object.keys({
  missing_transcript: 0,
  invalid_utf8: 0,
  oversize: 0,
  failed: 0,
} satisfies Record<DeadLetterReason, 0>) as DeadLetterReason[];

const FALLBACK_REASONS: readonly FallbackReason[] = Object.keys({
  circuit_open: 0,
  budget_exceeded: 0,
  rate_limited: 0,
  timeout: 0,
  provider_error: 0,
  invalid_output: 0,
  no_provider: 0,
  mode: 0,
  ledger_unavailable: 0,
  queue_full: 0,
} satisfies Record<FallbackReason, 0>) as FallbackReason[];

/** Languages a label may show; a sender can write anything, and a label must stay bounded. */
const LANGUAGES = new Set([
  'pl',
  'en',
  'de',
  'fr',
  'es',
  'it',
  'nl',
  'cs',
  'sk',
  'uk',
  'pt',
  'sv',
  'da',
  'nb',
  'fi',
]);
const OTHER_LANGUAGE = 'other';

/**
 * @param depths asked at every scrape; undefined is unknown, and not 0
 */
export function createStreamMetrics(registry: Registry, depths: () => Promise<Depths>): StreamMetrics {
  const registers = [registry];
  const recognitions = createBatchedCounter({
    name: 'intent_recognition_total',
    help: 'Transcripts answered, by outcome, by who answered and by language.',
    labelNames: ['status', 'source', 'language'],
    registers,
  });
  const intents = createBatchedCounter({
    name: 'intent_recognized_total',
    help: 'Transcripts recognised, by what they ask for; several actions in one count as "multiple".',
    labelNames: ['intent_type'],
    registers,
  });
  const durations = createDurations(registry, {
    name: 'intent_recognition_duration_seconds',
    help: 'Time from reading a transcript to publishing its answer.',
    label: 'source',
    buckets: SECONDS,
  });
  const fallbacks = createBatchedCounter({
    name: 'intent_fallback_total',
    help: 'Transcripts for which a better resolver was passed over, by reason.',
    labelNames: ['reason'],
    registers,
  });
  const reclaimed = new Counter({
    name: 'stream_reclaimed_total',
    help: 'Entries taken over that an earlier owner had left pending.',
    registers,
  });
  const deadLetters = new Counter({
    name: 'stream_dead_letters_total',
    help: 'Entries given up, by reason.',
    labelNames: ['reason'],
    registers,
  });
  const skipped = new Counter({
    name: 'stream_skipped_total',
    help: 'Entries settled without an answer, by reason.',
    labelNames: ['reason'],
    registers,
  });
  const failures = new Counter({
    name: 'stream_failures_total',
    help: 'Failed tries to answer a transcript that are ours to answer for.',
    registers,
  });
  const owner = new Gauge({
    name: 'stream_owner',
    help: '1 where this replica owns the input stream.',
    labelNames: ['stream'],
    registers,
  });
  const depthsNow = shared(depths);
  createAskedGauge(registry, {
    name: 'stream_lag',
    help: 'Entries on the input streams not delivered to the group yet; NaN where Redis cannot tell.',
    ask: async () => (await depthsNow()).lag,
  });
  createAskedGauge(registry, {
    name: 'stream_pending',
    help: 'Entries on the input streams delivered to the group and not settled; NaN where Redis cannot tell.',
    ask: async () => (await depthsNow()).pending,
  });
  createAskedGauge(registry, {
    name: 'stream_oldest_entry_seconds',
    help: 'Age of the oldest entry on the input streams that is not settled; 0 where there is none, NaN where Redis cannot tell.',
    ask: async () => (await depthsNow()).oldestSeconds,
  });
  for (const reason of DEAD_LETTER_REASONS) deadLetters.inc({ reason }, 0);

  const recognition = remember((status: string) =>
    remember((source: string) =>
      remember((language: string) => recognitions.with({ status, source, language })),
    ),
  );
  const intent = remember((type: string) => intents.with({ intent_type: type }));
  const duration = remember((source: string) => durations.with(source));
  const fallback = remember((reason: FallbackReason) => fallbacks.with({ reason }));
  // What never happened is 0: what appears out of nothing is no increase for Prometheus, and nobody would be told.
  for (const reason of FALLBACK_REASONS) fallback(reason);
  for (const language of [...LANGUAGES, OTHER_LANGUAGE]) recognition('expired')('none')(language);

  return {
    recognized({ transcript, recognition: { meaning, source, fallbackReason }, latencyMs, traceparent }) {
      recognition(meaning.status)(source)(languageLabel(transcript.language))();
      duration(source)(latencyMs / 1000, traceparent);
      if (fallbackReason) fallback(fallbackReason)();
      if (meaning.status !== 'recognized') return;
      const [first, ...others] = meaning.kind === 'action' ? meaning.actions : [meaning.query];
      if (first) intent(others.length > 0 ? 'multiple' : first.intent)();
    },
    skipped: (reason) => skipped.inc({ reason }),
    deadLettered: (reason) => deadLetters.inc({ reason }),
    reclaimed: (count) => reclaimed.inc(count),
    failed: () => failures.inc(),
    owner: (stream, owns) => owner.set({ stream }, owns ? 1 : 0),
  };
}

function languageLabel(tag: string): string {
  if (LANGUAGES.has(tag)) return tag;
  const dash = tag.indexOf('-');
  const language = (dash < 0 ? tag : tag.slice(0, dash)).toLowerCase();
  return LANGUAGES.has(language) ? language : OTHER_LANGUAGE;
}

/** Keeps what was made for each name. */
function remember<Name extends string, Value>(make: (name: Name) => Value): (name: Name) => Value {
  const made = new Map<Name, Value>();
  return (name) => {
    let value = made.get(name);
    if (value === undefined) {
      value = make(name);
      made.set(name, value);
    }
    return value;
  };
}

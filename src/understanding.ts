import { type Context, createTraceState, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config/schema.ts';
import { DocumentError, type Mistake } from './documents/located-yaml.ts';
import type { Recognise } from './intent/recognise.ts';
import type { RecognizedTranscript } from './intent/recognition.ts';
import { formatTraceparent } from './intent/trace-parent.ts';
import type { TraceParent, Transcript } from './intent/transcript.ts';
import type { Utterance } from './intent/utterance.ts';
import { collapse } from './language/fold.ts';
import { knowledgeOf } from './language/languages.ts';
import { entitiesTouched } from './lexicon/entities-touched.ts';
import { loadHome } from './lexicon/home-document.ts';
import { createPolicy } from './policy/policy.ts';
import { createRecognise } from './recognise/recognise.ts';
import type { Resolver } from './recognise/resolver.ts';
import { createRulesResolver, createUnclear } from './recognise/rules-step.ts';
import { createMatcher } from './rules/create-matcher.ts';
import { createInterpreter } from './rules/interpret.ts';
import { loadPacks } from './rules/load-packs.ts';
import { loadRules } from './rules/load-rules.ts';

/** What understands transcripts, and what it was made of. */
export interface Understanding {
  readonly recognise: Recognise;
  /** How much was loaded, for a person. */
  readonly inventory: Readonly<Record<string, number>>;
}

/**
 * Loads the rules and the home, and lays the path of a transcript through the configured resolvers.
 *
 * @throws DocumentError with every mistake in both files
 */
export async function loadUnderstanding(config: Config): Promise<Understanding> {
  const { recognition, policy, files } = config;
  const [{ rules, notMapped }, home] = await together(
    loadRules(files.intents).then((local) => loadPacks(local, config.rules.packs)),
    loadHome(files.home),
  );
  const resolvers: Readonly<Partial<Record<string, Resolver>>> = {
    rules: createRulesResolver({
      match: createMatcher({ rules, home, defaultLanguage: recognition.language_default }),
      interpret: createInterpreter({ home, threshold: recognition.threshold }),
    }),
    llm: withoutProvider,
  };
  const decide = createPolicy({
    rules: policy.rules.map(({ action, device_class: deviceClass, decision }) => ({
      action,
      decision,
      ...(deviceClass !== undefined && { deviceClass }),
    })),
    deviceClasses: (action) =>
      new Set(entitiesTouched(action, home).flatMap(({ deviceClass }) => deviceClass ?? [])),
  });

  return {
    recognise: createRecognise({
      normalise: toUtterance,
      resolvers: recognition.resolvers.flatMap((name) => resolvers[name] ?? []),
      decide: (meaning, { language }) => decide(meaning, language),
      unclear: createUnclear((language) => knowledgeOf(language).phrases.unclear),
    }),
    inventory: {
      rules: rules.rules.length,
      languages: rules.languages.size,
      areas: home.areas.length,
      entities: home.entities.length,
      ...(notMapped.length > 0 && { 'pack intents left out': notMapped.length }),
    },
  };
}

/** The model step while no provider is configured: whoever answers instead can say why. */
const withoutProvider: Resolver = {
  source: 'llm',
  resolve: () => ({ kind: 'pass', reason: 'no_provider' }),
};

function toUtterance({ text, language, room }: Transcript): Utterance {
  const dash = language.indexOf('-');
  return {
    text: collapse(text),
    language: (dash < 0 ? language : language.slice(0, dash)).toLowerCase(),
    ...(room !== undefined && { room }),
  };
}

/** Waits for both, and puts what is wrong with both into one error. */
async function together<One, Other>(one: Promise<One>, other: Promise<Other>): Promise<[One, Other]> {
  const [first, second] = await Promise.allSettled([one, other]);
  if (first.status === 'fulfilled' && second.status === 'fulfilled') return [first.value, second.value];
  const mistakes: Mistake[] = [];
  for (const result of [first, second]) {
    if (result.status === 'fulfilled') continue;
    if (!(result.reason instanceof DocumentError)) throw result.reason;
    mistakes.push(...result.reason.mistakes);
  }
  throw new DocumentError(mistakes);
}

/**
 * Understands one transcript that did not come over the streams, under a span of its own.
 *
 * @throws what the resolvers throw for a defect of ours
 */
export async function recogniseRequest(
  transcript: Transcript,
  {
    understanding,
    config,
    clock = systemClock,
  }: { understanding: Understanding; config: Config; clock?: Clock },
): Promise<RecognizedTranscript> {
  const started = clock.monotonic();
  const parent = transcript.trace ? callerContext(transcript.trace) : ROOT_CONTEXT;
  const span = trace.getTracer('llm-intent').startSpan('recognise', { kind: SpanKind.SERVER }, parent);
  try {
    const recognition = await understanding.recognise(transcript, { signal: NEVER, span });
    const now = clock.now();
    const maxAgeMs = config.streams.max_age_seconds * 1000;
    const context = span.spanContext();
    const tracestate = context.traceState?.serialize();
    return {
      transcript,
      recognition,
      ...(maxAgeMs > 0 && { expiresAt: new Date(now + maxAgeMs).toISOString() }),
      latencyMs: Math.round((clock.monotonic() - started) * 1000) / 1000,
      processorId: config.processor_id,
      processedAt: new Date(now).toISOString(),
      ...(trace.isSpanContextValid(context) && { traceparent: formatTraceparent(context) }),
      ...(tracestate && { tracestate }),
    };
  } finally {
    span.end();
  }
}

function callerContext({ tracestate, ...ids }: TraceParent): Context {
  return trace.setSpanContext(ROOT_CONTEXT, {
    ...ids,
    isRemote: true,
    ...(tracestate !== undefined && { traceState: createTraceState(tracestate) }),
  });
}

/** Nothing ends the wait for a single request; resolvers have deadlines of their own. */
const NEVER = new AbortController().signal;

import { type Context, createTraceState, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config/schema.ts';
import { DocumentError, type Mistake } from './documents/located-yaml.ts';
import type { Recognise } from './intent/recognise.ts';
import type { Action, Meaning, RecognizedTranscript } from './intent/recognition.ts';
import { formatTraceparent } from './intent/trace-parent.ts';
import type { TraceParent, Transcript } from './intent/transcript.ts';
import type { Utterance } from './intent/utterance.ts';
import { collapse } from './language/fold.ts';
import { knowledgeOf } from './language/languages.ts';
import { collisionNotices } from './lexicon/collision-notices.ts';
import { domainNotices, domainsKnownIn, unknownDomain } from './lexicon/domains.ts';
import { entitiesTouched } from './lexicon/entities-touched.ts';
import type { Home } from './lexicon/home.ts';
import { loadHome } from './lexicon/home-document.ts';
import { patternsMeet } from './policy/action-pattern.ts';
import { createWallClock, parseHours } from './policy/hours.ts';
import { createPolicy, type Thing } from './policy/policy.ts';
import { reviewPolicy } from './policy/review.ts';
import type { PolicyRule } from './policy/rule.ts';
import { createRecognise } from './recognise/recognise.ts';
import type { Resolver } from './recognise/resolver.ts';
import { createRulesResolver, createUnclear } from './recognise/rules-step.ts';
import { createMatcher } from './rules/create-matcher.ts';
import { createInterpreter } from './rules/interpret.ts';
import { loadPacks } from './rules/load-packs.ts';
import { loadRules } from './rules/load-rules.ts';
import type { Match } from './rules/matcher.ts';
import type { Rule, Rules } from './rules/rules.ts';

/** What understands transcripts, and what it was made of. */
export interface Understanding {
  readonly recognise: Recognise;
  /** What the rules alone can make of a transcript, best first, for `recognize --explain`. */
  readonly readings: (transcript: Transcript) => readonly Match[];
  /** What is wrong with a room that this home does not have, for a person; undefined for one that it has. */
  readonly unknownRoom: (room: string) => string | undefined;
  /** How much was loaded, for a person. */
  readonly inventory: Readonly<Record<string, number>>;
  /** What is no mistake but worth a look, for a person. */
  readonly notices: readonly string[];
}

/**
 * Loads the rules and the home, and lays the path of a transcript through the configured resolvers.
 *
 * @throws DocumentError with every mistake in both files, or in what the configuration says about this home
 */
export async function loadUnderstanding(
  config: Config,
  { clock = systemClock }: { clock?: Clock } = {},
): Promise<Understanding> {
  const { recognition, files } = config;
  const [{ rules, notMapped }, home] = await together(
    loadRules(files.intents).then((local) => loadPacks(local, config.rules.packs)),
    loadHome(files.home),
  );
  const match = createMatcher({ rules, home, defaultLanguage: recognition.language_default });
  const resolvers: Readonly<Partial<Record<string, Resolver>>> = {
    rules: createRulesResolver({
      match,
      interpret: createInterpreter({ home, threshold: recognition.threshold }),
    }),
    llm: withoutProvider,
  };

  return {
    recognise: createRecognise({
      normalise: toUtterance,
      resolvers: recognition.resolvers.flatMap((name) => resolvers[name] ?? []),
      decide: createDecision({ config, home, clock }),
      unclear: createUnclear((language) => knowledgeOf(language).phrases.unclear),
    }),
    readings: (transcript) => match(toUtterance(transcript)),
    unknownRoom: (room) => (home.areaOfRoom(room) ? undefined : noSuchRoom(room, { home, config })),
    inventory: {
      rules: rules.rules.length,
      languages: rules.languages.size,
      areas: home.areas.length,
      entities: home.entities.length,
      ...(notMapped.length > 0 && { 'pack intents left out': notMapped.length }),
    },
    notices: [
      ...domainNotices(
        local(rules).map(({ action }) => action),
        home,
      ),
      ...collisionNotices(home, rules.languages),
    ],
  };
}

function noSuchRoom(room: string, { home, config }: { home: Home; config: Config }): string {
  const known = home.areas.map(({ id }) => id).join(', ');
  return `there is no room "${room}" in ${config.files.home}; expected one of ${known}`;
}

/** The rules of the operator's own file: those of packs have intents for actions. */
function local({ rules }: Rules): readonly Rule[] {
  return rules.filter((rule) => rule.form === 'pattern' || !rule.pack);
}

/**
 * Policy as the configuration says, in this home.
 *
 * @throws DocumentError with every rule that can never decide, trusts too much, or names a room or a domain that is not there
 */
function createDecision({
  config,
  home,
  clock,
}: {
  config: Config;
  home: Home;
  clock: Clock;
}): (meaning: Meaning, utterance: Utterance) => Meaning {
  const { policy, mistakeAt } = config;
  const mistakes: Mistake[] = [];
  const domains = domainsKnownIn(home);
  const rules = policy.rules.map(({ action, decision, device_class, rooms, users, hours }, index) => {
    // A slip in a domain would leave open what somebody thinks is locked.
    if (![...domains].some((domain) => patternsMeet(action, `${domain}.*`))) {
      mistakes.push(mistakeAt(['policy', 'rules', index, 'action'], unknownDomain(action, domains)));
    }
    const areas = rooms?.flatMap((room, position) => {
      const area = home.areaOfRoom(room);
      if (area) return [area.id];
      const message = noSuchRoom(room, { home, config });
      mistakes.push(mistakeAt(['policy', 'rules', index, 'rooms', position], message));
      return [];
    });
    const inHours = hours === undefined ? undefined : parseHours(hours);
    if (hours !== undefined && !inHours) {
      const message = `expected hours of the day such as 22:00-06:00, and an end that is not their beginning`;
      mistakes.push(mistakeAt(['policy', 'rules', index, 'hours'], message));
    }
    return {
      action,
      decision,
      ...(device_class !== undefined && { deviceClass: device_class }),
      ...(areas && { rooms: areas }),
      ...(users && { users }),
      ...(inHours && { hours: inHours }),
    } satisfies PolicyRule;
  });
  // A rule that lost its room or its hours would look as if it were about everything.
  const findings = mistakes.length > 0 ? [] : reviewPolicy(rules, { trustUser: policy.trust_user });
  for (const { index, message } of findings) mistakes.push(mistakeAt(['policy', 'rules', index], message));
  if (mistakes.length > 0) throw new DocumentError(mistakes);

  const decide = createPolicy({
    rules,
    things: (action) => thingsOf(action, home),
    wallClock: createWallClock(config.time_zone),
  });
  return (meaning, { language, room, user }) => {
    const area = room === undefined ? undefined : home.areaOfRoom(room);
    return decide(meaning, {
      language,
      now: clock.now(),
      ...(area && { room: area.id }),
      ...(user !== undefined && { user }),
    });
  };
}

/** What an action is done to. What it names or points at and the home does not have is unknown. */
function thingsOf(action: Action, home: Home): readonly Thing[] {
  const { entity_id: target, area, floor } = action.entities;
  const domain = action.intent.slice(0, action.intent.indexOf('.'));
  // Home Assistant's own actions, `homeassistant.turn_off`, are done to whatever stands there.
  const domains =
    domain === 'homeassistant' ? new Set(home.entities.map((entity) => entity.domain)) : [domain];
  const touched = [...domains].flatMap((one) =>
    entitiesTouched({ intent: `${one}.turn_on`, entities: action.entities }, home),
  );
  const known = [...new Set(touched)].map(
    ({ id, domain: ofDomain, names: [name = id], deviceClass }): Thing => ({
      domain: ofDomain,
      name,
      isKnown: true,
      ...(deviceClass !== undefined && { deviceClass }),
    }),
  );
  const named = target === undefined || target === 'all' ? [] : [target].flat().map(String);
  const unknown = named.filter((id) => !home.entity(id));
  if (known.length + unknown.length === 0 && (area !== undefined || floor !== undefined)) {
    return [{ domain, name: action.intent, isKnown: false }];
  }
  return [
    ...known,
    ...unknown.map((id) => ({ domain: id.slice(0, id.indexOf('.')), name: id, isKnown: false })),
  ];
}

/** The model step while no provider is configured: whoever answers instead can say why. */
const withoutProvider: Resolver = {
  source: 'llm',
  resolve: () => ({ kind: 'pass', reason: 'no_provider' }),
};

function toUtterance({ text, language, room, user }: Transcript): Utterance {
  const dash = language.indexOf('-');
  return {
    text: collapse(text),
    language: (dash < 0 ? language : language.slice(0, dash)).toLowerCase(),
    ...(room !== undefined && { room }),
    ...(user !== undefined && { user }),
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

import { type Clock, systemClock } from './clock.ts';
import { type Compiled, compiled } from './compiled.ts';
import type { Config } from './config/schema.ts';
import { createDiscourse } from './conversation/discourse.ts';
import { responseTo } from './conversation/response-to.ts';
import { createShortMemory } from './conversation/short-memory.ts';
import { takeBack } from './conversation/take-back.ts';
import {
  createDecision,
  noSuchRoom,
  requireOneLimitEach,
  requireRoomIds,
  requireSatelliteRooms,
} from './decision.ts';
import { formatMistake } from './documents/located-yaml.ts';
import { together } from './documents/together.ts';
import type { Recognise } from './intent/recognise.ts';
import type { FallbackReason, Meaning, Recognition } from './intent/recognition.ts';
import type { Transcript } from './intent/transcript.ts';
import type { Utterance } from './intent/utterance.ts';
import { answersIn, readAnswer, saysNoMore, waysIn } from './language/answers.ts';
import { askWhich } from './language/asking-which.ts';
import { collapse } from './language/fold.ts';
import { knowledgeOf } from './language/languages.ts';
import { createChooser } from './lexicon/choose.ts';
import { collisionNotices } from './lexicon/collision-notices.ts';
import { deviceClassNotices } from './lexicon/device-classes.ts';
import { domainNotices } from './lexicon/domains.ts';
import { entitiesTouched } from './lexicon/entities-touched.ts';
import { entranceNotices } from './lexicon/entrances.ts';
import type { Home } from './lexicon/home.ts';
import { loadHome } from './lexicon/home-document.ts';
import { type ModelPlan, planModels } from './plan-models.ts';
import { type AskingWords, createAsking } from './recognise/asking.ts';
import { createRecognise } from './recognise/recognise.ts';
import type { Resolver } from './recognise/resolver.ts';
import { createRulesResolver, createUnclear, type PastOf } from './recognise/rules-step.ts';
import { createInterpreter } from './rules/interpret.ts';
import { loadPacks } from './rules/load-packs.ts';
import { loadRules } from './rules/load-rules.ts';
import type { Match, Matcher } from './rules/matcher.ts';
import { plainResponses } from './rules/plain-responses.ts';
import type { Rules } from './rules/rules.ts';
import { actionsIn, localRules } from './rules/rules-for-models.ts';

/** What is known of the home and of what people say, as the files tell. */
export interface Knowledge {
  readonly rules: Rules;
  readonly home: Home;
  readonly match: Compiled['match'];
  /** Finds what is worth asking a model about; made when it is first asked for. */
  readonly shortlist: Compiled['shortlist'];
  /** What policy makes of a meaning. */
  readonly decide: (meaning: Meaning, utterance: Utterance) => Meaning;
  /** Who may be asked beside the rules. */
  readonly plan: ModelPlan;
  /** How much was loaded, for a person. */
  readonly inventory: Readonly<Record<string, number>>;
  /** What is no mistake but worth a look, for a person. */
  readonly notices: readonly string[];
}

/** What understands transcripts. */
export interface Understanding {
  readonly recognise: Recognise;
  /** What the rules alone can make of a transcript, best first, for `recognize --explain`. */
  readonly readings: (transcript: Transcript) => readonly Match[];
  /** Every action that the rules have sentences for. */
  readonly actions: ReadonlySet<string>;
  /** By which sentences something is read in a language that no rule speaks, for a person; undefined for one that is spoken. */
  readonly unknownLanguage: (language: string) => string | undefined;
  /** What is wrong with a room that this home does not have, for a person; undefined for one that it has. */
  readonly unknownRoom: (room: string) => string | undefined;
}

/** What was asked back, and who is told what becomes of that. */
export type AskedBack = Pick<Parameters<typeof createAsking>[0], 'questions' | 'happened'>;

/** The steps that need Redis and money. */
export type PaidSteps = Readonly<Partial<Record<'cache' | 'llm', Resolver>>>;

/**
 * Loads the rules, the home, and what is known of the models that are to be asked.
 *
 * @param warmsUp so that the first answers come as soon as all others: for whoever answers many
 * @throws DocumentError with every mistake in the files, or in what the configuration says about this home or its models
 */
export async function loadKnowledge(
  config: Config,
  { clock = systemClock, warmsUp = false }: { clock?: Clock; warmsUp?: boolean } = {},
): Promise<Knowledge> {
  const { recognition, files } = config;
  const loading = loadPacks(loadRules(files.intents), config.rules.packs);
  // What is wrong with the rules is told by whoever waits for them.
  const acting = loading.then(
    ({ rules }) => actionsIn(rules),
    () => undefined,
  );
  const [{ rules, leftOut }, { home, decide }, plan] = await together([
    loading,
    loadHome(files.home).then(async (home) => {
      requireRoomIds(config, home);
      requireOneLimitEach(config, home);
      requireSatelliteRooms(config, home);
      return { home, decide: createDecision({ config, home, clock, actions: await acting }) };
    }),
    planModels(config, clock),
  ]);
  const { language_default: defaultLanguage } = recognition;
  const { match, shortlist, warmUp } = compiled({ rules, home, defaultLanguage });
  if (warmsUp) await warmUp();
  return {
    rules,
    home,
    plan,
    match,
    shortlist,
    decide,
    inventory: {
      rules: rules.rules.length,
      languages: rules.languages.size,
      areas: home.areas.length,
      entities: home.entities.length,
      models: plan.models.length,
    },
    notices: [
      ...domainNotices(
        localRules(rules).rules.map(({ action }) => action),
        home,
      ),
      ...deviceClassNotices(home),
      ...entranceNotices(home, recognition.language_default),
      ...collisionNotices(home, rules.languages),
      ...leftOut.map(formatMistake),
    ],
  };
}

/**
 * Lays the path of a transcript through the configured resolvers.
 *
 * @param steps what stands beside the rules; without them, only the rules are asked
 * @param questions what was asked back; absent: answers are not understood
 * @param answered told what became of each transcript
 * @param pastOf what was said before; without it what this process heard of late
 */
export function createUnderstanding(
  { rules, home, match: matchParts, decide, plan }: Knowledge,
  {
    config,
    clock = systemClock,
    steps = {},
    questions,
    answered,
    pastOf,
  }: {
    config: Config;
    clock?: Clock;
    steps?: PaidSteps;
    questions?: AskedBack;
    answered?: (transcript: Transcript, recognition: Recognition) => void;
    pastOf?: PastOf;
  },
): Understanding {
  const { recognition } = config;
  const memory = pastOf ? undefined : createShortMemory(clock);
  const before: PastOf = pastOf ?? memory?.pastOf ?? (() => []);
  const interpret = createInterpreter({ home, threshold: recognition.threshold });
  const match: Matcher = Object.assign(
    (...said: Parameters<Matcher>) => matchParts(...said).filter(({ isTimed }) => !isTimed),
    { meant: matchParts.meant, warmUp: matchParts.warmUp },
  );
  const discourse = createDiscourse({
    understand: (utterance, how) =>
      interpret(
        utterance,
        matchParts(utterance, how).filter(({ isAlone }) => !isAlone),
      ),
    meant: match.meant,
    touched: (action) => entitiesTouched(action, home),
    zone: config.time_zone,
    clock,
  });
  const resolvers: Readonly<Partial<Record<string, Resolver>>> = {
    llm: plan.models.length === 0 ? withoutModel('no_provider') : withoutModel('ledger_unavailable'),
    ...steps,
    rules: createRulesResolver({
      match,
      interpret,
      discourse,
      pastOf: before,
    }),
  };
  return {
    recognise: createRecognise({
      normalise: toUtterance,
      ...(questions && {
        asking: createAsking({
          ...questions,
          words: askingWords({ rules, home, match, config, clock, pastOf: before }),
        }),
      }),
      resolvers: recognition.resolvers.flatMap((name) => resolvers[name] ?? []),
      decide,
      unclear: createUnclear((language) => knowledgeOf(language).phrases.unclear),
      deadlineMs: config.llm.deadline_ms,
      clock,
      answered(transcript, found) {
        memory?.add(transcript, found);
        answered?.(transcript, found);
      },
    }),
    readings: (transcript) => match(toUtterance(transcript)),
    actions: actionsIn(rules),
    unknownLanguage: (language) => {
      const asked = toUtterance({ text: '', frameId: '', language }).language;
      if (rules.languages.has(asked)) return undefined;
      const instead = [...new Set([recognition.language_default, 'en'])].join(', then ');
      const spoken = [...rules.languages].join(', ');
      return `no rule speaks the language "${language}", so it is read as ${instead}; there are sentences in ${spoken}`;
    },
    unknownRoom: (room) => (home.areaOfRoom(room) ? undefined : noSuchRoom(room, { home, config })),
  };
}

/**
 * What understands by the rules alone: no Redis, no money, no model.
 *
 * @throws as `loadKnowledge`
 */
export async function loadUnderstanding(
  config: Config,
  parts: { clock?: Clock } = {},
): Promise<Understanding> {
  return createUnderstanding(await loadKnowledge(config, parts), { config, ...parts });
}

/** How answers are read and questions put in the languages of this home. */
function askingWords({
  rules,
  home,
  match,
  config,
  clock,
  pastOf,
}: Pick<Knowledge, 'rules' | 'home' | 'match'> & {
  readonly config: Config;
  readonly clock: Clock;
  readonly pastOf: PastOf;
}): AskingWords {
  const interpret = createInterpreter({ home, threshold: config.recognition.threshold });
  const plain = plainResponses(rules);
  // As for the rules: a wrong tag is likelier than a language nobody wrote words for.
  const spoken = [config.recognition.language_default, 'en'];
  return {
    read: (utterance) => readAnswer(utterance, spoken),
    answersIn: (language) => answersIn(language, spoken),
    waysIn: ({ text, language }) => waysIn(text, language),
    saysNoMore: (rest, language, ways) => saysNoMore(rest, { language, spoken, ways }),
    understand: (utterance) => interpret(utterance, match(utterance))?.meaning,
    takeBack(utterance) {
      const past = pastOf(utterance);
      return past instanceof Promise
        ? past.then((turns) => takeBack(utterance, turns))
        : takeBack(utterance, past);
    },
    choose: createChooser(home),
    phrases: (language) => knowledgeOf(language).phrases,
    responseTo: (actions, language) =>
      responseTo(actions, {
        plain: (intent) => plain(intent, language),
        phrases: knowledgeOf(language).phrases,
        now: clock.now(),
        zone: config.time_zone,
      }),
    askWhich: (phrases, labels) => askWhich(phrases, { labels }),
  };
}

/** The model step where there is none: whoever answers instead can say why. */
function withoutModel(reason: FallbackReason): Resolver {
  return { source: 'llm', resolve: () => ({ kind: 'pass', reason }) };
}

function toUtterance({ text, frameId, language, room, user, sessionId, spokenAt }: Transcript): Utterance {
  const dash = language.indexOf('-');
  return {
    text: collapse(text),
    frameId,
    language: (dash < 0 ? language : language.slice(0, dash)).toLowerCase(),
    ...(room !== undefined && { room }),
    ...(user !== undefined && { user }),
    ...(sessionId !== undefined && { sessionId }),
    ...(spokenAt !== undefined && { saidAt: spokenAt }),
  };
}

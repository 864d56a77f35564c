import { hash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { createAnswerBooks } from './budget/answer-books.ts';
import { createKeyedHash } from './budget/keyed-hash.ts';
import { createLedger, LEDGER_DEFAULTS, type Ledger } from './budget/ledger.ts';
import type { LedgerEvents } from './budget/ledger-events.ts';
import { encodeThreshold } from './budget/thresholds.ts';
import { createWebhook } from './budget/webhook.ts';
import { type Cache, type CacheUse, createCache } from './cache/cache.ts';
import { type Circumstances, createCacheKeys } from './cache/key.ts';
import { openRedisBackend } from './cache/redis-backend.ts';
import { cacheFileIn, openSqliteBackend } from './cache/sqlite-backend.ts';
import type { Clock } from './clock.ts';
import { budgetLimits } from './config/budget-limits.ts';
import type { Config } from './config/schema.ts';
import { type Conversation, createConversation } from './conversation/conversation.ts';
import { createRoomPrivacy } from './conversation/room-privacy.ts';
import type { Mode } from './intent/mode.ts';
import { originOf } from './intent/origin.ts';
import type { CacheMode } from './intent/recognise.ts';
import type { Action, Recognition } from './intent/recognition.ts';
import type { Spending } from './intent/spending.ts';
import type { Transcript } from './intent/transcript.ts';
import type { Utterance } from './intent/utterance.ts';
import { askWhich } from './language/asking-which.ts';
import { knowledgeOf } from './language/languages.ts';
import { objectionTo } from './language/objection.ts';
import { saidAlike } from './language/said-alike.ts';
import { standsAlone } from './language/stands-alone.ts';
import type { NamedAction } from './language/untimely.ts';
import type { Home } from './lexicon/home.ts';
import { createPlaceNamed } from './lexicon/place-named.ts';
import { createLimits, type Limits, type LimitsEvents } from './limits/limits.ts';
import { type Arm, createAssignment } from './llm/experiment.ts';
import type { LanguageModel } from './llm/language-model.ts';
import { createLanguageModel } from './llm/language-model.ts';
import type { ModelEvents } from './llm/model-events.ts';
import { templateSettings } from './llm/template-settings.ts';
import { rulesGoFirst } from './plan-models.ts';
import { createCacheResolver } from './recognise/cache-step.ts';
import { createModeResolver } from './recognise/mode-step.ts';
import { FULL_ONLY, type ModeWatch, watchModels, watchSpending } from './recognise/mode-watch.ts';
import { createModelResolver } from './recognise/model-step.ts';
import { onceEach } from './recognise/once-each.ts';
import { catalogueOf } from './rules/catalogue.ts';
import { createInterpreter } from './rules/interpret.ts';
import { plainResponses } from './rules/plain-responses.ts';
import { createReadingTarget, type ReadingTarget } from './rules/reading-target.ts';
import { heardRules, localRules } from './rules/rules-for-models.ts';
import { createShortlist } from './shortlist/create-shortlist.ts';
import { createOffered } from './shortlist/offered.ts';
import type { Knowledge, PaidSteps } from './understanding.ts';

/** Everything about models: who is asked, what that may cost, what is known already, and what was said before. */
export interface ModelPath {
  readonly steps: PaidSteps;
  /** Keeps what was said for whatever is said next, and counts the answer. */
  answered(transcript: Transcript, recognition: Recognition): void;
  readonly providers: LanguageModel['providers'];
  readonly budget: Ledger['show'];
  /** Resolves when money can be spent. @throws the signal's reason when it is aborted first */
  readonly opened: Ledger['opened'];
  readonly cache: Cache;
  readonly limits: Limits;
  /** Books what calls under way have cost, and lets go. */
  stop(): Promise<void>;
}

/** What becomes of it all, for metrics, health and the log. */
export interface ModelPathEvents {
  readonly model: ModelEvents;
  readonly ledger: LedgerEvents;
  readonly trouble: (part: ModelPathPart, operation: string, message: string) => void;
  readonly recovered: (part: ModelPathPart, operation: string) => void;
  readonly limited: LimitsEvents['limited'];
  readonly lookedUp: (outcome: 'hit' | 'miss' | 'shared') => void;
}

/** What can be in trouble, and be done without for as long. */
type ModelPathPart = 'cache' | 'conversation' | 'limits';

/** Milliseconds that what calls under way have cost may take to be booked when the service stops. */
const BOOKING_MS = 2000;

/**
 * Opens the ledger, the cache and the memory of the talk, and makes the steps of the path out of them.
 *
 * @param connect opens a connection of its own, by name
 * @param guard puts something before the ledger that has to be asked first
 * @param watch knows the mode, and hears what it follows from; absent: everything is asked, always
 * @param isAlone nobody else uses this Redis, so nobody else has to say what it remembers before money is spent
 * @throws an error that says what to do where the budget's journal is damaged or cannot be written
 */
export async function openModelPath({
  knowledge: {
    rules,
    home,
    match,
    plan: { models, arms, economy },
  },
  config,
  connect,
  isAlone,
  guard = (spending) => spending,
  watch = FULL_ONLY,
  clock,
  events,
}: {
  knowledge: Knowledge;
  config: Config;
  connect: (name: string) => Redis;
  isAlone: boolean;
  guard?: (spending: Spending) => Spending;
  watch?: ModeWatch;
  clock: Clock;
  events: ModelPathEvents;
}): Promise<ModelPath> {
  const { llm, redis, data_dir: folder } = config;
  const keyPrefix = redis.key_prefix;
  const books = connect('budget');
  const memory = connect('memory');
  const counts = connect('limits');
  const own = localRules(rules);
  const catalogue = catalogueOf(own);
  const targetOf = rememberTargets(createReadingTarget({ rules: own, home }));
  const areaOf = (room: string): string | undefined => home.areaOfRoom(room)?.id;

  const hashOf = await createKeyedHash(memory, keyPrefix);
  const { url, timeout_ms: timeoutMs } = config.budget.webhook;
  const webhook =
    url === undefined
      ? undefined
      : createWebhook({
          ...{ url, timeoutMs },
          failed: (error) => events.ledger.trouble('call the webhook of the budget', error),
        });
  const ledger = await createLedger({
    redis: books,
    hashOf,
    options: {
      ...LEDGER_DEFAULTS,
      ...(isAlone && { settlingMs: 0 }),
      limits: budgetLimits(config),
      tenant: config.tenant,
      timeZone: config.budget.time_zone,
      keyPrefix,
      folder,
      consumer: config.streams.consumer,
    },
    events: {
      ...events.ledger,
      threshold(reached) {
        events.ledger.threshold(reached);
        webhook?.send({ event: 'budget_threshold', ...encodeThreshold(reached) });
      },
    },
    clock,
  });
  const privacy = createRoomPrivacy({ rooms: config.conversation.rooms, areaOf });
  const limits = openLimits({ config, redis: counts, nameOf: privacy.nameOf, clock, events });
  const cache = await openCache({ config, home, memory, mode: watch.mode, clock, events });
  const responseOf = plainResponses(rules);
  // As for the rules: a wrong tag is likelier than a language nobody wrote rules for.
  const spokenIn = (language: string): readonly string[] =>
    rules.languages.has(language) ? [language] : [config.recognition.language_default, 'en'];
  const tariffs = new Map(models.map(({ choice, tariff }) => [choice, tariff]));
  const model = await createLanguageModel({
    settings: llm,
    arms,
    thriftyChoices: economy,
    tariffOf: (choice) => {
      const tariff = tariffs.get(choice);
      if (!tariff) throw new Error(`${choice.provider}:${choice.model} has no price`);
      return tariff;
    },
    spending: guard(watchSpending(ledger, watch)),
    quota: limits.providers,
    catalogue,
    threshold: config.recognition.threshold,
    phrases: {
      unclear: ({ language }) => knowledgeOf(language).phrases.unclear,
      whichOne: (labels, { language }) => askWhich(knowledgeOf(language).phrases, { labels }),
      recognized(meaning, { language }) {
        const [action] = meaning.kind === 'action' ? meaning.actions : [meaning.query];
        const isOne = meaning.kind === 'query' || meaning.actions.length === 1;
        return action && isOne ? responseOf(action.intent, language) : undefined;
      },
    },
    targetOf: (entry) => targetOf(entry) ?? {},
    objectionTo: (actions, { text, language }) =>
      spokenIn(language)
        .map((spoken) => objectionTo(named(actions, { home, language: spoken }), { text, language: spoken }))
        .find((objection) => objection !== undefined),
    clock,
    random: Math.random,
    events: events.model,
  });
  const conversation = createConversation({
    redis: memory,
    keyPrefix,
    limits: config.conversation,
    privacy,
    countTokens: model.countTokens,
    clock,
    events: {
      trouble: (operation, message) => events.trouble('conversation', operation, message),
      recovered: (operation) => events.recovered('conversation', operation),
      corrupted: () => events.trouble('conversation', 'read', 'a turn could not be read and is left out'),
    },
  });
  const assign = createAssignment(arms);
  /** A room is one origin, whatever it is called. */
  const originIn = ({ user, room }: Utterance): string =>
    originOf({ user, room: room === undefined ? undefined : privacy.nameOf(room) });
  const armOf = (utterance: Utterance): Arm => assign(originIn(utterance));
  const keysOf = new Map(
    arms.map((arm) => [
      arm,
      createCacheKeys({
        circumstances: circumstancesOf({ rules, home, arm, economy }, config),
        spell: saidAlike,
        standsAlone,
        placeNamed: createPlaceNamed(home),
      }),
    ]),
  );
  const keyOf = onceEach((utterance) => keysOf.get(armOf(utterance))?.(utterance));
  const cacheIn = (mode: CacheMode | undefined): CacheUse => (mode ? cache.inMode(mode) : cache);
  const shortlist = createShortlist({
    home,
    rules: heardRules(rules),
    languages: [...new Set([config.recognition.language_default, ...rules.languages])],
  });

  const modelStep = createModelResolver({
    ask: watchModels(model.ask, { watch, clock }),
    shortlist: createOffered({ shortlist, home, rules: own, targetOf }),
    context: {
      turnsOf: ({ room, sessionId, frameId }) =>
        conversation.turnsOf({
          ...(room !== undefined && { room }),
          ...(sessionId !== undefined && { sessionId }),
          ...(frameId !== undefined && { except: frameId }),
        }),
      about(utterance) {
        const { room, text } = utterance;
        const { variant } = armOf(utterance);
        const label = room === undefined ? undefined : (home.areaOfRoom(room)?.names[0] ?? room);
        return {
          now: clock.now(),
          timeZone: config.time_zone,
          staysHome: !privacy.mayLeave(room),
          isThrifty: watch.mode() === 'economy',
          utteranceHash: hashOf('utterance', text),
          origin: originIn(utterance),
          ...(label !== undefined && { room: label }),
          ...(variant !== undefined && { variant }),
        };
      },
      originOf: originIn,
    },
    limits: limits.origins,
    keyOf,
    cache: cacheIn,
    joined: () => events.lookedUp('shared'),
    clock,
  });

  const interpret = createInterpreter({ home, threshold: config.recognition.threshold });
  const hasRules = config.recognition.resolvers.includes('rules');
  const guardedStep = createModeResolver({
    models: modelStep,
    mode: watch.mode,
    needsNoModel: (utterance) => hasRules && interpret(utterance, match(utterance))?.isUncritical === true,
  });
  const talkGoesOn = remember(conversation, clock);
  const answers = createAnswerBooks({
    ...{ redis: books, keyPrefix, dayAt: ledger.dayAt, rulesGoFirst: rulesGoFirst(config), clock },
    failed: (error) => events.ledger.trouble('count what was answered', error),
  });

  return {
    steps: {
      cache: createCacheResolver({
        ...{ keyOf, cache: cacheIn, lookedUp: events.lookedUp },
        waiting: guardedStep.prepare,
      }),
      llm: guardedStep,
    },
    answered(transcript, recognition) {
      talkGoesOn(transcript, recognition);
      answers.answered(recognition);
    },
    providers: model.providers,
    budget: ledger.show,
    opened: ledger.opened,
    cache,
    limits,
    async stop() {
      await Promise.all([ledger.stop(BOOKING_MS), answers.close(BOOKING_MS)]);
      webhook?.close();
      await Promise.all([cache.close(), conversation.close()]);
      limits.close();
      for (const redis of [books, memory, counts]) redis.disconnect();
    },
  };
}

function openCache({
  config: { cache: settings, mode: modes, redis, data_dir: folder },
  home,
  memory,
  mode,
  clock,
  events,
}: {
  config: Config;
  home: Home;
  memory: Redis;
  mode: () => Mode;
  clock: Clock;
  events: ModelPathEvents;
}): Promise<Cache> {
  const { backend } = settings;
  const economySeconds = Math.max(settings.ttl_seconds, modes.economy.ttl_seconds);
  const behind = {
    redis: (heard: Parameters<typeof openRedisBackend>[0]['events']) =>
      openRedisBackend({ redis: memory, keyPrefix: redis.key_prefix, clock, events: heard }),
    sqlite: (heard: Parameters<typeof openRedisBackend>[0]['events']) =>
      openSqliteBackend({ file: cacheFileIn(folder), clock, events: heard }),
  };
  return createCache({
    mode: settings.mode,
    lifetimes: () => ({
      answer: (mode() === 'economy' ? economySeconds : settings.ttl_seconds) * 1000,
      confirmed: settings.confirmed_ttl_seconds * 1000,
      unclear: settings.unclear_ttl_seconds * 1000,
    }),
    local: { entries: settings.local_entries, megabytes: settings.local_megabytes },
    ...(backend !== 'memory' && { connect: behind[backend] }),
    areaOf: (id) => home.entity(id)?.area,
    clock,
    events: {
      trouble: (operation, message) => events.trouble('cache', operation, message),
      recovered: (operation) => events.recovered('cache', operation),
      corrupted: (id) => events.trouble('cache', 'read', `the entry ${id} cannot be read and counts as none`),
    },
  });
}

function openLimits({
  config: { limits: settings, llm, redis: own },
  redis,
  nameOf,
  clock,
  events,
}: {
  config: Config;
  redis: Redis;
  /** One name for a room, however it is called. */
  nameOf: (room: string) => string;
  clock: Clock;
  events: ModelPathEvents;
}): Limits {
  const { origins, queue, ...usual } = settings;
  return createLimits({
    ...{ redis, keyPrefix: own.key_prefix, usual, places: queue, clock },
    own: new Map(
      origins.map(({ origin, minute = usual.minute, hour = usual.hour, day = usual.day }) => [
        originOf({ room: nameOf(origin) }),
        { minute, hour, day },
      ]),
    ),
    providers: new Map(
      Object.entries(llm).flatMap(([provider, said]) => {
        if (said === null || typeof said !== 'object' || !('requests_per_minute' in said)) return [];
        return [[provider, { requests: said.requests_per_minute, tokens: said.tokens_per_minute }]];
      }),
    ),
    events: {
      trouble: (operation, message) => events.trouble('limits', operation, message),
      recovered: (operation) => events.recovered('limits', operation),
      limited: events.limited,
    },
  });
}

/** A home has so many things and places, and as few answers: each is found once. */
function rememberTargets(targetOf: ReadingTarget): ReadingTarget {
  const known = new Map<string, ReturnType<ReadingTarget>>();
  return (entry) => {
    const key = [entry.intent, entry.area, entry.entity_id, entry.label].join('\n');
    if (known.has(key)) return known.get(key);
    const target = targetOf(entry);
    known.set(key, target);
    return target;
  };
}

/** With everything that the things are called: a name may sound like a time, as that of a lamp for the night. */
function named(
  actions: readonly Action[],
  { home, language }: { home: Home; language: string },
): readonly NamedAction[] {
  return actions.map((action) => {
    const { entity_id: ids, area } = action.entities;
    const things = [ids ?? []].flat().map((id) => home.entity(String(id)));
    const about = [...things, home.area(String(area))];
    return { ...action, names: about.flatMap((thing) => (thing ? home.namesIn(thing, language) : [])) };
  });
}

/** What answers depend on besides what was said: whatever is different here may have made a different answer. */
export function circumstancesOf(
  {
    rules,
    home,
    arm,
    economy,
  }: Pick<Knowledge, 'rules' | 'home'> & { readonly arm: Arm; readonly economy: Arm['choices'] },
  { llm, recognition }: Pick<Config, 'llm' | 'recognition'>,
): Circumstances {
  const { areas, floors, entities } = home;
  const { threshold, language_default: standard } = recognition;
  const known = [rules.fingerprint, areas, floors, entities, threshold, standard];
  return {
    catalogue: hash('sha256', JSON.stringify(known), 'base64url'),
    promptVersion: arm.prompts.version,
    // Another address may be another server with a model of that name.
    models: JSON.stringify(
      [...new Set([...arm.choices, ...economy])].map((choice) => [
        choice.provider,
        choice.model,
        ...(choice.kind === 'mock' ? [] : choice.accounts.map(({ baseUrl }) => baseUrl)),
      ]),
    ),
    temperatures: Object.values(templateSettings(llm)).map(({ temperature }) => temperature),
  };
}

function remember(conversation: Conversation, clock: Clock): ModelPath['answered'] {
  return ({ frameId, text, room, user, sessionId }, { meaning }) => {
    if (meaning.status === 'expired') return;
    conversation.add({
      sourceId: frameId,
      said: text,
      understood: understoodAs(meaning),
      at: clock.now(),
      ...(room !== undefined && { room }),
      ...(user !== undefined && { user }),
      ...(sessionId !== undefined && { sessionId }),
    });
  };
}

function understoodAs(meaning: Recognition['meaning']): string {
  if (meaning.status !== 'recognized') return '';
  const actions = meaning.kind === 'action' ? meaning.actions : [meaning.query];
  return actions.map(({ intent, entities }) => `${intent} ${JSON.stringify(entities)}`).join('; ');
}

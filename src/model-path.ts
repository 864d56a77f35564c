import { hash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { createLedger, LEDGER_DEFAULTS, type Ledger } from './budget/ledger.ts';
import type { LedgerEvents } from './budget/ledger-events.ts';
import { createUtteranceHash } from './budget/utterance-hash.ts';
import { type Cache, type CacheUse, createCache } from './cache/cache.ts';
import { createCacheKeys } from './cache/key.ts';
import { openRedisBackend } from './cache/redis-backend.ts';
import { cacheFileIn, openSqliteBackend } from './cache/sqlite-backend.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config/schema.ts';
import { type Conversation, createConversation } from './conversation/conversation.ts';
import { createRoomPrivacy } from './conversation/room-privacy.ts';
import type { Catalogue } from './intent/catalogue.ts';
import type { Mode } from './intent/mode.ts';
import type { NanoDollars } from './intent/money.ts';
import type { CacheMode } from './intent/recognise.ts';
import type { FallbackReason, Recognition } from './intent/recognition.ts';
import type { Spending } from './intent/spending.ts';
import type { Transcript } from './intent/transcript.ts';
import { knowledgeOf } from './language/languages.ts';
import { objectionTo } from './language/objection.ts';
import { saidAlike } from './language/said-alike.ts';
import { standsAlone } from './language/stands-alone.ts';
import type { Home } from './lexicon/home.ts';
import { createPlaceNamed } from './lexicon/place-named.ts';
import type { AskModel } from './llm/ask-model.ts';
import type { LanguageModel } from './llm/language-model.ts';
import { createLanguageModel } from './llm/language-model.ts';
import type { ModelEvents } from './llm/model-events.ts';
import { PROMPT_VERSION } from './llm/prompt.ts';
import { templateSettings } from './llm/template-settings.ts';
import { createCacheResolver } from './recognise/cache-step.ts';
import { createModeResolver } from './recognise/mode-step.ts';
import { createModelResolver } from './recognise/model-step.ts';
import { onceEach } from './recognise/once-each.ts';
import { catalogueOf } from './rules/catalogue.ts';
import { createInterpreter } from './rules/interpret.ts';
import { plainResponses } from './rules/plain-responses.ts';
import { createReadingTarget, type ReadingTarget } from './rules/reading-target.ts';
import { heardRules, localRules } from './rules/rules-for-models.ts';
import { createShortlist, type Shortlist } from './shortlist/create-shortlist.ts';
import type { Knowledge, PaidSteps } from './understanding.ts';

/** Everything about models: who is asked, what that may cost, what is known already, and what was said before. */
export interface ModelPath {
  readonly steps: PaidSteps;
  /** Keeps what was said for whatever is said next. */
  answered(transcript: Transcript, recognition: Recognition): void;
  readonly providers: LanguageModel['providers'];
  readonly budget: Ledger['show'];
  /** Resolves when money can be spent. @throws the signal's reason when it is aborted first */
  readonly opened: Ledger['opened'];
  readonly cache: Cache;
  /** Books what calls under way have cost, and lets go. */
  stop(): Promise<void>;
}

/** What becomes of it all, for metrics, health and the log. */
export interface ModelPathEvents {
  readonly model: ModelEvents;
  readonly ledger: LedgerEvents;
  /** @param part of the cache or the talk */
  readonly trouble: (part: 'cache' | 'conversation', operation: string, message: string) => void;
  readonly recovered: (part: 'cache' | 'conversation', operation: string) => void;
  readonly lookedUp: (outcome: 'hit' | 'miss' | 'shared') => void;
}

/** The mode that holds, and what it is told. */
export interface ModeWatch {
  mode(): Mode;
  /** One utterance that models were asked about, all tries together. */
  asked(call: { readonly durationMs: number; readonly failed: boolean }): void;
  /** What became of a try that costs money. @param expense.atMost what was to be set aside for it */
  reserved(verdict: 'reserved' | 'budget_exceeded', expense: { readonly atMost: NanoDollars }): void;
}

const FULL_ONLY: ModeWatch = { mode: () => 'full', asked: () => undefined, reserved: () => undefined };

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
  knowledge: { rules, home, match, plan },
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
  const own = localRules(rules);
  const catalogue = catalogueOf(own);
  const targetOf = rememberTargets(createReadingTarget({ rules: own, home }));
  const areaOf = (room: string): string | undefined => home.areaOfRoom(room)?.id;

  const ledger = await createLedger({
    redis: books,
    options: {
      ...LEDGER_DEFAULTS,
      ...(isAlone && { settlingMs: 0 }),
      limits: [
        { scope: 'all', window: 'day', limit: config.budget.daily_usd },
        { scope: 'all', window: 'month', limit: config.budget.monthly_usd },
      ],
      timeZone: config.budget.time_zone,
      keyPrefix,
      folder,
      consumer: config.streams.consumer,
    },
    events: events.ledger,
    clock,
  });
  const cache = await openCache({ config, home, memory, mode: watch.mode, clock, events });
  const responseOf = plainResponses(rules);
  // As for the rules: a wrong tag is likelier than a language nobody wrote rules for.
  const spokenIn = (language: string): readonly string[] =>
    rules.languages.has(language) ? [language] : [config.recognition.language_default, 'en'];
  const tariffs = new Map(plan.models.map(({ choice, tariff }) => [choice, tariff]));
  const model = await createLanguageModel({
    settings: llm,
    choices: plan.full,
    thriftyChoices: plan.economy,
    tariffOf: (choice) => {
      const tariff = tariffs.get(choice);
      if (!tariff) throw new Error(`${choice.provider}:${choice.model} has no price`);
      return tariff;
    },
    spending: guard(watched(ledger, watch)),
    catalogue,
    phrases: {
      unclear: ({ language }) => knowledgeOf(language).phrases.unclear,
      whichOne: (labels, { language }) => knowledgeOf(language).phrases.whichOne(labels),
      recognized(meaning, { language }) {
        const [action] = meaning.kind === 'action' ? meaning.actions : [meaning.query];
        const isOne = meaning.kind === 'query' || meaning.actions.length === 1;
        return action && isOne ? responseOf(action.intent, language) : undefined;
      },
    },
    targetOf: (entry) => targetOf(entry) ?? {},
    objectionTo: (action, { text, language }) =>
      spokenIn(language)
        .map((spoken) => objectionTo(action, { text, language: spoken }))
        .find((objection) => objection !== undefined),
    clock,
    random: Math.random,
    events: events.model,
  });
  const privacy = createRoomPrivacy({ rooms: config.conversation.rooms, areaOf });
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
  const keyOf = onceEach(
    createCacheKeys({
      circumstances: {
        catalogue: fingerprint(catalogue, home),
        promptVersion: PROMPT_VERSION,
        models: plan.models.map(({ choice: { provider, model: name } }) => `${provider}:${name}`).join(),
        temperatures: Object.values(templateSettings(llm)).map(({ temperature }) => temperature),
      },
      spell: saidAlike,
      standsAlone,
      placeNamed: createPlaceNamed(home),
    }),
  );
  const hashOf = await createUtteranceHash(memory, keyPrefix);
  const cacheIn = (mode: CacheMode | undefined): CacheUse => (mode ? cache.inMode(mode) : cache);
  const shortlist = createShortlist({
    home,
    rules: heardRules(rules),
    languages: [...new Set([config.recognition.language_default, ...rules.languages])],
  });

  const modelStep = createModelResolver({
    ask: timed(model.ask, { watch, clock }),
    shortlist: withTarget(shortlist, targetOf),
    context: {
      turnsOf: ({ room, sessionId, frameId }) =>
        conversation.turnsOf({
          ...(room !== undefined && { room }),
          ...(sessionId !== undefined && { sessionId }),
          ...(frameId !== undefined && { except: frameId }),
        }),
      about({ room, text }) {
        const label = room === undefined ? undefined : (home.areaOfRoom(room)?.names[0] ?? room);
        return {
          now: clock.now(),
          timeZone: config.time_zone,
          staysHome: !privacy.mayLeave(room),
          isThrifty: watch.mode() === 'economy',
          utteranceHash: hashOf(text),
          ...(label !== undefined && { room: label }),
        };
      },
    },
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

  return {
    steps: {
      cache: createCacheResolver({
        ...{ keyOf, cache: cacheIn, lookedUp: events.lookedUp },
        waiting: guardedStep.prepare,
      }),
      llm: guardedStep,
    },
    answered: remember(conversation, clock),
    providers: model.providers,
    budget: ledger.show,
    opened: ledger.opened,
    cache,
    async stop() {
      await ledger.stop(BOOKING_MS);
      await Promise.all([cache.close(), conversation.close()]);
      books.disconnect();
      memory.disconnect();
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

/** Lets the mode hear whether calls still fit into the budget. */
function watched(ledger: Ledger, watch: ModeWatch): Spending {
  return {
    settle: ledger.settle,
    async reserve(expense, limits) {
      const verdict = await ledger.reserve(expense, limits);
      // What costs nothing always fits.
      if (verdict !== 'ledger_unavailable' && expense.atMost > 0) watch.reserved(verdict, expense);
      return verdict;
    },
  };
}

/** Lets the mode hear how models do: one utterance at all of them, as who waits for it sees it. */
function timed(ask: AskModel, { watch, clock }: { watch: ModeWatch; clock: Clock }): AskModel {
  return async (question, context) => {
    const start = clock.monotonic();
    const answer = await ask(question, context);
    const reason = answer.kind === 'pass' ? answer.reason : undefined;
    const failed = reason !== undefined && OF_PROVIDERS.has(reason);
    if (failed || answer.kind === 'answer') watch.asked({ durationMs: clock.monotonic() - start, failed });
    return answer;
  };
}

/** Why there is no answer, where that is a provider's trouble and not ours. An open breaker is the trouble before it. */
const OF_PROVIDERS: ReadonlySet<FallbackReason> = new Set([
  ...(['timeout', 'provider_error', 'invalid_output', 'circuit_open'] as const),
]);

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

/** What cannot be done anywhere in this home is not worth asking about. */
function withTarget(shortlist: Shortlist, targetOf: ReadingTarget): Shortlist {
  return (utterance) => shortlist(utterance).filter((entry) => targetOf(entry) !== undefined);
}

/** Changes with whatever may be asked for, and with every name in the home. */
function fingerprint(catalogue: Catalogue, { areas, floors, entities }: Home): string {
  const actions = [...catalogue].map(([action, { kind, slots }]) => [action, kind, [...slots]]);
  return hash('sha256', JSON.stringify([actions, areas, floors, entities]), 'base64url');
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

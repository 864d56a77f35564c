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
import type { CacheMode } from './intent/recognise.ts';
import type { Recognition } from './intent/recognition.ts';
import type { Spending } from './intent/spending.ts';
import type { Transcript } from './intent/transcript.ts';
import { askWhich } from './language/asking-which.ts';
import { knowledgeOf } from './language/languages.ts';
import { objectionTo } from './language/objection.ts';
import { saidAlike } from './language/said-alike.ts';
import { standsAlone } from './language/stands-alone.ts';
import type { Home } from './lexicon/home.ts';
import { createPlaceNamed } from './lexicon/place-named.ts';
import type { LanguageModel } from './llm/language-model.ts';
import { createLanguageModel } from './llm/language-model.ts';
import type { ModelEvents } from './llm/model-events.ts';
import { PROMPT_VERSION } from './llm/prompt.ts';
import { templateSettings } from './llm/template-settings.ts';
import { createCacheResolver } from './recognise/cache-step.ts';
import { createModelResolver } from './recognise/model-step.ts';
import { onceEach } from './recognise/once-each.ts';
import { catalogueOf } from './rules/catalogue.ts';
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

/** Milliseconds that what calls under way have cost may take to be booked when the service stops. */
const BOOKING_MS = 2000;

/**
 * Opens the ledger, the cache and the memory of the talk, and makes the steps of the path out of them.
 *
 * @param connect opens a connection of its own, by name
 * @param guard puts something before the ledger that has to be asked first
 * @param isAlone nobody else uses this Redis, so nobody else has to say what it remembers before money is spent
 * @throws an error that says what to do where the budget's journal is damaged or cannot be written
 */
export async function openModelPath({
  knowledge: { rules, home, models },
  config,
  connect,
  isAlone,
  guard = (spending) => spending,
  clock,
  events,
}: {
  knowledge: Knowledge;
  config: Config;
  connect: (name: string) => Redis;
  isAlone: boolean;
  guard?: (spending: Spending) => Spending;
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
  const cache = await openCache({ config, home, memory, clock, events });
  const responseOf = plainResponses(rules);
  // As for the rules: a wrong tag is likelier than a language nobody wrote rules for.
  const spokenIn = (language: string): readonly string[] =>
    rules.languages.has(language) ? [language] : [config.recognition.language_default, 'en'];
  const tariffs = new Map(models.map(({ choice, tariff }) => [choice, tariff]));
  const model = await createLanguageModel({
    settings: llm,
    choices: models.map(({ choice }) => choice),
    tariffOf: (choice) => {
      const tariff = tariffs.get(choice);
      if (!tariff) throw new Error(`${choice.provider}:${choice.model} has no price`);
      return tariff;
    },
    spending: guard(ledger),
    catalogue,
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
        models: models.map(({ choice: { provider, model: name } }) => `${provider}:${name}`).join(),
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
    ask: model.ask,
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

  return {
    steps: {
      cache: createCacheResolver({
        ...{ keyOf, cache: cacheIn, lookedUp: events.lookedUp },
        waiting: modelStep.prepare,
      }),
      llm: modelStep,
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
  config: { cache: settings, redis, data_dir: folder },
  home,
  memory,
  clock,
  events,
}: {
  config: Config;
  home: Home;
  memory: Redis;
  clock: Clock;
  events: ModelPathEvents;
}): Promise<Cache> {
  const { backend } = settings;
  const behind = {
    redis: (heard: Parameters<typeof openRedisBackend>[0]['events']) =>
      openRedisBackend({ redis: memory, keyPrefix: redis.key_prefix, clock, events: heard }),
    sqlite: (heard: Parameters<typeof openRedisBackend>[0]['events']) =>
      openSqliteBackend({ file: cacheFileIn(folder), clock, events: heard }),
  };
  return createCache({
    mode: settings.mode,
    lifetimes: {
      answer: settings.ttl_seconds * 1000,
      confirmed: settings.confirmed_ttl_seconds * 1000,
      unclear: settings.unclear_ttl_seconds * 1000,
    },
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

import type { Redis } from 'ioredis';
import { createAnswerBooks } from '../budget/answer-books.ts';
import { createKeyedHash } from '../budget/keyed-hash.ts';
import { createLedger, LEDGER_DEFAULTS, type Ledger } from '../budget/ledger.ts';
import { encodeThreshold } from '../budget/thresholds.ts';
import { createWebhook } from '../budget/webhook.ts';
import type { Cache, CacheUse } from '../cache/cache.ts';
import { createCacheKeys } from '../cache/key.ts';
import type { Clock } from '../clock.ts';
import { budgetLimits } from '../config/budget-limits.ts';
import type { Config } from '../config/schema.ts';
import type { Conversation } from '../conversation/conversation.ts';
import type { RoomPrivacy } from '../conversation/room-privacy.ts';
import { originOf } from '../intent/origin.ts';
import type { CacheMode } from '../intent/recognise.ts';
import type { Recognition } from '../intent/recognition.ts';
import type { Spending } from '../intent/spending.ts';
import type { Utterance } from '../intent/utterance.ts';
import { askWhich } from '../language/asking-which.ts';
import { knowledgeOf } from '../language/languages.ts';
import { saidAlike } from '../language/said-alike.ts';
import { standsAlone } from '../language/stands-alone.ts';
import { createPlaceNamed } from '../lexicon/place-named.ts';
import type { Limits } from '../limits/limits.ts';
import { type Arm, createAssignment } from '../llm/experiment.ts';
import type { LanguageModel } from '../llm/language-model.ts';
import { createLanguageModel } from '../llm/language-model.ts';
import { rulesGoFirst } from '../plan-models.ts';
import { createCacheResolver } from '../recognise/cache-step.ts';
import { createModeResolver } from '../recognise/mode-step.ts';
import { FULL_ONLY, type ModeWatch, watchModels, watchSpending } from '../recognise/mode-watch.ts';
import { createModelResolver } from '../recognise/model-step.ts';
import { onceEach } from '../recognise/once-each.ts';
import { catalogueOf } from '../rules/catalogue.ts';
import { createInterpreter } from '../rules/interpret.ts';
import { plainResponses } from '../rules/plain-responses.ts';
import { createReadingTarget } from '../rules/reading-target.ts';
import { heardRules, localRules } from '../rules/rules-for-models.ts';
import { createShortlist } from '../shortlist/create-shortlist.ts';
import { createOffered } from '../shortlist/offered.ts';
import type { Knowledge, PaidSteps } from '../understanding.ts';
import { circumstancesOf } from './circumstances.ts';
import type { ModelPathEvents } from './model-path-events.ts';
import { createObjections } from './objections.ts';
import { openCache } from './open-cache.ts';
import { openLimits } from './open-limits.ts';
import { recentTurns } from './recent.ts';
import { turnForModels } from './turns-for-models.ts';

/** Everything about models: who is asked, what that may cost, and what is known already. */
export interface ModelPath {
  readonly steps: PaidSteps;
  /** Counts the answer. */
  answered(recognition: Recognition): void;
  readonly providers: LanguageModel['providers'];
  readonly described: LanguageModel['described'];
  readonly probe: LanguageModel['probe'];
  readonly budget: Ledger['show'];
  /** Resolves when money can be spent. @throws the signal's reason when it is aborted first */
  readonly opened: Ledger['opened'];
  readonly cache: Cache;
  readonly limits: Limits;
  /** Books what calls under way have cost, and lets go. */
  stop(): Promise<void>;
}

/** Milliseconds that what calls under way have cost may take to be booked when the service stops, and then to be told. */
const BOOKING_MS = 2000;

/**
 * Opens the ledger and the cache, and makes the steps of the path out of them.
 *
 * @param talk what was said before, and of which rooms no word may leave
 * @param connect opens a connection of its own, by name
 * @param guard puts something before the ledger that has to be asked first
 * @param watch knows the mode, and hears what it follows from; absent: everything is asked, always
 * @param spender in whose name everything is asked, where nobody in the household asks: no answer counts as one of theirs;
 * absent: in that of the user, else of the room
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
  talk: { conversation, privacy },
  connect,
  spender,
  isAlone,
  guard = (spending) => spending,
  watch = FULL_ONLY,
  clock,
  events,
}: {
  knowledge: Knowledge;
  config: Config;
  talk: { readonly conversation: Pick<Conversation, 'turnsOf'>; readonly privacy: RoomPrivacy };
  connect: (name: string) => Redis;
  spender?: string;
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
  const targetOf = createReadingTarget({ rules: own, home });

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
    objectionTo: createObjections({ home, spokenIn }),
    clock,
    random: Math.random,
    events: events.model,
  });
  const assign = createAssignment(arms);
  /** A room is one origin, whatever it is called. */
  const originIn = ({ user, room }: Utterance): string =>
    spender ?? originOf({ user, room: room === undefined ? undefined : privacy.nameOf(room) });
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
      async turnsOf({ room, sessionId, frameId }) {
        const turns = await conversation.turnsOf({
          ...(room !== undefined && { room }),
          ...(sessionId !== undefined && { sessionId }),
          ...(frameId !== undefined && { except: frameId }),
        });
        const { countTokens } = model;
        return recentTurns(turns.map(turnForModels), {
          limits: config.conversation,
          now: clock.now(),
          countTokens,
        });
      },
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
    answered: answers.answered,
    providers: model.providers,
    described: model.described,
    probe: model.probe,
    budget: ledger.show,
    opened: ledger.opened,
    cache,
    limits,
    async stop() {
      await Promise.all([ledger.stop(BOOKING_MS), answers.close(BOOKING_MS)]);
      // What was booked last may have reached a threshold.
      await webhook?.close(BOOKING_MS);
      await cache.close();
      limits.close();
      for (const redis of [books, memory, counts]) redis.disconnect();
    },
  };
}

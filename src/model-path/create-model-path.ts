import type { CacheUse } from '../cache/cache.ts';
import { createCacheKeys } from '../cache/key.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/schema.ts';
import type { Conversation } from '../conversation/conversation.ts';
import type { RoomPrivacy } from '../conversation/room-privacy.ts';
import { originOf } from '../intent/origin.ts';
import type { CacheMode } from '../intent/recognise.ts';
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
import { createCacheResolver } from '../recognise/cache-step.ts';
import { createModeResolver } from '../recognise/mode-step.ts';
import { FULL_ONLY, type ModeWatch, watchModels, watchSpending } from '../recognise/mode-watch.ts';
import { createModelResolver } from '../recognise/model-step.ts';
import { onceEach } from '../recognise/once-each.ts';
import { catalogueOf } from '../rules/catalogue.ts';
import { createInterpreter } from '../rules/interpret.ts';
import { plainResponses } from '../rules/plain-responses.ts';
import { createReadingTarget } from '../rules/reading-target.ts';
import { localRules } from '../rules/rules-for-models.ts';
import { createOffered } from '../shortlist/offered.ts';
import type { Knowledge, PaidSteps } from '../understanding.ts';
import { circumstancesOf } from './circumstances.ts';
import type { ModelPathEvents } from './model-path-events.ts';
import { createObjections } from './objections.ts';
import { openLimits } from './open-limits.ts';
import type { ModelStores } from './open-stores.ts';
import { recentTurns } from './recent.ts';
import { turnForModels } from './turns-for-models.ts';

/** The models as steps of the path: who is asked, with which words, and how often. */
export interface ModelPath {
  readonly steps: PaidSteps;
  readonly providers: LanguageModel['providers'];
  readonly described: LanguageModel['described'];
  readonly probe: LanguageModel['probe'];
  readonly limits: Limits;
  /** Lets go, when nobody is asked by it any more. The stores stay open. */
  close(): Promise<void>;
}

/**
 * Makes the steps of the path that ask models.
 *
 * @param stores what they have in common with those before and after them, where the configuration changes
 * @param talk what was said before, and of which rooms no word may leave
 * @param guard puts something before the ledger that has to be asked first
 * @param watch knows the mode, and hears what it follows from; absent: everything is asked, always
 * @param spender in whose name everything is asked, where nobody in the household asks: no answer counts as one of theirs;
 * absent: in that of the user, else of the room
 */
export async function createModelPath({
  stores: { ledger, hashOf, cache, counts },
  knowledge: {
    rules,
    home,
    match,
    shortlist,
    plan: { models, arms, economy },
  },
  config,
  talk: { conversation, privacy },
  spender,
  guard = (spending) => spending,
  watch = FULL_ONLY,
  clock,
  events,
}: {
  stores: ModelStores;
  knowledge: Knowledge;
  config: Config;
  talk: { readonly conversation: Pick<Conversation, 'turnsOf'>; readonly privacy: RoomPrivacy };
  spender?: string;
  guard?: (spending: Spending) => Spending;
  watch?: ModeWatch;
  clock: Clock;
  events: ModelPathEvents;
}): Promise<ModelPath> {
  const own = localRules(rules);
  const catalogue = catalogueOf(own);
  const targetOf = createReadingTarget({ rules: own, home });

  const limits = openLimits({
    ...{ config, redis: counts, clock, events },
    nameOf: (room) => home.areaOfRoom(room)?.id ?? room,
  });
  const responseOf = plainResponses(rules);
  // As for the rules: a wrong tag is likelier than a language nobody wrote rules for.
  const spokenIn = (language: string): readonly string[] =>
    rules.languages.has(language) ? [language] : [config.recognition.language_default, 'en'];
  const tariffs = new Map(models.map(({ choice, tariff }) => [choice, tariff]));
  const model = await createLanguageModel({
    settings: config.llm,
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
    objectionsIn: createObjections({ home, spokenIn }),
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

  const modelStep = createModelResolver({
    ask: watchModels(model.ask, { watch, clock }),
    shortlist: createOffered({ shortlist: shortlist(), home, rules: own, targetOf }),
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

  return {
    steps: {
      cache: createCacheResolver({
        ...{ keyOf, cache: cacheIn, lookedUp: events.lookedUp },
        waiting: guardedStep.prepare,
      }),
      llm: guardedStep,
    },
    providers: model.providers,
    described: model.described,
    probe: model.probe,
    limits,
    async close() {
      limits.close();
      await model.close();
    },
  };
}

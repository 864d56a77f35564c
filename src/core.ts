import type { Redis } from 'ioredis';
import type { Clock } from './clock.ts';
import { budgetLimits } from './config/budget-limits.ts';
import type { Config } from './config/schema.ts';
import type { Recognition } from './intent/recognition.ts';
import type { Transcript } from './intent/transcript.ts';
import type { ModelPath } from './model-path/create-model-path.ts';
import type { ModelPathEvents } from './model-path/model-path-events.ts';
import type { ModelStores } from './model-path/open-stores.ts';
import type { ModeWatch } from './recognise/mode-watch.ts';
import type { Talk } from './talk.ts';
import {
  type AskedBack,
  createUnderstanding,
  type Knowledge,
  loadKnowledge,
  type Understanding,
} from './understanding.ts';

/** What understands and who is asked, as the configuration says. Where that changes, another one takes its place. */
export interface Core {
  readonly config: Config;
  readonly knowledge: Knowledge;
  readonly understanding: Understanding;
  /** Absent where no model is asked. */
  readonly models?: ModelPath;
}

/** The core that answers, and what stays when it is exchanged. */
export interface CoreHolder {
  current(): Core;
  /** Absent until a model may be asked. */
  stores(): ModelStores | undefined;
  /**
   * Loads what a changed configuration names, and lets that answer from then on; what is under way is finished by what
   * it began with.
   *
   * @throws as `loadKnowledge`, or what else keeps models from being asked; the signal's reason when it is aborted first.
   *   Nothing has changed then
   */
  change(config: Config, signal: AbortSignal): Promise<void>;
  /** Books what calls under way have cost, and lets go. */
  stop(): Promise<void>;
}

/**
 * Opens what models need, where any is to be asked, and lays the path of a transcript.
 *
 * @param connect as in `openModelStores`
 * @param signal gives up the start
 * @param answered told what became of each transcript, before the models count it
 * @param changed told of every core that takes over, the first one included
 */
export async function openCore({
  knowledge,
  config: begun,
  talk,
  questions,
  connect,
  watch,
  signal: starting,
  clock,
  events,
  answered,
  changed,
}: {
  knowledge: Knowledge;
  config: Config;
  talk: Talk;
  questions: AskedBack;
  connect: (name: string, key: string) => Redis;
  watch: ModeWatch;
  signal: AbortSignal;
  clock: Clock;
  events: ModelPathEvents;
  answered: (transcript: Transcript, recognition: Recognition) => void;
  changed: (core: Core, stores: ModelStores | undefined) => void;
}): Promise<CoreHolder> {
  let stores: ModelStores | undefined;
  let { home } = knowledge;
  let current = await lay(begun, { knowledge, signal: starting });
  changed(current, stores);

  async function lay(
    config: Config,
    { knowledge: known, signal }: { knowledge: Knowledge; signal: AbortSignal },
  ): Promise<Core> {
    const models = known.plan.models.length > 0 ? await layModels(config, { known, signal }) : undefined;
    const understanding = createUnderstanding(known, {
      ...{ config, clock, questions, pastOf: talk.pastOf },
      ...(models && { steps: models.steps }),
      answered(transcript, recognition) {
        talk.answered(transcript, recognition);
        answered(transcript, recognition);
        if (models) stores?.answered(recognition);
      },
    });
    return { config, knowledge: known, understanding, ...(models && { models }) };
  }

  async function layModels(
    config: Config,
    { known, signal }: { known: Knowledge; signal: AbortSignal },
  ): Promise<ModelPath> {
    // Their libraries are large, and who asks no model does without them.
    const [{ openModelStores }, { createModelPath }] = await Promise.all([
      import('./model-path/open-stores.ts'),
      import('./model-path/create-model-path.ts'),
    ]);
    stores ??= await openModelStores({
      ...{ config, connect, clock, events, signal },
      isAlone: config.redis.url === undefined,
      mode: watch.mode,
      areaOf: (id) => home.entity(id)?.area,
    });
    return createModelPath({ stores, knowledge: known, config, talk, watch, clock, events });
  }

  return {
    current: () => current,
    stores: () => stores,
    async change(config, signal) {
      const before = current;
      const known = await loadKnowledge(config, { clock, warmsUp: config.rules.warm_up });
      const next = await lay(config, { knowledge: known, signal });
      if (signal.aborted) {
        await next.models?.close();
        throw signal.reason;
      }
      current = next;
      home = next.knowledge.home;
      talk.follow(config, home);
      stores?.ledger.limit(budgetLimits(config));
      changed(next, stores);
      void before.models?.close();
    },
    async stop() {
      void current.models?.close();
      await stores?.stop();
    },
  };
}

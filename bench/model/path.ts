import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { Redis } from 'ioredis';
import { createKeyedHash } from '../../src/budget/keyed-hash.ts';
import { createLedger, LEDGER_DEFAULTS, type Ledger } from '../../src/budget/ledger.ts';
import { systemClock } from '../../src/clock.ts';
import { loadConfig } from '../../src/config/load.ts';
import { createModelPath } from '../../src/model-path/create-model-path.ts';
import type { ModelPathEvents } from '../../src/model-path/model-path-events.ts';
import { openModelStores } from '../../src/model-path/open-stores.ts';
import { openConnection } from '../../src/redis/connection.ts';
import { openTalk } from '../../src/talk.ts';
import { createUnderstanding, loadKnowledge } from '../../src/understanding.ts';

export interface OurPath {
  /** Understands something never said before, by the model. @throws where somebody else answered */
  understand(index: number): Promise<void>;
  stop(): Promise<void>;
}

const ROOMS = ['salon', 'kuchnia', 'sypialnia', 'gabinet'];
const never = new AbortController().signal;
const silent = (): void => undefined;
const NO_LEDGER_EVENTS = {
  closed: silent,
  opened: silent,
  refused: silent,
  threshold: silent,
  trouble: silent,
  forgotten: silent,
};

/**
 * The path of a transcript as the service lays it, from its words to what policy made of the answer: the look into the
 * cache, the talk so far, the shortlist, the prompt, the reservation, the call, the check of the reply, the bill.
 */
export async function startOurPath({
  providerUrl,
  redisUrl,
  folder,
}: {
  providerUrl: string;
  redisUrl: string;
  folder: string;
}): Promise<OurPath> {
  const config = await loadConfig({
    REDIS_URL: redisUrl,
    DATA_DIR: folder,
    LLM_PROVIDERS: 'openai:gpt-5-mini',
    OPENAI_API_KEY: 'sk-bench',
    OPENAI_BASE_URL: providerUrl,
    DAILY_LLM_BUDGET_USD: '1000',
    MONTHLY_LLM_BUDGET_USD: '1000',
    // Counted as ever, and never reached.
    LLM_INTENT_LIMITS__MINUTE: '1000000',
    LLM_INTENT_LIMITS__HOUR: '1000000',
    LLM_INTENT_LIMITS__DAY: '1000000',
  });
  const clock = systemClock;
  const knowledge = await loadKnowledge(config, { clock, warmsUp: true });
  const tell = (_: string, operation: string, message: string): void => console.error(operation, message);
  const memory = connect(redisUrl, 'talk');
  const talk = openTalk({
    ...{ config, home: knowledge.home, redis: memory, clock },
    events: {
      trouble: (operation, message) => tell('', operation, message),
      recovered: silent,
      corrupted: silent,
    },
  });
  const events: ModelPathEvents = {
    model: {
      called: silent,
      breakerChanged: silent,
      problem: ({ message }) => tell('', 'call', message),
      solved: silent,
    },
    ledger: NO_LEDGER_EVENTS,
    trouble: tell,
    recovered: silent,
    limited: silent,
    lookedUp: silent,
  };
  const stores = await openModelStores({
    ...{ config, clock, events, isAlone: true, signal: never },
    connect: (name) => connect(redisUrl, name),
    areaOf: (id) => knowledge.home.entity(id)?.area,
  });
  const path = await createModelPath({ stores, knowledge, config, talk, clock, events });
  const { recognise } = createUnderstanding(knowledge, {
    ...{ config, clock, steps: path.steps },
    answered(transcript, recognition) {
      talk.answered(transcript, recognition);
      stores.answered(recognition);
    },
  });
  const span = trace.getTracer('bench').startSpan('bench', {}, ROOT_CONTEXT);
  await until(() => stores.ledger.show().state === 'open');

  return {
    async understand(index) {
      const { source, fallbackReason } = await recognise(
        {
          text: `zapal światło na ${1 + (index % 100)} procent, po raz ${Math.floor(index / 100)}`,
          language: 'pl',
          frameId: `f${index}`,
          room: ROOMS[index % ROOMS.length] as string,
          // A talk of its own: every prompt has the same length.
          sessionId: `s${index}`,
        },
        { signal: never, span, mayWait: true },
      );
      if (source !== 'llm') throw new Error(`${source} answered in place of the model: ${fallbackReason}`);
    },
    async stop() {
      await Promise.all([path.close(), stores.stop(), talk.close()]);
      memory.disconnect();
    },
  };
}

/** A ledger beside the path's, under a prefix of its own, to see what setting money aside takes. */
export async function startLedgerAlone({ redisUrl, folder }: { redisUrl: string; folder: string }): Promise<{
  reserve(index: number): Promise<void>;
  settle(index: number): void;
  stop(): Promise<void>;
}> {
  const redis = connect(redisUrl, 'ledger');
  const limit = 1e15;
  const ledger: Ledger = await createLedger({
    redis,
    hashOf: await createKeyedHash(redis, 'alone:'),
    options: {
      ...{
        ...LEDGER_DEFAULTS,
        settlingMs: 0,
        timeZone: 'UTC',
        keyPrefix: 'alone:',
        folder,
        consumer: 'bench',
      },
      limits: [
        { scope: 'all', window: 'day', limit },
        { scope: 'all', window: 'month', limit },
      ],
    },
    events: NO_LEDGER_EVENTS,
    clock: systemClock,
  });
  await ledger.opened(AbortSignal.timeout(5000));
  return {
    async reserve(index) {
      const expense = { id: `e${index}`, provider: 'openai', model: 'gpt-5-mini', atMost: 1_000_000 };
      const deadline = systemClock.monotonic() + 2500;
      const verdict = await ledger.reserve(expense, { deadline, signal: never });
      if (verdict !== 'reserved') throw new Error(`the ledger said ${verdict}`);
    },
    settle(index) {
      const usage = { promptTokens: 400, cachedTokens: 0, completionTokens: 20 };
      ledger.settle(`e${index}`, { kind: 'metered', usage, cost: 140_000 });
    },
    async stop() {
      await ledger.stop(2000);
      redis.disconnect();
    },
  };
}

function connect(url: string, name: string): Redis {
  return openConnection({
    ...{ url, name, key: name },
    events: { lost: (error) => console.error(error), ready: () => undefined },
  });
}

async function until(isSo: () => boolean): Promise<void> {
  const start = performance.now();
  while (!isSo()) {
    if (performance.now() - start > 10_000) throw new Error('the budget does not open');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { type ServiceProcess, startServiceProcess } from '../support/command.ts';
import { startOwnRedis } from '../support/own-redis.ts';
import { distinctOrders, payingSettings, startPaidProvider, untilOpen } from '../support/paid-calls.ts';
import { inputsOf, STREAMS } from '../support/replica.ts';
import {
  expectPublishedOnceInOrder,
  readAll,
  type Said,
  say,
  untilPublished,
  untilSettled,
} from '../support/said.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const INPUTS = inputsOf(4);
const NAMES = ['one', 'two'];
/** Said at once, so often. */
const TOGETHER = 4;
const PAUSE_MS = 100;
/** Answers that are waited for before the next replica is restarted: it has streams again by then, and work. */
const BETWEEN = 60;

/** Says things that nobody said before, room after room, until it is stopped. */
function keepSaying(redis: Redis): { stop(): Promise<readonly Said[]> } {
  const orders = distinctOrders(800);
  const said: Said[] = [];
  let isOver = false;
  async function run(): Promise<void> {
    for (let index = 0; !isOver; index += TOGETHER) {
      const from = index % orders.length;
      said.push(...(await say(redis, orders.slice(from, from + TOGETHER), INPUTS, index)));
      await sleep(PAUSE_MS);
    }
  }
  const running = run();
  const stop = async (): Promise<readonly Said[]> => {
    isOver = true;
    await running;
    return said;
  };
  onTestFinished(() => void stop());
  return { stop };
}

test('replicas are restarted one after the other while people speak: nothing is lost, doubled, mixed up, or answered worse', async ({
  annotate,
}) => {
  const { url, redis } = await startOwnRedis();
  const provider = await startPaidProvider();
  provider.plan(() => ({ kind: 'answer', delayMs: 150 }));
  const folders = new Map(
    await Promise.all(NAMES.map(async (name) => [name, await temporaryFolder()] as const)),
  );
  const start = (consumer: string): Promise<ServiceProcess> =>
    startServiceProcess({
      ...payingSettings({
        ...{ redisUrl: url, provider, cap: 50_000_000_000, consumer },
        folder: folders.get(consumer) ?? '',
      }),
      ...{ INPUT_STREAM: INPUTS.join(), OUTPUT_STREAM: STREAMS.output, DLQ_STREAM: STREAMS.deadLetters },
      ...{ CONSUMER_GROUP: STREAMS.group, LEASE_MS: '5000' },
      // So that nothing but the restarts can make an answer worse.
      ...{ LLM_INTENT_LIMITS__MINUTE: 'unlimited', LLM_INTENT_LIMITS__HOUR: 'unlimited' },
      ...{ LLM_DEADLINE_MS: '10000', LLM_TIMEOUT_MS: '8000', LLM_INTENT_LLM__LANE_DEPTH: '100' },
    });
  const services = new Map<string, ServiceProcess>();
  for (const name of NAMES) services.set(name, await start(name));
  for (const { url: at } of services.values()) await untilOpen(at);

  const talk = keepSaying(redis);
  let waited = BETWEEN;
  const inWork: number[] = [];
  for (const name of NAMES) {
    await untilPublished(redis, waited);
    const pending = await Promise.all(INPUTS.map((input) => redis.xpending(input, STREAMS.group)));
    inWork.push(pending.reduce((sum, [count]) => sum + Number(count), 0));
    expect(await services.get(name)?.stop()).toBe(0);
    services.set(name, await start(name));
    waited = (await redis.xlen(STREAMS.output)) + BETWEEN;
  }
  await untilPublished(redis, waited);
  const said = await talk.stop();
  for (const input of INPUTS) await untilSettled(redis, { input });

  await expectPublishedOnceInOrder(redis, said);
  const answers = (await readAll(redis, STREAMS.output)).map(({ fields }) => fields);
  await annotate(`${answers.length} transcripts; ${inWork.join(' and ')} in work when a replica was stopped`);
  // What is in work is finished, and a replica that starts can spend before it takes a stream.
  const worse = answers.filter(
    ({ source, fallback_reason: reason }) => source !== 'llm' || reason !== undefined,
  );
  expect(worse).toEqual([]);
  expect(await redis.xlen(STREAMS.deadLetters)).toBe(0);
  for (const input of INPUTS) {
    const consumers = (await redis.xinfo('CONSUMERS', input, STREAMS.group)) as unknown[];
    expect(consumers.length).toBeLessThanOrEqual(NAMES.length);
  }
});

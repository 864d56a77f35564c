import { expect, onTestFinished, test } from 'vitest';
import { type ServiceProcess, startServiceProcess } from '../support/command.ts';
import type { Fate } from '../support/fake-provider.ts';
import { startOwnRedis } from '../support/own-redis.ts';
import {
  booksInTheEnd,
  distinctOrders,
  expectAnsweredOnce,
  expectBooksCoverBill,
  INPUTS,
  payingSettings,
  sayAll,
  startPaidProvider,
  untilAnswered,
  untilOpen,
} from '../support/paid-calls.ts';
import { seeded } from '../support/seeded.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** `make soak` runs more of them. */
const SEEDS = process.env['SOAK'] === 'true' ? [1, 2, 3] : [1];
const ORDERS = 400;
/** Nano-dollars: forty calls. One may cost a third as much again, which is what is set aside for it. */
const CAP = 23_700_000;
/** Tokens of a reply that nobody sees. */
const THINKING = 200;
/** Each has a stream of its own, so that both spend at once, and one that either may own. */
const REPLICAS = [
  { consumer: 'replica-1', INPUT_STREAM: `${INPUTS[0]},${INPUTS[1]}` },
  { consumer: 'replica-2', INPUT_STREAM: `${INPUTS[1]},${INPUTS[2]}` },
] as const;
const SETTINGS = {
  // So that what a crowded machine is late with is not taken for a provider that is out.
  LLM_DEADLINE_MS: '5000',
  LLM_TIMEOUT_MS: '3000',
  // Or whoever dies first has the whole budget under way.
  LLM_INTENT_LLM__CONCURRENCY: '6',
};

const FAULTS: readonly Fate[] = [
  { kind: 'status', status: 429, headers: { 'retry-after-ms': '20' } },
  { kind: 'status', status: 500 },
  { kind: 'reset' },
  { kind: 'torn' },
  { kind: 'answer', usage: 'missing' },
  { kind: 'silence' },
];

async function aReplica(
  { consumer, INPUT_STREAM }: (typeof REPLICAS)[number],
  { port, settings }: { readonly port: number; readonly settings: Omit<Settings, 'redisUrl' | 'folder'> },
) {
  const proxy = await startTcpProxy({ port });
  onTestFinished(() => proxy.close());
  const redisUrl = `redis://127.0.0.1:${proxy.port}`;
  const folder = await temporaryFolder();
  let running: Promise<ServiceProcess> | undefined;
  const start = (): Promise<ServiceProcess> => {
    running = startServiceProcess({
      ...payingSettings({ ...settings, redisUrl, folder, consumer }),
      ...SETTINGS,
      INPUT_STREAM,
    });
    return running;
  };
  return {
    proxy,
    start,
    async killAndRestart(): Promise<void> {
      (await running)?.kill('SIGKILL');
      await start();
    },
  };
}

type Settings = Parameters<typeof payingSettings>[0];

test.for(SEEDS)(
  'the cap holds and is used up, whoever dies and whatever is lost on the way (seed %i)',
  async (seed, { annotate }) => {
    const random = seeded(seed * 7919);
    const server = await startOwnRedis();
    const provider = await startPaidProvider(THINKING);
    const settings = { provider, cap: CAP };
    const replicas = await Promise.all(
      REPLICAS.map((replica) => aReplica(replica, { port: server.port, settings })),
    );
    const started = await Promise.all(replicas.map(({ start }) => start()));
    await Promise.all(started.map(({ url }) => untilOpen(url)));

    // One and then the other, each while money is being spent.
    const [early, late] = random() < 0.5 ? replicas : replicas.toReversed();
    const kills = [
      { at: 5 + Math.floor(random() * 8), replica: early },
      { at: 14 + Math.floor(random() * 8), replica: late },
    ];
    const restarts: Promise<void>[] = [];
    provider.plan(({ index }) => {
      if (kills[0] && index >= kills[0].at)
        restarts.push(kills.shift()?.replica?.killAndRestart() ?? never());
      const fault = random() < 0.1 ? FAULTS[Math.floor(random() * FAULTS.length)] : undefined;
      return { kind: 'answer', delayMs: 30 + Math.floor(random() * 60), ...fault };
    });
    for (const { proxy } of replicas) proxy.cutReplies({ probability: 0.005, random });

    const said = await sayAll(server.redis, distinctOrders(ORDERS));
    await untilAnswered(server.redis, ORDERS, 120_000);
    await Promise.all(restarts);
    expect(kills).toEqual([]);
    for (const { proxy } of replicas) proxy.cutReplies(undefined);
    await expectAnsweredOnce(server.redis, said);

    const billed = provider.billed();
    const { spent } = await booksInTheEnd(server.url, server.redis);
    const { metered, atWorst, neverMade } = await expectBooksCoverBill(server.redis, provider);
    await annotate(
      `${provider.bill.length} calls billed, ${percent(billed)} of the cap; booked ${percent(spent)}: ` +
        `${metered} as billed, ${atWorst} at their worst case; the rest: ${percent(neverMade)} for calls whose ` +
        `owner died first, ${percent(spent - billed - neverMade)} for bounds above bills`,
    );
    expect(spent).toBeGreaterThanOrEqual(billed);
    expect(spent).toBeLessThanOrEqual(CAP);
    // Of those that die, up to twelve calls are set aside for and not made yet, a thirtieth of this cap each: the journal is
    // written before a call goes out, and a new process has yet to connect. Nobody can know that they cost nothing.
    expect(billed + neverMade).toBeGreaterThanOrEqual(0.8 * CAP);
    expect(billed).toBeGreaterThanOrEqual(0.5 * CAP);
    expect(metered).toBeGreaterThan(0);
    expect(atWorst).toBeGreaterThan(0);
  },
);

function never(): never {
  throw new Error('there was nobody to kill');
}

function percent(amount: number): string {
  return `${((100 * amount) / CAP).toFixed(1)} %`;
}

// One side in a process of its own. Started by side-process.ts.
import { Redis } from 'ioredis';
import { startBullmq } from './bullmq.ts';
import type { Job, Measurement, SideMessage, SideName, SideOrder, StartSide } from './job.ts';
import { createInstantSide, createRulesSide } from './ours.ts';
import { startRelay } from './relay.ts';

const CREATE: Readonly<Record<SideName, () => Promise<StartSide>>> = {
  relay: async () => startRelay,
  'ours-instant': createInstantSide,
  'ours-rules': createRulesSide,
  'ours-repeats': createRulesSide,
  bullmq: async () => startBullmq,
};

const order = JSON.parse(process.argv[2] ?? '') as SideOrder;
const start = await CREATE[order.side]();
await work(start, order.warmUp);
if (order.mode === 'serve') await serve(start, order.measured);
else tell({ measurement: await measure(start, order.measured) });
process.disconnect();

async function work(begin: StartSide, job: Job): Promise<void> {
  const running = await begin(job);
  await running.finished;
  await running.stop();
}

async function measure(begin: StartSide, job: Job): Promise<Measurement> {
  const redis = new Redis(job.url);
  const redisBefore = await redisCpu(redis);
  const nodeBefore = process.cpuUsage();
  const started = performance.now();
  const running = await begin(job);
  await running.finished;
  const milliseconds = performance.now() - started;
  const { user, system } = process.cpuUsage(nodeBefore);
  const redisMicroseconds = (await redisCpu(redis)) - redisBefore;
  await running.stop();
  redis.disconnect();
  return { milliseconds, nodeMicroseconds: user + system, redisMicroseconds };
}

async function serve(begin: StartSide, job: Job): Promise<void> {
  const running = await begin(job);
  const stopped = new Promise<void>((resolve) => {
    process.once('message', () => resolve());
  });
  tell({ ready: true });
  await Promise.race([stopped, running.finished]);
  await running.stop();
}

/** Processor time Redis has used, in microseconds. */
async function redisCpu(redis: Redis): Promise<number> {
  const info = await redis.info('cpu');
  const seconds = ['used_cpu_sys', 'used_cpu_user'].map((name) =>
    Number(new RegExp(`^${name}:([0-9.]+)`, 'm').exec(info)?.[1]),
  );
  return seconds.reduce((sum, part) => sum + part, 0) * 1e6;
}

function tell(message: SideMessage): void {
  process.send?.(message);
}

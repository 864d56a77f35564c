import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { startServiceProcess } from '../support/command.ts';
import { type FakeCollector, startFakeCollector } from '../support/fake-collector.ts';
import { startOwnRedis } from '../support/own-redis.ts';

const PATIENCE = { timeout: 30_000, interval: 50 };
/** Far more spans than may wait: some six of each transcript. */
const MANY = 3000;
const MAX_WAITING = 4096;

const WAYS = [
  { name: 'OTLP', variables: (url: string) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: url }) },
  { name: 'Jaeger', variables: (url: string) => ({ OTEL_EXPORTER_JAEGER_ENDPOINT: url }) },
];
const TROUBLES = [
  { how: 'says nothing', behaviour: 'silent' },
  { how: 'refuses', behaviour: 'refuses' },
] as const;
const CASES = WAYS.flatMap((way) => TROUBLES.map((trouble) => ({ ...way, ...trouble })));

async function running(variables: Readonly<Record<string, string>>) {
  const { url } = await startOwnRedis();
  const redis = new Redis(url);
  onTestFinished(() => redis.disconnect());
  const name = randomUUID();
  const output = `${name}:out`;
  const service = await startServiceProcess({
    ...{ REDIS_URL: url, INPUT_STREAM: `${name}:in`, OUTPUT_STREAM: output, DLQ_STREAM: `${name}:dlq` },
    ...{ KEY_PREFIX: `${name}:`, RESOLVERS: 'rules', ...variables },
  });
  let said = 0;
  return {
    service,
    troubles: (event: 'trouble' | 'recovered') =>
      service.log.filter((line) => line['event'] === event && line['operation'] === 'export'),
    async say(count: number) {
      const pipeline = redis.pipeline();
      for (let index = 0; index < count; index += 1) {
        pipeline.xadd(`${name}:in`, '*', 'transcript', 'zapal światło', 'room', `room-${index % 20}`);
      }
      await pipeline.exec();
      said += count;
      await expect.poll(() => redis.xlen(output), PATIENCE).toBe(said);
    },
  };
}

const processed = ({ spans }: FakeCollector): number =>
  spans.filter(({ name }) => name.startsWith('process ')).length;

test.for(CASES)('a collector that $how holds up nobody, by $name', async ({ variables, behaviour }) => {
  const collector = await startFakeCollector();
  collector.behave(behaviour);
  const { service, say, troubles } = await running(variables(collector.url));
  await say(MANY);
  await expect.poll(() => troubles('trouble').length, PATIENCE).toBe(1);
  await say(100);

  collector.behave('takes');
  await expect
    .poll(
      async () => {
        await say(1);
        const [begun, ended] = [troubles('trouble').length, troubles('recovered').length];
        return { isOver: begun === ended, begun };
      },
      { ...PATIENCE, interval: 300 },
    )
    // What was sent into the silence may fail after the next one has arrived: that is trouble once more, and no more than that.
    .toEqual({ isOver: true, begun: expect.toSatisfy((begun: number) => begun === 1 || begun === 2) });
  expect(collector.spans.length).toBeLessThanOrEqual(2 * MAX_WAITING);
  // Once, whatever the number of spans that found no place; where each export fails at once, all may find one.
  const dropped = service.log.filter(({ reason }) => String(reason).startsWith('Dropped '));
  expect(dropped.length).toBeLessThanOrEqual(1);
  if (behaviour === 'silent') expect(dropped).toHaveLength(1);
  const before = processed(collector);
  await say(10);
  service.kill('SIGTERM');
  expect(await service.exited()).toBe(0);
  expect(processed(collector)).toBeGreaterThanOrEqual(before + 10);
});

test.for(CASES)(
  'a stop does not wait for a collector that $how, by $name',
  async ({ variables, behaviour }) => {
    const collector = await startFakeCollector();
    collector.behave(behaviour);
    const { service, say } = await running(variables(collector.url));
    await say(100);
    service.kill('SIGTERM');
    expect(await service.exited()).toBe(0);
    expect(service.log.at(-1)).toMatchObject({ event: 'stopped' });
  },
);

test('where nobody listens at all, every transcript is answered, and the log says so once', async () => {
  const { service, say, troubles } = await running({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
  await say(MANY);
  await expect
    .poll(() => troubles('trouble'), PATIENCE)
    .toMatchObject([{ level: 'warn', part: 'traces', reason: expect.stringContaining('127.0.0.1:9') }]);
  service.kill('SIGTERM');
  expect(await service.exited()).toBe(0);
  expect(troubles('trouble')).toHaveLength(1);
});

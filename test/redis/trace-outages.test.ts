import { expect, onTestFinished, test, vi } from 'vitest';
import { startServiceProcess } from '../support/command.ts';
import { type FakeCollector, startFakeCollector } from '../support/fake-collector.ts';
import { connectShared, ownName, whereRedisIs } from '../support/shared.ts';

const PATIENCE = { timeout: 30_000, interval: 50 };
/** Little of what is usual, so that little has to be said and waited for. */
const MAX_WAITING = 256;
const BRIEF = {
  OTEL_BSP_MAX_QUEUE_SIZE: String(MAX_WAITING),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '64',
  OTEL_BSP_SCHEDULE_DELAY: '100',
  OTEL_BSP_EXPORT_TIMEOUT: '1000',
};
/** Far more spans than may wait: some five of each transcript. */
const MANY = 300;
/** A busy machine takes its time to start a service. */
vi.setConfig({ testTimeout: 120_000 });

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
  const redis = connectShared();
  onTestFinished(() => redis.disconnect());
  const name = ownName();
  const output = `${name}:out`;
  const service = await startServiceProcess({
    ...{ ...whereRedisIs(name), LEASE_MS: '600' },
    ...{ INPUT_STREAM: `${name}:in`, OUTPUT_STREAM: output, DLQ_STREAM: `${name}:dlq` },
    ...{ KEY_PREFIX: `${name}:`, RESOLVERS: 'rules', ...BRIEF, ...variables },
  });
  const toldOf = (event: 'trouble' | 'recovered') =>
    service.log.filter((line) => line['event'] === event && line['operation'] === 'export');
  let said = 0;
  return {
    service,
    toldOf,
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

test.for(WAYS)('a collector that is in trouble holds up nobody, by $name', async ({ variables }) => {
  const collector = await startFakeCollector();
  collector.behave('silent');
  const { service, say, toldOf } = await running(variables(collector.url));
  const told = (): number[] => [toldOf('trouble').length, toldOf('recovered').length];

  await say(MANY);
  await expect.poll(told, PATIENCE).toEqual([1, 0]);
  await say(100);
  collector.behave('takes');
  await expect
    .poll(
      async () => {
        await say(1);
        const [begun = 0, ended] = told();
        return { isOver: begun === ended, begun };
      },
      { ...PATIENCE, interval: 300 },
    )
    // What was sent into the silence may fail after the next one has arrived: that is trouble once more, and no more than that.
    .toEqual({ isOver: true, begun: expect.toSatisfy((begun: number) => begun === 1 || begun === 2) });
  expect(collector.spans.length).toBeLessThanOrEqual(2 * MAX_WAITING);
  // Once, whatever the number of spans that found no place.
  expect(service.log.filter(({ reason }) => String(reason).startsWith('Dropped '))).toHaveLength(1);

  const [before = 0] = told();
  collector.behave('refuses');
  await say(MANY);
  await expect.poll(told, PATIENCE).toEqual([before + 1, before]);
  collector.behave('takes');
  await expect
    .poll(
      async () => {
        await say(1);
        return told();
      },
      { ...PATIENCE, interval: 300 },
    )
    .toEqual([before + 1, before + 1]);

  const arrived = processed(collector);
  await say(10);
  service.kill('SIGTERM');
  expect(await service.exited()).toBe(0);
  expect(processed(collector)).toBeGreaterThanOrEqual(arrived + 10);
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
  const { service, say, toldOf } = await running({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
  await say(MANY);
  await expect
    .poll(() => toldOf('trouble'), PATIENCE)
    .toMatchObject([{ level: 'warn', part: 'traces', reason: expect.stringContaining('127.0.0.1:9') }]);
  service.kill('SIGTERM');
  expect(await service.exited()).toBe(0);
  expect(toldOf('trouble')).toHaveLength(1);
});

import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServiceHere } from '../support/command.ts';
import { startFakeOrchestrator } from '../support/fake-orchestrator.ts';
import { connectShared, ownName, whereRedisIs } from '../support/shared.ts';

let redis: Redis;
beforeAll(() => {
  redis = connectShared();
});
afterAll(() => redis.quit());

function environment(): Record<string, string> {
  const name = ownName();
  return {
    ...{ ...whereRedisIs(name), KEY_PREFIX: `${name}:`, INPUT_STREAM: `${name}:in` },
    ...{ OUTPUT_STREAM: `${name}:out`, DLQ_STREAM: `${name}:dlq`, LEASE_MS: '600' },
  };
}

test('the service registers where it is reached, tells its load without a token, and signs off', async () => {
  const fake = await startFakeOrchestrator();
  const variables = environment();
  const { url, stop } = await startServiceHere({
    ...{ ...variables, ORCHESTRATOR_URL: fake.url, PROCESSOR_ID: 'kitchen', HTTP_TOKEN: 'long-enough' },
  });
  await expect.poll(() => [...fake.processors]).toEqual(['kitchen']);
  expect(fake.asked[0]?.body).toMatchObject({
    ...{ id: 'kitchen', queue: variables['INPUT_STREAM'], endpoint: `${url}/intent` },
    ...{ health_endpoint: `${url}/health`, metadata: { result_stream: variables['OUTPUT_STREAM'] } },
  });
  await redis.xadd(String(variables['INPUT_STREAM']), '*', 'transcript', 'zapal światło', 'room', 'salon');
  await expect
    .poll(async () => (await fetch(`${url}/health`)).json(), { timeout: 10_000 })
    .toEqual({
      ...{ status: 'healthy', capacity_used: 0, frames_processed: 1 },
      ...{ avg_processing_time_ms: expect.any(Number), errors_last_minute: 0 },
    });
  expect(await stop()).toBe(0);
  expect([...fake.processors]).toEqual([]);
});

test('an orchestrator that is away keeps no transcript waiting, and no stop', async () => {
  const fake = await startFakeOrchestrator();
  await fake.down();
  const variables = environment();
  const { logged, stop } = await startServiceHere({ ...variables, ORCHESTRATOR_URL: fake.url });
  expect(await logged('trouble')).toMatchObject({ part: 'orchestrator', operation: 'register' });
  await redis.xadd(String(variables['INPUT_STREAM']), '*', 'transcript', 'zapal światło', 'room', 'salon');
  await expect.poll(() => redis.xlen(String(variables['OUTPUT_STREAM'])), { timeout: 10_000 }).toBe(1);
  expect(await stop()).toBe(0);
});

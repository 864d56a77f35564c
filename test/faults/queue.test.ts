import { expect, test } from 'vitest';
import { queueKeys } from '../../src/queue/queue-keys.ts';
import { type ServiceProcess, startServiceProcess } from '../support/command.ts';
import type { Fields } from '../support/model-service.ts';
import { startOwnRedis } from '../support/own-redis.ts';
import { distinctOrders, payingSettings, startPaidProvider, untilOpen } from '../support/paid-calls.ts';
import { postPatiently, SOON_AGAIN } from '../support/queue.ts';
import { seeded } from '../support/seeded.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const REQUESTS = 200;
const AT_ONCE = 10;
/** Of the configuration: what may be worked on, and paid for in vain, when the process dies. */
const CONCURRENCY = 4;
const KEYS = queueKeys('money:');

/** What a service is started with whose provider is out. */
async function startOutage() {
  const server = await startOwnRedis({ appendonly: true });
  const provider = await startPaidProvider();
  const settings = {
    ...payingSettings({
      redisUrl: server.url,
      provider,
      cap: 5_000_000_000,
      folder: await temporaryFolder(),
    }),
    ...SOON_AGAIN,
    ...{ RESOLVERS: 'cache,llm,rules', LLM_DEADLINE_MS: '5000', LLM_TIMEOUT_MS: '3000' },
    ...{ LLM_INTENT_LIMITS__MINUTE: 'unlimited', LLM_INTENT_LLM__RETRIES: '0' },
  };
  provider.plan(() => ({ kind: 'status', status: 503 }));
  return { server, provider, settings };
}

test('200 requests of an outage have 200 results, by priority, though the service dies twice', async ({
  annotate,
}) => {
  const { server, provider, settings } = await startOutage();
  let service: ServiceProcess = await startServiceProcess(settings);
  await untilOpen(service.url);
  let restart: Promise<void> = Promise.resolve();
  const killAndRestart = (): void => {
    restart = (async () => {
      service.kill('SIGKILL');
      await service.exited();
      service = await startServiceProcess(settings);
    })();
  };

  const random = seeded(200);
  const asked = distinctOrders(REQUESTS).map((text, index) => ({
    ...{ text, room: `room ${index}`, priority: Math.floor(random() * 11) },
  }));
  const ids = new Map<string, number>();
  async function askAll(requests: typeof asked): Promise<void> {
    const left = [...requests];
    const one = async (): Promise<void> => {
      for (let next = left.pop(); next; next = left.pop()) {
        const response = await postPatiently(service.url, next);
        const told = (await response.json()) as Fields;
        expect([response.status, told]).toEqual([202, expect.anything()]);
        ids.set(String(told['queue_id']), next.priority);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
  }
  await askAll(asked.slice(0, REQUESTS / 2));
  killAndRestart();
  await restart;
  await askAll(asked.slice(REQUESTS / 2));
  expect(ids.size).toBe(REQUESTS);
  expect(await server.redis.xlen(KEYS.waiting)).toBe(REQUESTS);

  const outage = provider.requests.length;
  provider.plan(({ index }) => {
    if (index === outage + REQUESTS / 4) killAndRestart();
    return { kind: 'answer', delayMs: 5 };
  });
  await expect.poll(() => server.redis.xlen(KEYS.waiting), { timeout: 60_000, interval: 50 }).toBe(0);
  await restart;

  const ends = await Promise.all(
    [...ids].map(async ([id, priority]) => {
      const response = await fetch(`${service.url}/api/v1/status/${id}`);
      const told = (await response.json()) as Fields & { result?: Fields };
      const at = Date.parse(String(told['ended_at']));
      return { status: told['status'], source: told.result?.['source'], priority, at };
    }),
  );
  for (const { status, source } of ends) expect([status, source]).toEqual(['completed', 'llm']);
  const byEnd = ends.toSorted((one, other) => one.at - other.at || other.priority - one.priority);
  const priorities = byEnd.map(({ priority }) => priority);
  expect(priorities).toEqual(priorities.toSorted((one, other) => other - one));

  const paid = provider.requests.slice(outage);
  await annotate(`${outage} tries in the outage; ${paid.length} paid calls for ${REQUESTS} results`);
  expect(new Set(paid.map(({ said }) => said)).size).toBe(REQUESTS);
  expect(paid.length).toBeLessThanOrEqual(REQUESTS + CONCURRENCY);
  expect(await server.redis.keys('money:v1:{queue}:said:*')).toEqual([]);
});

test('calls that are under way when Redis is restarted are paid once, and their answers are there', async () => {
  const { server, provider, settings } = await startOutage();
  const service = await startServiceProcess(settings);
  await untilOpen(service.url);
  const ids: unknown[] = [];
  for (const [index, text] of distinctOrders(CONCURRENCY).entries()) {
    const response = await postPatiently(service.url, { text, room: `room ${index}` });
    expect(response.status).toBe(202);
    ids.push(((await response.json()) as Fields)['queue_id']);
  }
  let answered = 0;
  // One alone tries whether the outage is over; the others go together after it.
  provider.plan(() => ({ kind: 'answer', delayMs: answered++ === 0 ? 5 : 2500 }));
  await expect.poll(() => answered, { timeout: 20_000, interval: 10 }).toBe(CONCURRENCY);
  await server.kill();
  await server.restart();
  const result = async (id: unknown): Promise<unknown> => {
    const response = await fetch(`${service.url}/api/v1/status/${id}`);
    return response.json();
  };
  for (const id of ids) {
    await expect
      .poll(() => result(id), { timeout: 20_000, interval: 50 })
      .toMatchObject({ status: 'completed', result: { source: 'llm' } });
  }
  expect(answered).toBe(CONCURRENCY);
});

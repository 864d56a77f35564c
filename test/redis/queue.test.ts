import { createHmac } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { startServiceHere } from '../support/command.ts';
import type { Fate } from '../support/fake-provider.ts';
import { type Fields, type ModelService, startModelService } from '../support/model-service.ts';
import { eventually } from '../support/processor.ts';
import { postIntent, SOON_AGAIN, startListener, statusOf } from '../support/queue.ts';

/** A busy machine takes its time to start a service. */
vi.setConfig({ testTimeout: 60_000 });

const OUT: Fate = { kind: 'status', status: 503 };
const SECRET = 'what-both-sides-know-of';
const ON_LOOPBACK = {
  QUEUE_CALLBACK_SECRET: SECRET,
  LLM_INTENT_QUEUE__CALLBACK__PRIVATE_NETWORKS: '127.0.0.0/8',
};

/** A service whose provider is out. */
async function startInOutage(given: Readonly<Record<string, string>> = {}): Promise<ModelService> {
  const service = await startModelService({ ...SOON_AGAIN, ...given });
  service.provider.plan(() => OUT);
  return service;
}

async function queued(service: ModelService, body: Fields): Promise<string> {
  const response = await postIntent(service.url, body);
  expect(response.status).toBe(202);
  return String(((await response.json()) as Fields)['queue_id']);
}

const endOf = (service: ModelService, queueId: string) =>
  eventually(async () => (await statusOf(service.url, queueId))['status']);

test('a request waits while the provider is out, and has its result when it is back', async () => {
  const service = await startInOutage();
  const response = await postIntent(service.url, { text: 'zapal światło', room: 'salon', priority: 7 });
  expect(response.status).toBe(202);
  const body = (await response.json()) as Fields;
  expect(body).toEqual({
    queue_id: expect.stringMatching(/^[\da-f-]{36}$/),
    status_url: `/api/v1/status/${body['queue_id']}`,
    retry_after: 5,
  });
  expect([response.headers.get('location'), response.headers.get('retry-after')]).toEqual([
    body['status_url'],
    '5',
  ]);
  const waiting = await statusOf(service.url, body['queue_id']);
  expect(waiting).toMatchObject({ status: expect.stringMatching(/^(queued|processing)$/), priority: 7 });
  expect(Date.parse(String(waiting['expires_at'])) - Date.parse(String(waiting['created_at']))).toBe(
    4 * 3_600_000,
  );

  service.provider.plan(() => undefined);
  await endOf(service, String(body['queue_id'])).toBe('completed');
  const done = await statusOf(service.url, body['queue_id']);
  expect(done).toMatchObject({
    attempts: expect.any(Number),
    result: { status: 'recognized', intent: 'light.turn_on', source: 'llm', room: 'salon' },
  });
  expect(done['result']).not.toHaveProperty('transcript');
  // Waiting in vain is no failure of its own, and what was said is forgotten.
  const { redis, keyPrefix } = service;
  expect(await redis.keys(`${keyPrefix}v1:{queue}:said:*`)).toEqual([]);
  expect(await redis.xlen(`${keyPrefix}v1:{queue}:waiting`)).toBe(0);
  const hours = (await redis.pttl(`${keyPrefix}v1:{queue}:request:${body['queue_id']}`)) / 3_600_000;
  expect(hours).toBeGreaterThan(23.9);
  expect(hours).toBeLessThanOrEqual(24);
  const metrics = await service.metrics();
  expect(metrics.get('llm_queue_waiting')).toBe(0);
  expect(metrics.get('llm_queue_requests_total{outcome="queued"}')).toBe(1);
  expect(metrics.get('llm_queue_requests_total{outcome="completed"}')).toBe(1);
});

test('without the wish to wait rules answer, and with it the cache and a model do at once', async () => {
  const service = await startModelService(SOON_AGAIN);
  const known = { text: 'zapal światło', room: 'salon' };
  expect((await postIntent(service.url, known)).status).toBe(200);
  service.provider.plan(() => OUT);
  const [again, other] = await Promise.all([
    postIntent(service.url, known),
    service.ask({ text: 'zgaś światło', room: 'kuchnia' }),
  ]);
  expect([again.status, await again.json()]).toMatchObject([200, { source: 'cache' }]);
  expect(other).toMatchObject({ source: 'rules', intent: 'light.turn_off' });
});

test.each([
  ['a spent budget', { DAILY_LLM_BUDGET_USD: '0' }, 'budget_exceeded'],
  ['a limit of whoever asks', { LLM_INTENT_LIMITS__MINUTE: '1' }, 'rate_limited'],
])('%s makes it wait as well', async (_, given, reason) => {
  const service = await startModelService({ LLM_INTENT_MODE__AUTOMATIC: 'false', ...given });
  if (reason === 'rate_limited') await service.ask({ text: 'zapal światło', room: 'salon' });
  const queueId = await queued(service, { text: 'zgaś światło', room: 'salon' });
  // It counts while it is looked whether a model can be asked.
  await eventually(() => statusOf(service.url, queueId)).toMatchObject({
    status: 'queued',
    reason,
    attempts: 0,
  });
});

test('what an operator wants is no outage: rules answer', async () => {
  const service = await startModelService();
  const headers = { 'content-type': 'application/json' };
  await fetch(`${service.url}/api/v1/mode`, { method: 'PUT', headers, body: '{"mode": "rules-only"}' });
  const response = await postIntent(service.url, { text: 'zapal światło', room: 'salon' });
  expect([response.status, await response.json()]).toMatchObject([
    200,
    { source: 'rules', fallback_reason: 'mode' },
  ]);
});

test('one key waits once, and hears the same', async () => {
  const service = await startInOutage();
  const key = { 'idempotency-key': 'the-first' };
  const body = { text: 'zapal światło', room: 'salon' };
  const first = await postIntent(service.url, body, key);
  const again = await postIntent(service.url, body, key);
  expect([first.status, again.status]).toEqual([202, 202]);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(await again.json()).toEqual(await first.json());
  // As though the process had died before it remembered the key.
  await service.redis.del(...(await service.redis.keys(`${service.keyPrefix}v1:idempotency:*`)));
  expect((await postIntent(service.url, body, key)).status).toBe(202);
  expect(await service.redis.xlen(`${service.keyPrefix}v1:{queue}:waiting`)).toBe(1);
});

test('more than may wait are refused, and told when to come again', async () => {
  const service = await startInOutage({ LLM_INTENT_QUEUE__MAX_WAITING: '2' });
  for (const room of ['salon', 'kuchnia']) await queued(service, { text: 'zapal światło', room });
  const response = await postIntent(service.url, { text: 'zapal światło', room: 'sypialnia' });
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await response.json()).toMatchObject({ detail: expect.stringContaining('as many requests wait') });
  expect((await service.metrics()).get('llm_queue_requests_total{outcome="refused"}')).toBe(1);
});

test('one that nobody came to in time has expired, and nothing of what was said is left', async () => {
  const service = await startInOutage({ LLM_INTENT_QUEUE__TTL_SECONDS: '1' });
  const queueId = await queued(service, { text: 'zapal światło', room: 'salon' });
  await endOf(service, queueId).toBe('expired');
  await eventually(() => service.redis.xlen(`${service.keyPrefix}v1:{queue}:waiting`)).toBe(0);
  expect(await service.redis.keys(`${service.keyPrefix}v1:{queue}:said:*`)).toEqual([]);
  service.provider.plan(() => undefined);
  await eventually(async () =>
    (await service.metrics()).get('llm_queue_requests_total{outcome="expired"}'),
  ).toBe(1);
  expect(await statusOf(service.url, queueId)).not.toHaveProperty('result');
});

test('a batch queues what cannot be answered, each with its own id', async () => {
  const service = await startInOutage();
  const items = ['salon', 'kuchnia'].map((room) =>
    JSON.stringify({ text: 'zapal światło', room, processing_mode: 'queue_if_unavailable' }),
  );
  const response = await fetch(`${service.url}/intent/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: items.join('\n'),
  });
  const lines = (await response.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Fields);
  expect(lines).toMatchObject([0, 1].map((index) => ({ index, queue_id: expect.any(String) })));
  expect(new Set(lines.map((line) => line['queue_id'])).size).toBe(2);
});

test('what becomes of it is told live, without a word of it', async () => {
  const service = await startInOutage();
  const leave = new AbortController();
  const response = await fetch(`${service.url}/api/v1/events`, { signal: leave.signal });
  let heard = '';
  const listening = (async () => {
    for await (const piece of response.body ?? []) heard += new TextDecoder().decode(piece);
  })().catch(() => undefined);
  await eventually(() => heard).toContain('listening');
  const queueId = await queued(service, { text: 'zapal światło', room: 'salon' });
  await eventually(() => heard).toMatch(
    new RegExp(`event: queue_status\ndata: .*"${queueId}","status":"queued"`),
  );
  service.provider.plan(() => undefined);
  await eventually(() => heard).toMatch(new RegExp(`"${queueId}","status":"completed"`));
  const told = heard.split('\n').filter((line) => line.includes(queueId));
  expect(told.join()).not.toContain('zapal');
  leave.abort();
  await listening;
});

test('whoever wants to be called hears of the end, signed, and again until it was taken', async () => {
  const listener = await startListener((_, index) => ({ status: index === 0 ? 500 : 200 }));
  const service = await startInOutage(ON_LOOPBACK);
  const queueId = await queued(service, {
    ...{ text: 'zapal światło', room: 'salon', callback_url: `${listener.url}/hook?of=mine` },
  });
  expect(await statusOf(service.url, queueId)).toMatchObject({ callback: 'pending' });
  service.provider.plan(() => undefined);
  await eventually(async () => (await statusOf(service.url, queueId))['callback']).toBe('delivered');
  expect(listener.calls).toHaveLength(2);
  const [{ path, headers, body } = { path: '', headers: {}, body: '' }] = listener.calls.slice(1);
  expect(path).toBe('/hook?of=mine');
  expect(JSON.parse(body)).toMatchObject({
    ...{ queue_id: queueId, status: 'completed', result: { intent: 'light.turn_on' } },
  });
  const timestamp = headers['x-llm-intent-timestamp'];
  const expected = createHmac('sha256', SECRET).update(`${timestamp}.${body}`).digest('hex');
  expect(headers['x-llm-intent-signature']).toBe(`v1=${expected}`);
  expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(60);
  const record = await service.redis.hgetall(`${service.keyPrefix}v1:{queue}:request:${queueId}`);
  expect(record).not.toHaveProperty('callback_url');
  expect((await service.metrics()).get('llm_queue_callbacks_total{outcome="delivered"}')).toBe(1);
  expect(JSON.stringify(service.log)).not.toContain('/hook');
});

test('nobody is called at an address of the inside, or without a secret to sign with', async () => {
  const service = await startInOutage({ QUEUE_CALLBACK_SECRET: SECRET });
  const silent = await startInOutage();
  for (const [{ url, redis, keyPrefix }, address, complaint] of [
    [silent, 'http://192.0.2.1/', 'not available: there is no queue.callback.secret'],
    [service, 'http://127.0.0.1:8005/', 'reached from outside'],
    [service, 'http://localhost:1/', 'reached from outside'],
    [service, 'http://2130706433/', 'reached from outside'],
    [service, 'http://169.254.169.254/latest', 'reached from outside'],
    [service, 'http://[::ffff:7f00:1]/', 'reached from outside'],
    [service, 'ftp://example.org/', 'expected an address like https'],
    [service, 'http://a:b@example.org/', 'without a user or password'],
  ] as const) {
    const response = await postIntent(url, { text: 'zapal światło', callback_url: address });
    expect([address, response.status, await response.json()]).toEqual([
      ...[address, 422, expect.objectContaining({ detail: expect.stringContaining(complaint) })],
    ]);
    expect(await redis.exists(`${keyPrefix}v1:{queue}:waiting`)).toBe(0);
  }
});

test('what one replica leaves at its end another one works on', async () => {
  const one = await startInOutage({ CONSUMER_NAME: 'one' });
  const ids = [];
  for (let index = 0; index < 6; index += 1) {
    ids.push(await queued(one, { text: `zapal światło ${index}`, room: `pokój ${index}` }));
  }
  expect(await one.stop()).toBe(0);
  one.provider.plan(() => undefined);
  const two = await startServiceHere({ ...one.environment, CONSUMER_NAME: 'two' });
  for (const id of ids) {
    await eventually(async () => (await statusOf(two.url, id))['status']).toBe('completed');
  }
});

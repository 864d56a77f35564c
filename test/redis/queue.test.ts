import { createHmac } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import type { Fate } from '../support/fake-provider.ts';
import { type Fields, type ModelService, startModelService } from '../support/model-service.ts';
import { postPatiently, SOON_AGAIN, startListener, statusOf } from '../support/queue.ts';

/** A busy machine takes its time to start a service. */
vi.setConfig({ testTimeout: 60_000 });

const OUT: Fate = { kind: 'status', status: 503 };
const SECRET = 'what-both-sides-know-of';
const ON_LOOPBACK = {
  QUEUE_CALLBACK_SECRET: SECRET,
  LLM_INTENT_QUEUE__CALLBACK__PRIVATE_NETWORKS: '127.0.0.1',
};

/** A service whose provider is out. */
async function startInOutage(given: Readonly<Record<string, string>> = {}): Promise<ModelService> {
  const service = await startModelService({ ...SOON_AGAIN, ...given });
  service.provider.plan(() => OUT);
  return service;
}

async function queued(service: ModelService, body: Fields): Promise<string> {
  const response = await postPatiently(service.url, body);
  expect(response.status).toBe(202);
  return String(((await response.json()) as Fields)['queue_id']);
}

/** Hears what happens, from now on. */
async function listen(url: string) {
  const leaving = new AbortController();
  const response = await fetch(`${url}/api/v1/events`, { signal: leaving.signal });
  let heard = '';
  const listening = (async () => {
    for await (const piece of response.body ?? []) heard += new TextDecoder().decode(piece);
  })().catch(() => undefined);
  await expect.poll(() => heard).toContain('listening');
  return {
    heard: () => heard,
    leave() {
      leaving.abort();
      return listening;
    },
  };
}

const endOf = (service: ModelService, queueId: string) =>
  expect.poll(async () => (await statusOf(service.url, queueId))['status']);

test('a request waits while the provider is out, and has its result when it is back', async () => {
  const service = await startInOutage();
  const { heard, leave } = await listen(service.url);
  const response = await postPatiently(service.url, { text: 'zapal światło', room: 'salon', priority: 7 });
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
  expect(metrics.get('llm_queue_depth{queue="requests"}')).toBe(0);
  expect(metrics.get('llm_queue_requests_total{outcome="queued"}')).toBe(1);
  expect(metrics.get('llm_queue_requests_total{outcome="completed"}')).toBe(1);
  // Each step is told live, without a word of it.
  const told = () => heard().match(/event: queue_status\ndata: .*/g) ?? [];
  await expect.poll(() => told().at(-1)).toContain(`"${body['queue_id']}","status":"completed"`);
  expect(told()[0]).toContain('"status":"queued","priority":"7"');
  expect(told().join()).not.toContain('zapal');
  await leave();
});

test('without the wish to wait rules answer; and with it a model, the cache, and rules where an operator wants that', async () => {
  const service = await startModelService(SOON_AGAIN);
  const known = { text: 'zapal światło', room: 'salon' };
  expect((await postPatiently(service.url, known)).status).toBe(200);
  service.provider.plan(() => OUT);
  const [again, other] = await Promise.all([
    postPatiently(service.url, known),
    service.ask({ text: 'zgaś światło', room: 'kuchnia' }),
  ]);
  expect([again.status, await again.json()]).toMatchObject([200, { source: 'cache' }]);
  expect(other).toMatchObject({ source: 'rules', intent: 'light.turn_off' });

  const headers = { 'content-type': 'application/json' };
  await fetch(`${service.url}/api/v1/mode`, { method: 'PUT', headers, body: '{"mode": "rules-only"}' });
  const wanted = await postPatiently(service.url, { text: 'zgaś światło', room: 'salon' });
  expect([wanted.status, await wanted.json()]).toMatchObject([
    200,
    { source: 'rules', fallback_reason: 'mode' },
  ]);
});

test.each([
  ['a spent budget', { DAILY_LLM_BUDGET_USD: '0' }, 'budget_exceeded'],
  ['a limit of whoever asks', { LLM_INTENT_LIMITS__MINUTE: '1' }, 'rate_limited'],
])('%s makes it wait as well', async (_, given, reason) => {
  const service = await startModelService({ LLM_INTENT_MODE__AUTOMATIC: 'false', ...given });
  if (reason === 'rate_limited') await service.ask({ text: 'zapal światło', room: 'salon' });
  const queueId = await queued(service, { text: 'zgaś światło', room: 'salon' });
  // It counts while it is looked whether a model can be asked.
  await expect
    .poll(() => statusOf(service.url, queueId))
    .toMatchObject({
      status: 'queued',
      reason,
      attempts: 0,
    });
});

test('one key waits once, and hears the same; each of a batch has an id of its own', async () => {
  const service = await startInOutage();
  const key = { 'idempotency-key': 'the-first' };
  const body = { text: 'zapal światło', room: 'salon' };
  const first = await postPatiently(service.url, body, key);
  const again = await postPatiently(service.url, body, key);
  expect([first.status, again.status]).toEqual([202, 202]);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(await again.json()).toEqual(await first.json());
  // As though the process had died before it remembered the key.
  await service.redis.del(...(await service.redis.keys(`${service.keyPrefix}*v1:idempotency:*`)));
  expect((await postPatiently(service.url, body, key)).status).toBe(202);
  expect(await service.redis.xlen(`${service.keyPrefix}v1:{queue}:waiting`)).toBe(1);

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

  const called = await postPatiently(service.url, { ...body, callback_url: 'http://192.0.2.1/' });
  expect([called.status, await called.json()]).toMatchObject([
    422,
    { detail: expect.stringContaining('not available: there is no queue.callback.secret') },
  ]);
});

test('a key whose request Redis has lost queues it anew, once; one whose result was kept for its time hears the same', async () => {
  const service = await startInOutage({ LLM_INTENT_QUEUE__RESULT_SECONDS: '3600' });
  const { redis, keyPrefix } = service;
  const key = { 'idempotency-key': 'the-first' };
  const body = { text: 'zapal światło', room: 'salon' };
  const first = (await (await postPatiently(service.url, body, key)).json()) as Fields;
  const forget = () =>
    redis.del(
      `${keyPrefix}v1:{queue}:waiting`,
      `${keyPrefix}v1:{queue}:request:${first['queue_id']}`,
      `${keyPrefix}v1:{queue}:said:${first['queue_id']}`,
    );
  // As a failover does that takes the last writes along, but not all of them.
  await forget();
  const again = await Promise.all([1, 2, 3].map(() => postPatiently(service.url, body, key)));
  expect(again.map(({ status }) => status)).toEqual([202, 202, 202]);
  expect(again.filter(({ headers }) => !headers.has('idempotency-replayed'))).toHaveLength(1);
  for (const response of again) expect(await response.json()).toEqual(first);
  expect((await statusOf(service.url, first['queue_id']))['status']).toMatch(/^(queued|processing)$/);
  expect(await redis.xlen(`${keyPrefix}v1:{queue}:waiting`)).toBe(1);

  await forget();
  const [name = ''] = await redis.keys(`${keyPrefix}*v1:idempotency:*`);
  await redis.pexpire(name, 22 * 3_600_000);
  const late = await postPatiently(service.url, body, key);
  expect(late.headers.get('idempotency-replayed')).toBe('true');
  expect(await late.json()).toEqual(first);
});

test('more than may wait are refused; and in time they have expired, and nothing of what was said is left', async () => {
  const service = await startInOutage({
    ...{ LLM_INTENT_QUEUE__MAX_WAITING: '2', LLM_INTENT_QUEUE__TTL_SECONDS: '2' },
  });
  const ids = await Promise.all(
    ['salon', 'kuchnia'].map((room) => queued(service, { text: 'zapal światło', room })),
  );
  const response = await postPatiently(service.url, { text: 'zapal światło', room: 'sypialnia' });
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await response.json()).toMatchObject({ detail: expect.stringContaining('as many requests wait') });

  for (const id of ids) await endOf(service, id).toBe('expired');
  const { redis, keyPrefix } = service;
  await expect.poll(() => redis.xlen(`${keyPrefix}v1:{queue}:waiting`)).toBe(0);
  expect(await redis.keys(`${keyPrefix}v1:{queue}:said:*`)).toEqual([]);
  const counted = await service.metrics();
  expect(counted.get('llm_queue_requests_total{outcome="refused"}')).toBe(1);
  expect(counted.get('llm_queue_requests_total{outcome="expired"}')).toBe(2);
});

test('whoever wants to be called hears of the end, signed, and again until it was taken; not everybody may', async () => {
  const listener = await startListener((_, index) => ({ status: index === 0 ? 500 : 200 }));
  const service = await startInOutage(ON_LOOPBACK);
  const queueId = await queued(service, {
    ...{ text: 'zapal światło', room: 'salon', callback_url: `${listener.url}/hook?of=mine` },
  });
  expect(await statusOf(service.url, queueId)).toMatchObject({ callback: 'pending' });
  service.provider.plan(() => undefined);
  await expect.poll(async () => (await statusOf(service.url, queueId))['callback']).toBe('delivered');
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

  for (const [address, complaint] of [
    ['http://127.0.0.2:8005/', 'reached from outside'],
    ['http://2130706434/', 'reached from outside'],
    ['http://169.254.169.254/latest', 'reached from outside'],
    ['http://[::1]/', 'reached from outside'],
    ['ftp://127.0.0.1/', 'expected an address like https'],
    ['http://a:b@127.0.0.1/', 'without a user or password'],
  ]) {
    const response = await postPatiently(service.url, { text: 'zapal światło', callback_url: address });
    expect([address, response.status, await response.json()]).toEqual([
      ...[address, 422, expect.objectContaining({ detail: expect.stringContaining(complaint ?? '') })],
    ]);
  }
});

test('whom an operator has taken off the list meanwhile is not called, though it was asked for in time', async () => {
  const listener = await startListener();
  const service = await startInOutage({ ...ON_LOOPBACK, LLM_INTENT_QUEUE__CALLBACK__HOSTS: '127.0.0.1' });
  const asked = { text: 'zapal światło', room: 'salon' };
  const elsewhere = listener.url.replace('127.0.0.1', 'localhost');
  const refused = await postPatiently(service.url, { ...asked, callback_url: elsewhere });
  expect([refused.status, await refused.json()]).toMatchObject([
    422,
    { detail: expect.stringContaining('queue.callback.hosts') },
  ]);
  const queueId = await queued(service, { ...asked, callback_url: listener.url });
  // As though the list had been another one when it was asked for.
  const record = `${service.keyPrefix}v1:{queue}:request:${queueId}`;
  await service.redis.hset(record, 'callback_url', elsewhere);
  service.provider.plan(() => undefined);
  await expect.poll(async () => (await statusOf(service.url, queueId))['callback']).toBe('given_up');
  expect(listener.calls).toEqual([]);
});

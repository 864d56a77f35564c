import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { createWebhook } from '../../../src/budget/webhook.ts';

/** Somebody who is called, and answers as planned: with a status, or not at all. */
async function listener(...answers: readonly (number | 'silence' | 'reset')[]) {
  const bodies: unknown[] = [];
  const server = createServer(async (request, response: ServerResponse) => {
    bodies.push(JSON.parse(await text(request)));
    const answer = answers[bodies.length - 1] ?? 200;
    if (answer === 'silence') return;
    if (answer === 'reset') response.socket?.resetAndDestroy();
    else response.writeHead(answer, { location: '/elsewhere' }).end('whatever');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hook?secret=s3cret`, bodies };
}

function aWebhook(url: string, given: { timeoutMs?: number; pausesMs?: readonly number[] } = {}) {
  const failures: string[] = [];
  const webhook = createWebhook({
    ...{ url, timeoutMs: 10_000, pausesMs: [1, 1, 1], ...given },
    failed: ({ message }) => failures.push(message),
  });
  onTestFinished(() => webhook.close(0));
  return { webhook, failures };
}

const BODY = { event: 'budget_threshold', percent: '80' };

test('is called once where it answers', async () => {
  const { url, bodies } = await listener(204);
  const { webhook, failures } = aWebhook(url);
  webhook.send(BODY);
  await expect.poll(() => bodies).toEqual([BODY]);
  expect(failures).toEqual([]);
});

test('is called again where it did not hear, until it does', async () => {
  const { url, bodies } = await listener(503, 'reset', 'silence', 200);
  const { webhook, failures } = aWebhook(url, { timeoutMs: 1000 });
  webhook.send(BODY);
  await expect.poll(() => bodies).toHaveLength(4);
  expect(failures).toEqual([]);
});

test.each([
  [Array(4).fill(500), 4, /^it answered 500 \(tried 4 times\); check budget\.webhook\.url$/],
  [Array(4).fill('silence'), 4, /^no answer within 50 ms \(tried 4 times\)/],
  [Array(4).fill('reset'), 4, /^(ECONNRESET|UND_ERR_SOCKET) \(tried 4 times\)/],
  [[404], 1, /^it answered 404 \(tried 1 times\)/],
  [[302], 1, /^it answered 302 \(tried 1 times\)/],
])('that answers %j is given up, and no address is told', async (answers, calls, message) => {
  const { url, bodies } = await listener(...(answers as number[]));
  // As short as may be only where nothing but the time can end it.
  const { webhook, failures } = aWebhook(url, { timeoutMs: answers[0] === 'silence' ? 50 : 10_000 });
  webhook.send(BODY);
  await expect.poll(() => failures).toHaveLength(1);
  expect(bodies).toHaveLength(calls);
  expect(failures[0]).toMatch(message);
  expect(failures[0]).not.toMatch(/s3cret|127\.0\.0\.1/);
});

test('is waited for a moment at the end', async () => {
  const { url, bodies } = await listener(503, 503, 204);
  const { webhook, failures } = aWebhook(url);
  webhook.send(BODY);
  await webhook.close(60_000);
  expect(bodies).toHaveLength(3);
  expect(failures).toEqual([]);
});

test.each(['silence', 503])(
  'that has answered %s is not waited for at the end for long, and that is told',
  async (answer) => {
    const { url, bodies } = await listener(answer as number);
    const { webhook, failures } = aWebhook(url, { timeoutMs: 60_000, pausesMs: [60_000] });
    webhook.send(BODY);
    await expect.poll(() => bodies).toHaveLength(1);
    await webhook.close(5);
    expect(failures).toEqual(['it had not taken a call when the service stopped, and is not called again']);
  },
);

test('has no more than fifty calls under way', async () => {
  const { url } = await listener(...Array(60).fill('silence'));
  const { webhook, failures } = aWebhook(url, { timeoutMs: 60_000 });
  for (let count = 0; count < 51; count += 1) webhook.send(BODY);
  expect(failures).toEqual(['50 calls are under way already, so this one is not made']);
});

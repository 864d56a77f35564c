import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { eventStream } from '../../src/redis/publish-event.ts';
import type { FakeRequest, Fate } from '../support/fake-provider.ts';
import { picking, startModelService } from '../support/model-service.ts';

const turnOn = ({ prompt }: FakeRequest): Fate => ({
  kind: 'answer',
  content: picking(prompt, 'light.turn_on'),
});

async function hook() {
  const heard: Record<string, string>[] = [];
  const server = createServer(async (request, response) => {
    heard.push(JSON.parse(await text(request)));
    response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, heard };
}

describe('a service with a budget for each speaker', () => {
  test('answers who has used up his own by rules, asks the model for others, and tells no name', async () => {
    const { url, heard } = await hook();
    const { provider, ask, metrics, health, log, redis, keyPrefix } = await startModelService({
      LLM_INTENT_BUDGET__LIMITS: JSON.stringify([{ scope: 'origin:*', daily_usd: '0.003' }]),
      BUDGET_WEBHOOK_URL: url,
    });
    provider.plan(turnOn);
    // Until what it could cost at most no longer fits.
    const sources: unknown[] = [];
    for (let count = 1; sources.at(-1) !== 'rules'; count += 1) {
      const answer = await ask({ text: `ustaw lampkę w sypialni na ${count} procent`, user: 'anna' });
      sources.push(answer['source']);
      if (answer['source'] === 'rules') expect(answer).toMatchObject({ fallback_reason: 'budget_exceeded' });
    }
    expect(sources.length).toBeGreaterThan(1);
    const other = await ask({ text: 'ustaw lampkę w sypialni na 99 procent', user: 'jan' });
    expect(other).toMatchObject({ source: 'llm' });

    const counted = await metrics();
    expect(counted.get('llm_budget_refusals_total{scope="origin",window="day"}')).toBe(1);
    expect(counted.get('llm_budget_dollars{scope="origin",window="day",kind="limit"}')).toBe(0.003);
    await expect.poll(() => heard.length).toBeGreaterThan(0);
    const events = await redis.xrange(eventStream(keyPrefix), '-', '+');
    expect(heard[0]).toMatchObject({
      event: 'budget_threshold',
      scope: 'origin:anna',
      window: 'day',
      percent: '50',
    });
    expect(events[0]?.[1]).toEqual(expect.arrayContaining(['budget_threshold', 'origin:anna']));
    expect(log).toContainEqual(
      expect.objectContaining({ event: 'budget_threshold', scope: 'origin', percent: 50 }),
    );
    expect(log).toContainEqual(
      expect.objectContaining({ event: 'budget_refused', scope: 'origin', window: 'day' }),
    );
    const told = JSON.stringify([log, await health(), [...counted.keys()]]);
    expect(told).not.toMatch(/anna|jan"/);
    expect(told).not.toContain(url);
  });
});

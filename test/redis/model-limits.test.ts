import { describe, expect, test, vi } from 'vitest';
import { startServiceHere } from '../support/command.ts';
import {
  type Fields,
  type ModelService,
  picking,
  startModelService,
  WARM,
} from '../support/model-service.ts';
import { postIntent } from '../support/post-intent.ts';

// Services as processes of their own, on a machine that may have much else to do.
vi.setConfig({ testTimeout: 90_000 });

/** Something never said before, that a model understands and no rule. */
const said = (index: number): string =>
  `zapal światło na ${1 + (index % 100)} procent, po raz ${Math.floor(index / 100)}`;

async function start(given: Readonly<Record<string, string>> = {}): Promise<ModelService> {
  const service = await startModelService({
    ...WARM,
    LLM_INTENT_LIMITS__QUEUE: '0',
    ...given,
  });
  service.provider.plan(({ prompt }) => ({ kind: 'answer', content: picking(prompt, 'light.turn_on') }));
  return service;
}

function sourcesOf(answers: readonly Fields[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { source, fallback_reason: reason } of answers) {
    const name = reason === undefined ? String(source) : String(reason);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

async function limitsOf(url: string): Promise<{ readonly [field: string]: unknown; origins: Fields[] }> {
  const response = await fetch(`${url}/api/v1/limits`);
  expect(response.status).toBe(200);
  return (await response.json()) as { origins: Fields[] };
}

describe('a burst of 200 from one origin against 60 a minute', () => {
  test('is answered whole, leaves others alone, and what is known stays free', async () => {
    const { ask, provider, metrics, url } = await start();
    const loud = Array.from({ length: 200 }, (_, index) => ask({ text: said(index), room: 'salon' }));
    const quiet = Array.from({ length: 20 }, (_, index) => ask({ text: said(index), room: 'kuchnia' }));
    expect(sourcesOf(await Promise.all(loud))).toEqual({ llm: 60, rate_limited: 140 });
    expect(sourcesOf(await Promise.all(quiet))).toEqual({ llm: 20 });
    expect(provider.requests).toHaveLength(80);

    const answered = provider.requests.map((request) => request.said);
    const again = await Promise.all(answered.map((text) => ask({ text, room: 'salon' })));
    expect(sourcesOf(again)['cache']).toBeGreaterThanOrEqual(60);
    expect(provider.requests).toHaveLength(80);

    const counted = await metrics();
    expect(counted.get('llm_rate_limited_total{scope="origin_minute"}')).toBeGreaterThanOrEqual(140);
    expect(counted.get('llm_queue_depth{queue="limits"}')).toBe(0);
    expect([...counted.keys()].join()).not.toContain('salon');
    const { origins, ...shown } = await limitsOf(url);
    expect(shown).toEqual({ shared: true, waiting: 0 });
    expect(origins).toContainEqual({
      origin: 'salon',
      minute: { limit: 60, left: 0, resets_in_seconds: expect.any(Number) },
      hour: { limit: 1000, left: 940, resets_in_seconds: expect.any(Number) },
      day: { limit: 10_000, left: 9940, resets_in_seconds: expect.any(Number) },
    });
  });

  test('takes no time from others, though the provider is slow and the deadline short', async () => {
    const { ask, provider } = await startModelService(WARM);
    provider.plan(({ prompt }) => ({
      kind: 'answer',
      delayMs: 1500,
      content: picking(prompt, 'light.turn_on'),
    }));
    // Until it is known how long the provider takes.
    for (let index = 300; (await ask({ text: said(index), room: 'łazienka' }))['source'] !== 'llm'; )
      index += 1;
    const loud = Array.from({ length: 200 }, (_, index) => ask({ text: said(index), room: 'salon' }));
    await expect.poll(() => provider.requests.length, { interval: 10 }).toBeGreaterThanOrEqual(20);
    const quiet = ['kuchnia', 'sypialnia', 'gabinet'].map((room) => ask({ text: said(350), room }));
    expect(sourcesOf(await Promise.all(quiet))).toEqual({ llm: 3 });
    expect(await Promise.all(loud)).toHaveLength(200);
  });

  test('on the stream is published whole and in order', async () => {
    const { say, answers } = await start({ LLM_INTENT_LIMITS__MINUTE: '10' });
    await say(
      ...Array.from({ length: 30 }, (_, index) => ({
        transcript: said(index),
        room: index % 3 === 0 ? 'kuchnia' : 'salon',
        frame_id: `f${index}`,
      })),
    );
    const published = await answers(30);
    const of = (room: string): Fields[] => published.filter((answer) => answer['room'] === room);
    expect(of('salon').map(({ frame_id }) => frame_id)).toEqual(
      Array.from({ length: 30 }, (_, index) => index)
        .filter((index) => index % 3 !== 0)
        .map((index) => `f${index}`),
    );
    // Behind those that wait for a model (lane_depth) rules answer: that ends most of a burst before its limit does.
    const byModel = sourcesOf(of('salon'))['llm'];
    expect(byModel).toBeGreaterThanOrEqual(1);
    expect(byModel).toBeLessThanOrEqual(10);
    expect(published.every(({ status }) => status !== undefined)).toBe(true);
  });
});

test('the same words said at once count once, and nobody waits behind the limit of somebody else', async () => {
  const { ask, provider, url } = await start({
    LLM_INTENT_LIMITS__ORIGINS: JSON.stringify([{ origin: 'gość', minute: 0 }]),
  });
  provider.plan(({ prompt }) => ({
    kind: 'answer',
    delayMs: 500,
    content: picking(prompt, 'light.turn_on'),
  }));
  const at = { text: said(1), room: 'salon' };
  const answers = await Promise.all([
    ask({ ...at, user: 'gość' }),
    ...Array.from({ length: 20 }, () => ask({ ...at, user: 'anna' })),
    ask({ ...at, user: 'gość' }),
  ]);
  expect(sourcesOf([answers[0] as Fields, answers.at(-1) as Fields])).toEqual({ rate_limited: 2 });
  expect(sourcesOf(answers.slice(1, -1))).toEqual({ llm: 1, cache: 19 });
  expect((await limitsOf(url)).origins).toContainEqual(
    expect.objectContaining({ origin: 'anna', minute: expect.objectContaining({ left: 59 }) }),
  );
});

test('who asks is the user, else the room by whatever name, else unknown', async () => {
  const { ask, url } = await start({
    LLM_INTENT_LIMITS__HOUR: 'unlimited',
    LLM_INTENT_LIMITS__ORIGINS: JSON.stringify([{ origin: 'Salon', minute: 2 }]),
  });
  await ask({ text: said(1), user: '__proto__', room: 'salon' });
  await ask({ text: said(2), room: 'salon' });
  await ask({ text: said(3), room: 'SALON' });
  expect(sourcesOf([await ask({ text: said(4), room: 'Salon' })])).toEqual({ rate_limited: 1 });
  await ask({ text: said(5) });
  const { origins } = await limitsOf(url);
  expect(origins.map(({ origin }) => origin).sort()).toEqual(['__proto__', 'salon', 'unknown']);
  expect(origins[0]).toMatchObject({ hour: { limit: null, left: null, resets_in_seconds: null } });
});

test('who is refused is answered by rules, and told when a model may be asked again', async () => {
  const { url } = await start({ LLM_INTENT_LIMITS__MINUTE: '1' });
  const post = (index: number): Promise<Response> => postIntent(url, { text: said(index), room: 'salon' });
  const retryAfter = ({ headers }: Response): number => Number(headers.get('retry-after') ?? Number.NaN);
  const first = await post(1);
  expect([first.status, retryAfter(first)]).toEqual([200, Number.NaN]);
  const second = await post(2);
  expect(await second.json()).toMatchObject({
    source: expect.not.stringMatching('llm'),
    fallback_reason: 'rate_limited',
  });
  for (const response of [second, await fetch(`${url}/api/v1/limits`)]) {
    expect(response.status).toBe(200);
    expect(retryAfter(response)).toBeGreaterThanOrEqual(1);
    expect(retryAfter(response)).toBeLessThanOrEqual(60);
  }
});

test('replicas share the limits of origins and of providers', async () => {
  const first = await start({
    LLM_INTENT_LIMITS__MINUTE: '10',
    LLM_INTENT_LLM__OPENAI__REQUESTS_PER_MINUTE: '15',
  });
  const second = await startServiceHere({ ...first.environment, CONSUMER_NAME: 'second' });
  await second.logged('budget_open');
  const asks = async (text: string, room: string, index: number): Promise<Fields> => {
    const response = await postIntent((index % 2 === 0 ? first : second).url, { text, room });
    return (await response.json()) as Fields;
  };
  const burst = (room: string): Promise<Fields[]> =>
    Promise.all(Array.from({ length: 30 }, (_, index) => asks(said(index), room, index)));
  expect(sourcesOf(await burst('salon'))).toEqual({ llm: 10, rate_limited: 20 });
  expect(sourcesOf(await burst('kuchnia'))).toEqual({ llm: 5, rate_limited: 25 });
  expect(first.provider.requests).toHaveLength(15);
  const [one, other] = await Promise.all([limitsOf(first.url), limitsOf(second.url)]);
  expect(one.origins.map(({ origin }) => origin)).toEqual(other.origins.map(({ origin }) => origin));
  // What the provider's limit kept back is no call of the kitchen's.
  expect(one.origins[0]).toMatchObject({ origin: 'kuchnia', minute: { limit: 10, left: 5 } });
});

test('a call that the budget refuses takes nothing from the limits', async () => {
  const { ask, url, provider } = await start({ DAILY_LLM_BUDGET_USD: '0.000001' });
  expect(sourcesOf([await ask({ text: said(1), room: 'salon' })])).toEqual({ budget_exceeded: 1 });
  expect(provider.requests).toEqual([]);
  expect((await limitsOf(url)).origins).toMatchObject([{ origin: 'salon', minute: { left: 60 } }]);
});

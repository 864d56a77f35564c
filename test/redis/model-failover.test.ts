import { randomInt } from 'node:crypto';
import type { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { ledgerKeys } from '../../src/budget/ledger-keys.ts';
import { parseDollars } from '../../src/intent/money.ts';
import {
  type FakePrices,
  type FakeProvider,
  type FakeRequest,
  type Fate,
  startFakeProvider,
} from '../support/fake-provider.ts';
import { books, records } from '../support/ledger.ts';
import { type Fields, picking, startModelService } from '../support/model-service.ts';

const ROOMS = ['salon', 'kuchnia', 'sypialnia', 'łazienka', 'gabinet', 'przedpokój'];
const DEADLINE_MS = 2500;
/** A busy machine's, on top of the deadline. */
const LEEWAY_MS = 1000;

/** As the list has them: what is billed must be what is booked. */
const HAIKU: FakePrices = {
  ...{ prompt: 1000, cached: 100, completion: 5000 },
  written: { fiveMinutes: 1250, oneHour: 2000 },
};
const GPT_OSS: FakePrices = {
  ...{ prompt: 75, cached: 37.5, completion: 300 },
  written: { fiveMinutes: 75, oneHour: 75 },
};

const TROUBLES: readonly Fate[] = [
  { kind: 'status', status: 500 },
  { kind: 'reset' },
  { kind: 'status', status: 529 },
  { kind: 'silence' },
  { kind: 'torn' },
  { kind: 'page', body: '{"choices":' },
];

const keyOf = ({ headers }: FakeRequest): string => headers['authorization']?.replace('Bearer ', '') ?? '';

function well({ prompt }: FakeRequest): Fate {
  return { kind: 'answer', content: picking(prompt, 'light.turn_on') };
}

/** Of three keys the second is refused, and the third may ask one time in two. */
function rotating(request: FakeRequest): Fate {
  if (keyOf(request) === 'sk-2') return { kind: 'status', status: 401 };
  if (keyOf(request) === 'sk-3' && request.index % 2 === 0) {
    return { kind: 'status', status: 429, headers: { 'retry-after-ms': '300' } };
  }
  return well(request);
}

function down({ index }: FakeRequest): Fate | undefined {
  return TROUBLES[index % TROUBLES.length];
}

async function startOther(prices: FakePrices): Promise<FakeProvider> {
  const server = await startFakeProvider({ prices });
  onTestFinished(() => server.close());
  return server;
}

async function startThree() {
  const anthropic = await startOther(HAIKU);
  const groq = await startOther(GPT_OSS);
  const service = await startModelService({
    LLM_PROVIDERS: 'openai:gpt-5-mini,anthropic:claude-haiku-4-5,groq:openai/gpt-oss-20b',
    OPENAI_API_KEY: 'sk-1,sk-2,sk-3',
    ANTHROPIC_API_KEY: 'sk-ant',
    ANTHROPIC_BASE_URL: anthropic.url,
    GROQ_API_KEY: 'gsk',
    GROQ_BASE_URL: groq.url,
    LLM_DEADLINE_MS: String(DEADLINE_MS),
    LLM_TIMEOUT_MS: '700',
    LLM_INTENT_LLM__BREAKER__OPEN_MS: '300',
    BUDGET_TIMEZONE: 'UTC',
    // What a silent provider may have billed adds up.
    DAILY_LLM_BUDGET_USD: '50',
  });
  let said = 0;
  return {
    ...service,
    servers: { openai: service.provider, anthropic, groq },
    /** Says something new in every room, and waits for the answers to it. */
    async round(): Promise<Fields[]> {
      const transcripts = ROOMS.map((room, index) => ({
        transcript: `zapal światło na ${1 + ((said + index) % 100)} procent`,
        room,
        frame_id: `f${said + index}`,
      }));
      await service.say(...transcripts);
      said += ROOMS.length;
      return (await service.answers(said)).slice(-ROOMS.length);
    },
    said: () => said,
  };
}

/** Every bill has a record of its own, at what was billed where that was told and at no less where it was not. */
async function expectBilledOnce(
  redis: Redis,
  keyPrefix: string,
  servers: Readonly<Record<string, FakeProvider>>,
): Promise<void> {
  const booked = Object.groupBy(
    await records(redis, ledgerKeys(keyPrefix)),
    ({ provider }) => provider ?? '',
  );
  for (const [provider, { bill }] of Object.entries(servers)) {
    const open = bill.map(({ cost }) => cost);
    const paid = (booked[provider] ?? []).filter(({ outcome }) => outcome !== 'free');
    for (const { cost, outcome } of paid) {
      if (outcome !== 'metered') continue;
      const at = open.indexOf(Number(cost));
      expect({ provider, cost, open, at }).not.toMatchObject({ at: -1 });
      open.splice(at, 1);
    }
    const worst = paid.filter(({ outcome }) => outcome !== 'metered');
    // On a busy machine a try may be given up before the provider has heard of it: that one costs its worst case all the same.
    expect({ provider, unbooked: Math.max(0, open.length - worst.length) }).toEqual({
      provider,
      unbooked: 0,
    });
    for (const { cost } of worst) expect(Number(cost)).toBeGreaterThanOrEqual(Math.max(0, ...open));
  }
}

function expectInTime(answers: readonly Fields[]): void {
  for (const answer of answers) {
    expect(answer).toMatchObject({ intent: 'light.turn_on' });
    expect(Number(answer['latency_ms'])).toBeLessThan(DEADLINE_MS + LEEWAY_MS);
  }
}

test('providers that are down in turn and together lose no transcript, no time and no money', async () => {
  const { round, servers, said, answers, redis, keyPrefix } = await startThree();
  const { openai, anthropic, groq } = servers;
  const phases = [
    { plans: [rotating, well, well], by: 'openai' },
    { plans: [down, well, well], by: 'anthropic' },
    { plans: [down, down, well], by: 'groq' },
    { plans: [down, down, down], by: 'rules' },
    { plans: [rotating, down, down], by: 'openai' },
  ];
  // The first calls of a process take longer.
  for (const server of [openai, anthropic, groq]) server.plan(well);
  await round();
  for (const { plans, by } of phases) {
    for (const [index, server] of [openai, anthropic, groq].entries()) server.plan(plans[index] ?? well);
    // What a provider's breaker kept away in the phase before may be tried again.
    await new Promise((resolve) => setTimeout(resolve, 350));
    const given = await round();
    expectInTime(given);
    const answered = given.map(({ source, provider }) => (source === 'llm' ? String(provider) : 'rules'));
    expect(answered).toContain(by);
    const isDown = Object.keys(servers).filter((_, index) => plans[index] === down);
    expect(answered.filter((name) => isDown.includes(name))).toEqual([]);
  }

  const all = await answers(said());
  expect(new Set(all.map(({ source_message_id: id }) => id)).size).toBe(said());
  const today = `day:${new Date().toISOString().slice(0, 10)}`;
  await expect.poll(async () => (await books(redis, keyPrefix, today)).reserved).toBe(0);
  await expectBilledOnce(redis, keyPrefix, servers);
  const told = all.reduce(
    (sum, { cost_usd: cost }) => sum + (parseDollars(String(cost ?? 0)) ?? Number.NaN),
    0,
  );
  expect(told).toBe((await books(redis, keyPrefix, today)).spent);
}, 60_000);

test('whatever each of them does at random, every transcript has one answer and every bill its record', async () => {
  const { round, servers, said, answers, redis, keyPrefix } = await startThree();
  for (const server of Object.values(servers)) {
    server.plan((request) =>
      randomInt(2) === 0 ? rotating(request) : down({ ...request, index: randomInt(99) }),
    );
  }
  for (let time = 0; time < 6; time += 1) expectInTime(await round());
  const all = await answers(said());
  expect(new Set(all.map(({ source_message_id: id }) => id)).size).toBe(said());
  const today = `day:${new Date().toISOString().slice(0, 10)}`;
  await expect.poll(async () => (await books(redis, keyPrefix, today)).reserved).toBe(0);
  await expectBilledOnce(redis, keyPrefix, servers);
}, 60_000);

import { expect, onTestFinished, test, vi } from 'vitest';
import type { ProviderChoice } from '../../../src/llm/choose-providers.ts';
import { createPace } from '../../../src/llm/pace.ts';
import { type FakeProvider, type Fate, startFakeProvider } from '../../support/fake-provider.ts';
import { startModelStep } from '../../support/model-step.ts';

vi.setConfig({ testTimeout: 60_000 });

const NAMES = ['openai', 'groq', 'gemini'];
const DEADLINE_MS = 2500;

/** The model step before several providers, with the time that a service has. */
async function startSeveral(fates: readonly Fate[], breaker = { failures: 5, open_ms: 60_000 }) {
  const servers = await Promise.all(fates.map(() => startFakeProvider()));
  onTestFinished(async () => {
    await Promise.all(servers.map((server) => server.close()));
  });
  for (const [index, server] of servers.entries()) server.plan(() => fates[index]);
  const choices = servers.map(
    ({ url }, index): ProviderChoice => ({
      kind: 'openai wire',
      provider: NAMES[index] ?? '',
      model: 'm',
      isRemote: true,
      accounts: [{ name: '', baseUrl: url, apiKey: 'k', weight: 1 }],
    }),
  );
  const step = await startModelStep({
    server: servers[0] as FakeProvider,
    settings: { timeout_ms: 2000, deadline_ms: DEADLINE_MS, retries: 3, breaker },
    choices: () => choices,
  });
  async function askOften(times: number): Promise<string[]> {
    const answers: string[] = [];
    for (let time = 0; time < times; time += 1) {
      const answer = await step.ask({}, { withinMs: DEADLINE_MS });
      answers.push(answer.kind === 'answer' ? answer.use.provider : String(answer.reason));
    }
    return answers;
  }
  return { ...step, servers, askOften };
}

test('providers that are well and not fast take no time from each other, once it is known how long they take', async () => {
  const rows = [
    { count: 1, delayMs: 900 },
    { count: 2, delayMs: 900 },
    { count: 3, delayMs: 900 },
    { count: 1, delayMs: 1400 },
    { count: 2, delayMs: 1400 },
  ];
  const seen = await Promise.all(
    rows.map(async ({ count, delayMs }) => {
      const fates = Array.from({ length: count }, (): Fate => ({ kind: 'answer', delayMs }));
      const { askOften, told } = await startSeveral(fates);
      return { count, delayMs, later: (await askOften(8)).slice(2), told };
    }),
  );
  expect(seen).toEqual(
    rows.map((row) => ({ ...row, later: Array.from({ length: 6 }, () => 'openai'), told: [] })),
  );
});

test('one that falls silent soon leaves time to the next one, and is soon not asked', async () => {
  const { askOften, servers, told } = await startSeveral([
    { kind: 'answer', delayMs: 700 },
    { kind: 'answer', delayMs: 600 },
  ]);
  expect((await askOften(2)).at(-1)).toBe('openai');
  servers[0]?.plan(() => ({ kind: 'silence' }));
  expect((await askOften(8)).slice(-5)).toEqual(Array.from({ length: 5 }, () => 'groq'));
  expect(told).toContain('breaker openai open');
});

test('one that never answered leaves half of the time to the next one', async () => {
  const { askOften } = await startSeveral([{ kind: 'silence' }, { kind: 'answer', delayMs: 100 }]);
  expect(await askOften(3)).toEqual(['groq', 'groq', 'groq']);
});

test('one behind an open breaker takes no time from the one before it', async () => {
  const { askOften, servers, told } = await startSeveral(
    [
      { kind: 'status', status: 400 },
      { kind: 'status', status: 500 },
    ],
    { failures: 1, open_ms: 60_000 },
  );
  await askOften(1);
  expect(told).toContain('breaker groq open');
  servers[0]?.plan(() => ({ kind: 'answer', delayMs: 1400 }));
  // No time was spent on learning: the first try is for a quarter of the deadline, the second for what that leaves.
  expect(await askOften(2)).toEqual(['timeout', 'openai']);
});

test('no share is more than what is left', () => {
  const pace = createPace({ limitMs: 2000, deadlineMs: 2500 });
  pace.answered(1900);
  for (const left of [2500, 900, 100]) {
    for (const behind of [0, 1, 2, 8]) {
      expect(pace.share(left, behind)).toBeLessThanOrEqual(left);
      expect(pace.share(left, behind)).toBeGreaterThanOrEqual(left / (behind + 1));
    }
  }
});

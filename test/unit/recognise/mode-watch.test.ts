import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import type { ProviderQuota } from '../../../src/intent/provider-quota.ts';
import type { ModelAnswer, ModelQuestion } from '../../../src/llm/ask-model.ts';
import type { ProviderChoice } from '../../../src/llm/choose-providers.ts';
import { type ModeWatch, watchModels } from '../../../src/recognise/mode-watch.ts';
import { type Fate, startFakeProvider } from '../../support/fake-provider.ts';
import { startModelStep } from '../../support/model-step.ts';

const { signal } = new AbortController();

/** What the mode hears of an answer. */
async function heardOf(answer: ModelAnswer, question: Partial<ModelQuestion> = {}) {
  const heard: Parameters<ModeWatch['asked']>[0][] = [];
  const watch: ModeWatch = {
    mode: () => 'full',
    asked: (call) => heard.push(call),
    reserved: () => undefined,
  };
  await watchModels(async () => answer, { watch, clock: systemClock })(question as ModelQuestion, {
    signal,
    deadline: 0,
    span: undefined as never,
  });
  return heard;
}

/** Two providers, the first one and then the second one asked. */
async function askTwo(fates: readonly [Fate, Fate], quota?: ProviderQuota): Promise<ModelAnswer> {
  const servers = await Promise.all(fates.map(() => startFakeProvider()));
  onTestFinished(async () => {
    await Promise.all(servers.map((server) => server.close()));
  });
  for (const [index, server] of servers.entries()) server.plan(() => fates[index]);
  const { ask } = await startModelStep({
    settings: { retries: 0 },
    choices: () =>
      servers.map(
        ({ url }, index): ProviderChoice => ({
          kind: 'openai wire',
          provider: index === 0 ? 'openai' : 'groq',
          model: 'm',
          isRemote: true,
          accounts: [{ name: '', baseUrl: url, apiKey: 'k', weight: 1 }],
        }),
      ),
    ...(quota && { quota }),
  });
  return ask();
}

const down: Fate = { kind: 'status', status: 500 };
const limited: Fate = { kind: 'status', status: 429, headers: { 'retry-after': '30' } };
const refusing: Fate = { kind: 'answer', refusal: 'I cannot help with that.' };
const garbage: Fate = { kind: 'answer', content: 'no JSON' };
const aboutTheWords: Fate = { kind: 'status', status: 400 };

test.each<[string, readonly [Fate, Fate], string]>([
  ['one is down and the other has a limit of its own', [down, limited], 'provider_error'],
  ['one has a limit of its own and the other is down', [limited, down], 'provider_error'],
  ['all have limits of their own', [limited, limited], 'rate_limited'],
  ['one is down and the other does not like what was said', [down, refusing], 'provider_error'],
  ['all talk nonsense', [garbage, garbage], 'invalid_output'],
])('the mode hears of trouble where %s', async (_, fates, reason) => {
  const answer = await askTwo(fates);
  expect(answer).toMatchObject({ kind: 'pass', reason });
  expect(await heardOf(answer)).toMatchObject([{ failed: true }]);
});

test('a limit of ours on one provider hides no trouble of another one', async () => {
  const quota: ProviderQuota = {
    take: async (provider) =>
      provider === 'groq' ? 'rate_limited' : { took: () => undefined, giveBack: () => undefined },
  };
  const answer = await askTwo([down, down], quota);
  expect(answer).toMatchObject({ kind: 'pass', reason: 'provider_error' });
  expect(await heardOf(answer)).toMatchObject([{ failed: true }]);
});

test.each<[string, readonly [Fate, Fate]]>([
  ['nobody likes what was said', [refusing, refusing]],
  ['the request was not taken', [aboutTheWords, aboutTheWords]],
])('the mode hears of no trouble where %s', async (_, fates) => {
  const answer = await askTwo(fates);
  expect(answer.kind).toBe('pass');
  expect(await heardOf(answer)).toEqual([]);
});

test('the mode hears who asked', async () => {
  const answer = { kind: 'pass', reason: 'timeout', isTrouble: true } as const;
  expect(await heardOf(answer, { origin: 'anna' })).toMatchObject([
    { failed: true, isTimeout: true, origin: 'anna' },
  ]);
  expect(await heardOf(answer)).toMatchObject([{ failed: true, origin: 'unknown' }]);
});

test('an answer of the second one is no failure', async () => {
  const answer = await askTwo([down, { kind: 'answer' }]);
  expect(await heardOf(answer)).toMatchObject([{ failed: false, isTimeout: false }]);
});

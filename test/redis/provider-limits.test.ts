import { expect, test } from 'vitest';
import { openLimits } from '../support/limits.ts';

const NO_END = Number.POSITIVE_INFINITY;

test('two replicas send a provider no more requests a minute than it takes', async () => {
  const providers = { openai: { requests: 10, tokens: NO_END } };
  const one = await openLimits({ providers });
  const other = await openLimits({ providers, keyPrefix: one.keyPrefix });
  const taken = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      (index % 2 === 0 ? one : other).limits.providers.take('openai', 500),
    ),
  );
  expect(taken.filter((answer) => answer !== 'rate_limited')).toHaveLength(10);
  expect(await one.limits.providers.take('groq', 500)).not.toBe('rate_limited');
  expect(new Set([...one.told, ...other.told])).toEqual(new Set(['limited provider_requests']));
});

test('tokens that a call did not need are free for others', async () => {
  const { limits, told } = await openLimits({ providers: { openai: { requests: NO_END, tokens: 1000 } } });
  const first = await limits.providers.take('openai', 800);
  expect(await limits.providers.take('openai', 300)).toBe('rate_limited');
  expect(told).toEqual(['limited provider_tokens']);
  if (first !== 'rate_limited') first.took(650);
  expect(await limits.providers.take('openai', 300)).not.toBe('rate_limited');
  expect(await limits.providers.take('openai', 51)).toBe('rate_limited');
  expect(await limits.providers.take('openai', 50)).not.toBe('rate_limited');
});

test('a call that is not made, and one that is refused, takes nothing', async () => {
  const { limits } = await openLimits({ providers: { openai: { requests: 2, tokens: 1000 } } });
  expect(await limits.providers.take('openai', 1001)).toBe('rate_limited');
  const notMade = await limits.providers.take('openai', 1000);
  if (notMade !== 'rate_limited') notMade.giveBack();
  expect(await limits.providers.take('openai', 500)).not.toBe('rate_limited');
  expect(await limits.providers.take('openai', 500)).not.toBe('rate_limited');
  expect(await limits.providers.take('openai', 1)).toBe('rate_limited');
});

test('a provider that may be sent nothing is sent nothing', async () => {
  const { limits } = await openLimits({ providers: { openai: { requests: 0, tokens: NO_END } } });
  expect(await limits.providers.take('openai', 1)).toBe('rate_limited');
});

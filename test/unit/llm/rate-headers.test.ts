import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import type { ProviderChoice } from '../../../src/llm/choose-providers.ts';
import { exhaustedForMs } from '../../../src/llm/rate-headers.ts';
import { startModelStep } from '../../support/model-step.ts';

const NOW = Date.UTC(2026, 10, 21, 16);

describe('a provider has none left', () => {
  test.each([
    [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '2m59.5s' }, 179_500],
    [{ 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '20ms' }, 20],
    [{ 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '1h0m1s' }, 3_601_000],
    [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1.5' }, 1500],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW + 4000) }, 4000],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 + 4) }, 4000],
    [
      {
        'anthropic-ratelimit-input-tokens-remaining': '0',
        'anthropic-ratelimit-input-tokens-reset': '2026-11-21T16:00:07Z',
      },
      7000,
    ],
    [
      {
        'anthropic-ratelimit-requests-remaining': '0',
        'anthropic-ratelimit-requests-reset': '2026-11-21T15:59:00Z',
      },
      undefined,
    ],
  ])('until it says that it has some again (%j)', (headers, ms) => {
    expect(exhaustedForMs(new Headers(headers as Record<string, string>), NOW)).toBe(ms);
  });

  test('of either kind, whichever takes longer to come back', () => {
    const headers = new Headers({
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '1s',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '5s',
    });
    expect(exhaustedForMs(headers, NOW)).toBe(5000);
  });
});

test.each([
  {},
  { 'x-ratelimit-remaining-requests': '1', 'x-ratelimit-reset-requests': '1h' },
  { 'x-ratelimit-remaining-requests': '0' },
  { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': 'soon' },
  { 'x-ratelimit-limit-requests': '0', 'x-ratelimit-reset-requests': '1h' },
  { 'x-ratelimit-remaining-requests': '', 'x-ratelimit-reset-requests': '1h' },
])('it has some, or nobody knows (%j)', (headers) => {
  expect(exhaustedForMs(new Headers(headers as Record<string, string>), NOW)).toBeUndefined();
});

describe.each([
  [
    'openai',
    () => ({ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '20s' }),
    'openai wire',
  ],
  [
    'anthropic',
    () => ({
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': new Date(Date.now() + 20_000).toISOString(),
    }),
    'anthropic wire',
  ],
] as const)('with its last request, %s', (provider, headers, kind) => {
  let aheadMs = 0;
  const clock = { now: systemClock.now, monotonic: () => systemClock.monotonic() + aheadMs };
  const choices = (baseUrl: string): readonly ProviderChoice[] => [
    {
      kind,
      provider,
      ...{ model: 'first', accounts: [{ name: '', baseUrl, apiKey: 'k', weight: 1 }], isRemote: true },
    },
    {
      kind: 'openai wire',
      provider: 'groq',
      ...{ model: 'second', accounts: [{ name: '', baseUrl, apiKey: 'k', weight: 1 }], isRemote: true },
    },
  ];
  const start = () => startModelStep({ clock, choices });

  test('answers, and is not asked again until then: the next provider is', async () => {
    const { ask, server, calls } = await start();
    server.plan(() => ({ kind: 'answer', headers: headers() }));
    expect(await ask()).toMatchObject({ use: { provider } });
    server.plan(() => undefined);
    expect(await ask()).toMatchObject({ use: { provider: 'groq' } });
    expect(calls.map((call) => call.provider)).toEqual([provider, 'groq']);
    aheadMs += 20_500;
    expect(await ask()).toMatchObject({ use: { provider } });
  });

  test('may also say so as it refuses one', async () => {
    const { ask, server } = await start();
    server.plan(({ body }) =>
      body.model === 'first' ? { kind: 'status', status: 429, headers: headers() } : undefined,
    );
    for (let call = 0; call < 3; call += 1) expect(await ask()).toMatchObject({ use: { provider: 'groq' } });
    expect(server.requests.filter(({ body }) => body.model === 'first')).toHaveLength(1);
  });

  test('is rate limited where nobody else can be asked', async () => {
    const { ask, server } = await startModelStep({ clock, choices: (url) => choices(url).slice(0, 1) });
    server.plan(() => ({ kind: 'answer', headers: headers() }));
    await ask();
    expect(await ask()).toEqual({ kind: 'pass', reason: 'rate_limited', isTrouble: true });
    expect(server.requests).toHaveLength(1);
  });
});

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import type { ProviderQuota } from '../../../src/intent/provider-quota.ts';
import type { Spending } from '../../../src/intent/spending.ts';
import { startModelStep } from '../../support/model-step.ts';

/** A quota that lets everything through and keeps what it was told. @param before awaited by each taking */
function recordingQuota(before: (taken: number) => Promise<void> = async () => undefined) {
  const told: string[] = [];
  const tokens: number[] = [];
  const quota: ProviderQuota = {
    async take(provider, many) {
      tokens.push(many);
      await before(tokens.length);
      told.push(`take ${provider}`);
      return {
        took: (counted) => told.push(`took ${counted}`),
        giveBack: () => told.push('gave back'),
      };
    },
  };
  return { quota, told, tokens };
}

/** An address at which nobody listens. */
async function nobodysAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}/v1`;
}

test('a try takes its prompt and the longest reply, and gives back what it did not need', async () => {
  const { quota, told, tokens } = recordingQuota();
  const { ask, server } = await startModelStep({ quota });
  await ask();
  await ask();
  const [first, second] = server.bill.map((item) => item.tokens);
  if (!first || !second) throw new Error('both are billed');
  expect(told).toEqual([
    'take openai',
    `took ${first.prompt + first.completion}`,
    'take openai',
    `took ${second.prompt + second.completion}`,
  ]);
  // By then it is known how the provider counts.
  expect(Math.abs((tokens[1] ?? 0) - 300 - second.prompt)).toBeLessThan(second.prompt / 10);
  expect(tokens[0]).toBeGreaterThan(300 + first.prompt / 2);
});

test('every try takes its own, the complaint about a reply among them', async () => {
  const { quota, told, tokens } = recordingQuota();
  const { ask, server } = await startModelStep({ quota });
  server.plan(({ index }) => (index === 0 ? { kind: 'answer', content: 'no JSON' } : undefined));
  expect(await ask()).toMatchObject({ kind: 'answer' });
  expect(told.filter((what) => what.startsWith('took'))).toHaveLength(2);
  expect(tokens[1]).toBeGreaterThan(tokens[0] ?? 0);
});

test('a provider whose quota is used up is not sent anything, and no money is set aside', async () => {
  const { ask, server, purse } = await startModelStep({ quota: { take: async () => 'rate_limited' } });
  expect(await ask()).toEqual({ kind: 'pass', reason: 'rate_limited' });
  expect([server.requests, purse.expenses]).toEqual([[], []]);
});

test('what the budget refuses is given back, and so is what nobody knows the budget of', async () => {
  for (const verdict of ['budget_exceeded', 'ledger_unavailable'] as const) {
    const { quota, told } = recordingQuota();
    const spending: Spending = { reserve: async () => verdict, settle: () => undefined };
    const { ask } = await startModelStep({ quota, spending });
    await ask();
    expect(told).toEqual(['take openai', 'gave back']);
  }
});

test('what breaks off while money is set aside is given back', async () => {
  const { quota, told } = recordingQuota();
  const spending: Spending = {
    reserve: async () => {
      throw new Error('stopped');
    },
    settle: () => undefined,
  };
  const { ask } = await startModelStep({ quota, spending });
  await expect(ask()).rejects.toThrow('stopped');
  expect(told).toEqual(['take openai', 'gave back']);
});

test('where no account is left by then, all is given back', async () => {
  const limited = Promise.withResolvers<void>();
  const { quota, told } = recordingQuota((taken) => (taken === 2 ? limited.promise : Promise.resolve()));
  const { ask, server } = await startModelStep({ quota, settings: { retries: 0 } });
  server.plan(() => ({ kind: 'status', status: 429, headers: { 'retry-after': '30' } }));
  const [, second] = await Promise.all([ask().finally(() => limited.resolve()), ask()]);
  expect(second).toMatchObject({ kind: 'pass', reason: 'rate_limited' });
  expect(server.requests).toHaveLength(1);
  expect(told.slice(-2)).toEqual(['take openai', 'gave back']);
});

test('what was never sent is given back', async () => {
  const { quota, told } = recordingQuota();
  const baseUrl = await nobodysAddress();
  const { ask } = await startModelStep({
    quota,
    settings: { retries: 0 },
    choices: () => [
      {
        kind: 'openai wire',
        provider: 'openai',
        model: 'm',
        isRemote: true,
        accounts: [{ name: '', baseUrl, apiKey: 'k', weight: 1 }],
      },
    ],
  });
  expect(await ask()).toMatchObject({ kind: 'pass', reason: 'provider_error' });
  expect(told).toEqual(['take openai', 'gave back']);
});

test('what was refused unread took a request and no tokens; of what may have been read nothing is given back', async () => {
  for (const [status, after] of [
    [429, ['took 0']],
    [401, ['took 0']],
    [500, []],
  ] as const) {
    const { quota, told } = recordingQuota();
    const { ask, server } = await startModelStep({ quota, settings: { retries: 0 } });
    server.plan(() => ({ kind: 'status', status }));
    await ask();
    expect({ status, told }).toEqual({ status, told: ['take openai', ...after] });
  }
});

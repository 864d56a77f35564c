import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { budgetLimits } from '../../../src/config/budget-limits.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function limitsOf(limits: string): Promise<ReturnType<typeof budgetLimits>> {
  const folder = join(await temporaryFolder(), 'config');
  await mkdir(folder);
  await writeFile(join(folder, 'config.yaml'), `budget:\n  daily_usd: 1.00\n  limits: ${limits}\n`);
  return budgetLimits(await loadConfig({ LLM_INTENT_CONFIG: folder }));
}

const ALL = [
  { scope: 'all', window: 'day', limit: 1_000_000_000 },
  { scope: 'all', window: 'month', limit: 50_000_000_000 },
];

test('a limit is of a day, a month, or both', async () => {
  expect(
    await limitsOf(
      '[{ scope: "provider:openai", daily_usd: 0.5, monthly_usd: "2.00" }, { scope: "origin:*", daily_usd: 0 }]',
    ),
  ).toEqual([
    ...ALL,
    { scope: 'provider:openai', window: 'day', limit: 500_000_000 },
    { scope: 'provider:openai', window: 'month', limit: 2_000_000_000 },
    { scope: 'origin:*', window: 'day', limit: 0 },
  ]);
});

test.each([
  [
    '[{ scope: "provider:openay", daily_usd: 1 }]',
    /config\.yaml:3:\d+: .*expected provider:, origin: or tenant:/,
  ],
  ['[{ scope: "all", daily_usd: 1 }]', /expected provider:, origin: or tenant:/],
  ['[{ scope: "tenant:Guests", daily_usd: 1 }]', /tenants have small letters/],
  ['[{ scope: "origin: anna", daily_usd: 1 }]', /expected a name as users and rooms have it/],
  ['[{ scope: "origin:an\\nna", daily_usd: 1 }]', /expected/],
  ['[{ scope: "origin:anna" }]', /expected daily_usd, monthly_usd or both/],
  ['[{ scope: "origin:anna", daily_usd: -1 }]', /expected decimal dollars/],
  [
    '[{ scope: "origin:a", daily_usd: 1 }, { scope: "origin:a", monthly_usd: 1 }]',
    /"origin:a" has a limit already/,
  ],
  ['[{ scope: "origin:a", weekly_usd: 1 }]', /weekly_usd/],
])('%s is a mistake, and names its line', async (limits, message) => {
  await expect(limitsOf(limits)).rejects.toThrow(message);
});

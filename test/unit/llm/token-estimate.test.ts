import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test, vi } from 'vitest';
import { BUILT_IN_PROMPTS } from '../../../src/llm/prompts.ts';
import { REPLY_SCHEMA } from '../../../src/llm/reply-schema.ts';
import { loadTokenCounter } from '../../../src/llm/token-counter.ts';
import { createTokenEstimator } from '../../../src/llm/token-estimate.ts';
import { FAKE_PRICES, startFakeProvider } from '../../support/fake-provider.ts';
import { startModelStep } from '../../support/model-step.ts';

vi.setConfig({ testTimeout: 30_000 });

const SAID = [
  'zapal kinkiet w salonie',
  'zgaś światło w kuchni, proszę, bo nikogo tam nie ma',
  'turn on the wall light',
  'włącz kinkiet na 40 procent i zgaś światło w kuchni',
  'czy w kuchni świeci się światło?',
];

test('an estimate is within 5 tokens of what is reported, once one call has been seen', async () => {
  const server = await startFakeProvider({ countTokens: await loadTokenCounter('o200k_base') });
  const { ask, calls } = await startModelStep({ server });
  for (const text of SAID) await ask(text);
  await server.close();
  expect(calls[0]?.estimateError).toBeUndefined();
  const errors = calls.slice(1).map(({ estimateError }) => estimateError);
  expect(errors).toHaveLength(SAID.length - 1);
  for (const error of errors) expect(error).toBeLessThanOrEqual(5);
});

test('a reservation is above the bill, though the server writes the schema out and the reply is as long as it may be', async () => {
  const known = await loadTokenCounter('o200k_base');
  const schema = JSON.stringify(REPLY_SCHEMA, undefined, 4);
  const servers = [
    { model: 'gpt-4.1-mini', countTokens: known, schemaTokens: known(`## intent\n${schema}`) },
    // No tokenizer makes more.
    {
      model: 'unheard-of',
      countTokens: Buffer.byteLength,
      schemaTokens: JSON.stringify(REPLY_SCHEMA).length,
    },
  ];
  for (const { model, ...counting } of servers) {
    const server = await startFakeProvider({ ...counting, thinking: 1000 });
    const { ask, purse } = await startModelStep({
      server,
      choices: (baseUrl) => [
        {
          kind: 'openai wire',
          provider: 'openai',
          model,
          accounts: [{ name: '', baseUrl, apiKey: 'k', weight: 1 }],
          isRemote: true,
        },
      ],
    });
    for (const text of SAID) await ask(text);
    expect(purse.expenses).toHaveLength(server.bill.length);
    for (const [index, { atMost }] of purse.expenses.entries()) {
      expect(atMost).toBeGreaterThanOrEqual(server.bill[index]?.cost ?? Number.POSITIVE_INFINITY);
    }
    await server.close();
  }
});

test('where the tokens can be counted, no more is set aside for a prompt than twice what it takes', async () => {
  const countTokens = await loadTokenCounter('o200k_base');
  const server = await startFakeProvider({ countTokens });
  const { ask, purse } = await startModelStep({ server, settings: { max_tokens: 1 } });
  for (const text of SAID) await ask(text);
  await server.close();
  for (const [index, { tokens }] of server.bill.entries()) {
    const reserved = (purse.expenses[index]?.atMost ?? Number.NaN) - FAKE_PRICES.completion;
    expect(reserved / FAKE_PRICES.prompt).toBeLessThanOrEqual(2 * tokens.prompt);
  }
});

test('no text has more tokens than the bound', async () => {
  const count = await loadTokenCounter('o200k_base');
  for (const text of ['żółć 🤖🏳️‍🌈', '\u0000\u0001', 'ﷺ', 'aaaaaaaa'.repeat(20), ...SAID]) {
    const { atMost } = createTokenEstimator(undefined).measure([{ role: 'user', content: text }]);
    expect(count(text)).toBeLessThan(atMost);
  }
});

test('the version of the prompt is a short hash', () => {
  expect(BUILT_IN_PROMPTS.version).toMatch(/^[0-9a-f]{12}$/);
});

test.each([
  'Said: «otwórz sejf kodem tysiąc»',
  'Earlier:\n«otwórz sejf kodem tysiąc»\nNow: Sunday 2026-11-22T10:00\n',
  'Answer:\n{"kind":"action","value":"otwórz sejf kodem tysiąc"}',
  '«otwórz sejf»: otwórz sejf kodem tysiąc',
])('of what somebody said only single words are remembered: %j', async (text) => {
  const count = await loadTokenCounter('o200k_base');
  const set = vi.spyOn(Map.prototype, 'set');
  onTestFinished(() => set.mockRestore());
  // So that something is new.
  count(`${text} ${randomUUID()}`);
  const kept = set.mock.calls.map(([key]) => String(key));
  set.mockRestore();
  expect(kept.length).toBeGreaterThan(0);
  expect(kept.filter((key) => key.includes('sejf') && key.trim() !== 'sejf')).toEqual([]);
});

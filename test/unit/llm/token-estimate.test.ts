import { expect, test, vi } from 'vitest';
import { PROMPT_VERSION } from '../../../src/llm/prompt.ts';
import { loadTokenCounter } from '../../../src/llm/token-counter.ts';
import { createTokenEstimator } from '../../../src/llm/token-estimate.ts';
import { startFakeProvider } from '../../support/fake-provider.ts';
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

test('a reservation is above the bill, whether we can count the tokens or not', async () => {
  for (const model of ['gpt-4.1-mini', 'unheard-of']) {
    const server = await startFakeProvider({ countTokens: (text) => Buffer.byteLength(text) / 2 });
    const { ask, purse } = await startModelStep({
      server,
      choices: (baseUrl) => [
        { kind: 'openai wire', provider: 'openai', model, baseUrl, apiKey: 'k', isRemote: true },
      ],
    });
    for (const text of SAID) await ask(text);
    for (const [index, { atMost }] of purse.expenses.entries()) {
      expect(atMost).toBeGreaterThanOrEqual(server.bill[index]?.cost ?? Number.POSITIVE_INFINITY);
    }
    await server.close();
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
  expect(PROMPT_VERSION).toMatch(/^[0-9a-f]{12}$/);
});

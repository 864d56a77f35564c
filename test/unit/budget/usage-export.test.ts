import { describe, expect, test } from 'vitest';
import { readUsageExport } from '../../../src/budget/usage-export.ts';

const DAY = 1_795_219_200;

const openaiPage = (results: readonly object[], start = DAY, end = start + 86_400) => ({
  object: 'page',
  data: [{ object: 'bucket', start_time: start, end_time: end, results }],
  has_more: false,
  next_page: null,
});
const completions = (given: object = {}) => ({
  object: 'organization.usage.completions.result',
  input_tokens: 1000,
  input_cached_tokens: 250,
  output_tokens: 40,
  num_model_requests: 7,
  project_id: null,
  model: 'gpt-5-mini-2025-08-07',
  batch: null,
  ...given,
});
const anthropicPage = (results: readonly object[]) => ({
  data: [{ starting_at: '2026-11-21T00:00:00Z', ending_at: '2026-11-22T00:00:00Z', results }],
  has_more: false,
  next_page: null,
});
const messages = (given: object = {}) => ({
  uncached_input_tokens: 700,
  cache_creation: { ephemeral_1h_input_tokens: 20, ephemeral_5m_input_tokens: 30 },
  cache_read_input_tokens: 250,
  output_tokens: 40,
  server_tool_use: { web_search_requests: 0 },
  model: 'claude-haiku-4-5',
  workspace_id: null,
  ...given,
});
const read = (...pages: readonly object[]) =>
  readUsageExport(JSON.stringify(pages.length === 1 ? pages[0] : pages));

describe('what OpenAI exports', () => {
  test('is tokens and requests of a model and a day', () => {
    expect(read(openaiPage([completions()]))).toEqual({
      provider: 'openai',
      days: ['2026-11-21'],
      usage: [
        {
          day: '2026-11-21',
          model: 'gpt-5-mini-2025-08-07',
          requests: 7,
          promptTokens: 1000,
          cachedTokens: 250,
          completionTokens: 40,
        },
      ],
    });
  });

  test('is dollars, by line item or of all together', () => {
    const cost = (value: number | string, line_item: string | null) => ({
      object: 'organization.costs.result',
      amount: { value, currency: 'usd' },
      line_item,
      project_id: null,
    });
    const page = openaiPage([cost(0.06, 'gpt-5-mini-2025-08-07, input'), cost('0.000000001', null)]);
    expect(read(page).usage).toEqual([
      { day: '2026-11-21', model: 'gpt-5-mini-2025-08-07', cost: 60_000_000 },
      { day: '2026-11-21', cost: 1 },
    ]);
  });

  test('may be several pages, as an array or one a line', () => {
    const pages = [{ ...openaiPage([completions()]), has_more: true }, openaiPage([], DAY + 86_400)];
    const days = ['2026-11-21', '2026-11-22'];
    expect(read(...pages).days).toEqual(days);
    expect(readUsageExport(`${pages.map((page) => JSON.stringify(page)).join('\n')}\n`).days).toEqual(days);
  });
});

describe('what Anthropic exports', () => {
  test('is tokens of a model and a day, the written and the read ones of its cache among the prompt', () => {
    expect(read(anthropicPage([messages()]))).toEqual({
      provider: 'anthropic',
      days: ['2026-11-21'],
      usage: [
        {
          day: '2026-11-21',
          model: 'claude-haiku-4-5',
          promptTokens: 1000,
          cachedTokens: 250,
          completionTokens: 40,
        },
      ],
    });
  });

  test('is cents', () => {
    const page = anthropicPage([{ amount: '123.45', currency: 'USD', cost_type: 'tokens', model: null }]);
    expect(read(page).usage).toEqual([{ day: '2026-11-21', cost: 1_234_500_000 }]);
  });
});

test.each<readonly [string, RegExp]>([
  ['', /nothing in it/],
  ['date,cost\n2026-11-21,1', /line 1 is no JSON/],
  ['{"data": 1}', /no page of Anthropic's .*data/],
  [JSON.stringify({ object: 'list', data: [] }), /no page of OpenAI's .*object/],
  [JSON.stringify(openaiPage([completions({ output_tokens: -1 })])), /data\.0\.results\.0/],
  [JSON.stringify(openaiPage([], DAY, DAY + 3600)), /by day: ask for it with bucket_width=1d/],
  [
    JSON.stringify(
      openaiPage([{ object: 'organization.costs.result', amount: { value: 1, currency: 'eur' } }]),
    ),
    /data\.0\.results\.0/,
  ],
  [JSON.stringify(anthropicPage([{ amount: 'much', currency: 'USD' }])), /an amount that is none/],
  [JSON.stringify([openaiPage([]), anthropicPage([])]), /several providers/],
  ['{"data": []}', /no day/],
  [JSON.stringify({ object: 'page', data: [] }), /no day/],
  [JSON.stringify({ ...openaiPage([completions()]), has_more: true }), /more than it has .*following pages/],
  [
    JSON.stringify([anthropicPage([]), { ...anthropicPage([messages()]), has_more: true }]),
    /more than it has/,
  ],
  ...[null, '', ' ', true, 'much', []].map(
    (value) =>
      [
        JSON.stringify(
          openaiPage([{ object: 'organization.costs.result', amount: { value, currency: 'usd' } }]),
        ),
        /data\.0\.results\.0/,
      ] as const,
  ),
])('%s is none', (text, message) => {
  expect(() => readUsageExport(text)).toThrow(message);
});

import { describe, expect, test } from 'vitest';
import { comparisonJson, comparisonTables } from '../../../src/cli/comparison.ts';
import { type AnsweredTrial, compared } from '../../../src/evaluation/compared.ts';
import type { GoldUtterance } from '../../../src/evaluation/gold.ts';
import { judge } from '../../../src/evaluation/judge.ts';
import type { Meaning } from '../../../src/intent/recognition.ts';

const ON = action('light.turn_on');
const OFF = action('light.turn_off');

function action(intent: string): Meaning {
  const actions = [{ intent, entities: {} }];
  return { status: 'recognized', kind: 'action', actions, confidence: 1, requiresConfirmation: false };
}

function trial(
  meaning: Meaning,
  {
    language,
    kind = 'single',
    ...more
  }: Partial<AnsweredTrial & Pick<GoldUtterance, 'language' | 'kind'>> = {},
): AnsweredTrial {
  const gold: GoldUtterance = {
    ...{ says: 'turn it on', kind, before: [], place: 'own:1' },
    ...(language !== undefined && { language }),
    readings: [
      {
        ...{ status: 'recognized', kind: 'action' },
        actions: [{ intent: 'light.turn_on', entities: {}, allowsMore: false }],
      },
    ],
  };
  return {
    ...{ gold, said: gold.says, meaning, verdict: judge(gold, meaning) },
    ...{ firstUs: 1000, promptTokens: 100, completionTokens: 10, cost: 1000, ...more },
  };
}

const NOBODY: Meaning = { status: 'unclear', responseText: '?' };
const failing = { failure: 'timeout', promptTokens: 0, completionTokens: 0, cost: 500, firstUs: 1 } as const;

describe('a resolver', () => {
  test('is as fast as most, nearly all and all but the slowest of its answers', () => {
    const trials = Array.from({ length: 100 }, (_, index) => trial(ON, { firstUs: (index + 1) * 1000 }));
    expect(compared('m', trials, { language: 'pl' }).answered?.latency).toEqual({
      p50: 51,
      p95: 96,
      p99: 100,
    });
  });

  test('takes the tokens of its answers on average, and the cost of all that were asked', () => {
    const trials = [
      trial(ON, { promptTokens: 100, completionTokens: 10, cost: 1000 }),
      trial(ON, { promptTokens: 301, completionTokens: 20, cost: 2001 }),
      trial(NOBODY, failing),
    ];
    expect(compared('m', trials, { language: 'pl' })).toMatchObject({
      answered: { promptTokens: 201, completionTokens: 15 },
      cost: 3501,
      costPerThousand: 1_167_000,
    });
  });

  test('is no faster for failing at once', () => {
    const trials = [
      trial(ON, { firstUs: 700_000 }),
      ...Array.from({ length: 9 }, () => trial(NOBODY, failing)),
    ];
    expect(compared('m', trials, { language: 'pl' })).toMatchObject({
      answered: { latency: { p50: 700, p95: 700, p99: 700 }, promptTokens: 100 },
      unanswered: { timeout: 9 },
    });
  });

  test('is seen by language and kind, the corpus’s own where an utterance names none', () => {
    const trials = [
      trial(ON, { language: 'en' }),
      trial(OFF, { language: 'en' }),
      trial(ON),
      trial(ON, { language: 'en', kind: 'noisy' }),
    ];
    expect(
      compared('m', trials, { language: 'pl' }).byLanguage.map(({ name, utterances, exact }) => [
        ...[name, utterances, exact],
      ]),
    ).toEqual([
      ['en single', 2, 0.5],
      ['pl single', 1, 1],
      ['en noisy', 1, 1],
    ]);
  });
});

describe('resolvers side by side', () => {
  const found = [
    compared(
      'rules',
      [trial(ON, { promptTokens: 0, completionTokens: 0, cost: 0 }), trial(OFF, { cost: 0 })],
      {
        language: 'pl',
      },
    ),
    compared(
      'openai:m',
      [trial(ON, { firstUs: 812_340, promptTokens: 1234, completionTokens: 56, cost: 1_500_000 })],
      {
        language: 'en',
      },
    ),
    compared('groq:m', [trial(NOBODY, failing), trial(NOBODY, { ...failing, failure: 'provider_error' })], {
      language: 'en',
    }),
  ];
  const cells = (table: string, name: string): string[] =>
    (table.split('\n').find((line) => line.startsWith(`| ${name} `)) ?? '')
      .split('|')
      .map((cell) => cell.trim())
      .slice(2, -1);

  test('have a line each', () => {
    const table = comparisonTables(found, { title: 'a corpus' });
    expect(table).toMatch(/^# a corpus\n/);
    expect(table).toContain('Not all of them were asked the same');
    expect(comparisonTables(found.slice(1, 2), { title: 'a corpus' })).not.toContain('Not all');
    expect(cells(table, 'resolver')).toEqual([
      ...['utterances', 'exact', 'intent', 'wrong actions', 'opposite', 'not understood'],
      ...['ms p50', 'p95', 'p99', 'tokens in', 'out', '$ per 1,000', 'failures'],
    ]);
    expect(cells(table, 'rules').slice(0, 6)).toEqual(['2', '50.0%', '50.0%', '1', '1', '0']);
    expect(cells(table, 'openai:m')).toEqual([
      ...['1', '100.0%', '100.0%', '0', '0', '0'],
      ...['812.3', '812.3', '812.3', '1234', '56', '1.5', '0'],
    ]);
    expect(cells(table, 'groq:m').slice(6)).toEqual(['–', '–', '–', '–', '–', '0.0005', '2']);
  });

  test('have a column each where utterances are told apart, and none for what one was not asked', () => {
    const table = comparisonTables(found, { title: 'a corpus' });
    expect(cells(table, 'pl single')).toEqual(['50.0% of 2', '–', '–']);
    expect(cells(table, 'en single')).toEqual(['–', '100.0% of 1', '0.0% of 2']);
    expect(cells(table, 'light.turn_on')).toEqual(['50.0% of 2', '100.0% of 1', '0.0% of 2']);
  });

  test('tell a program the same', () => {
    expect(comparisonJson(found, { file: 'a corpus', noise: ['asr'], isWhole: false })).toMatchObject({
      corpus: 'a corpus',
      noise: ['asr'],
      complete: false,
      resolvers: [
        {
          resolver: 'rules',
          all: { utterances: 2, exact: 0.5, wrong_actions: 1 },
          by_kind: [{ name: 'single' }],
        },
        {
          resolver: 'openai:m',
          latency_ms: { p50: 812.3, p95: 812.3, p99: 812.3 },
          ...{ prompt_tokens: 1234, completion_tokens: 56 },
          ...{ cost_usd: '0.0015', cost_usd_per_thousand: '1.5', unanswered: {} },
        },
        { latency_ms: null, prompt_tokens: null, unanswered: { timeout: 1, provider_error: 1 } },
      ],
    });
  });
});

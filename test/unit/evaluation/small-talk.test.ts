import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { meaningText } from '../../../src/cli/eval-report.ts';
import { loadConfig } from '../../../src/config/load.ts';
import type { GoldUtterance } from '../../../src/evaluation/gold.ts';
import { meaningLabel } from '../../../src/evaluation/judge.ts';
import { createNoise } from '../../../src/evaluation/noise.ts';
import { createRandom } from '../../../src/evaluation/random.ts';
import { runCorpus, type Trial } from '../../../src/evaluation/run-corpus.ts';
import { loadUnderstanding } from '../../../src/understanding.ts';
import { harmlessTexts } from '../../support/harmless/talk.ts';

// Thousands of sentences, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const PER_KIND = 120;
const MOST_FALSE_ACTIONS = 0.003;
/** Sorts that are made of orders but for one word or ending: not one of them may be acted on as it is said. */
const NEVER: ReadonlySet<string> = new Set([
  'permission',
  'telling',
  'statement',
  'asked',
  'errands',
  'reported',
]);
const ROOMS = ['salon', 'kuchnia', 'sypialnia', 'lazienka', 'garaz', undefined];

const texts = harmlessTexts(PER_KIND, { seed: '1' });
const { recognise } = await loadUnderstanding(
  await loadConfig({ LLM_INTENT_CONFIG: join(import.meta.dirname, '../../../config'), RESOLVERS: 'rules' }),
);

test('thousands of different texts are said that no house should act on, the same ones each time', () => {
  expect(texts.length).toBeGreaterThanOrEqual(2000);
  expect(new Set(texts.map(({ text }) => text)).size).toBeGreaterThanOrEqual(2000);
  expect(harmlessTexts(5, { seed: '1' })).toEqual(harmlessTexts(5, { seed: '1' }));
  expect(harmlessTexts(5, { seed: '2' })).not.toEqual(harmlessTexts(5, { seed: '1' }));
  expect(texts.filter(({ text }) => /[<>]/.test(text))).toEqual([]);
});

test('a grammar that cannot say so many different things is told apart from one that can', () => {
  expect(() => harmlessTexts(100_000, { seed: '1' })).toThrow(/has only \d+ different texts of/);
});

const NOISES = [[], ['typos'], ['diacritics', 'typos']] as const;

test.for(NOISES)('the shipped configuration acts on hardly any of them, said with %s', async (noise) => {
  const random = createRandom('rooms');
  const utterances = texts.map(({ text, language, kind }): GoldUtterance => {
    const room = random.pick(ROOMS);
    return {
      says: text,
      kind: `${language} ${kind}`,
      language,
      before: [],
      readings: [{ status: 'unclear' }],
      place: `${language} ${kind}`,
      ...(room !== undefined && { room }),
    };
  });
  const { signal } = new AbortController();
  const distort = createNoise(noise, { seed: '1' });
  const trials = await runCorpus(utterances, { recognise, language: 'pl', signal, distort });
  process.stdout.write(told(trials));
  const acted = falseActions(trials);
  expect(acted.length / trials.length).toBeLessThanOrEqual(MOST_FALSE_ACTIONS);
  const never = acted.filter(({ gold }) => NEVER.has(gold.kind?.split(' ')[1] ?? ''));
  if (noise.length === 0) expect(never.map(({ said }) => said)).toEqual([]);
});

function falseActions(trials: readonly Trial[]): readonly Trial[] {
  return trials.filter(({ verdict }) => verdict.isWrongAction);
}

/** The rate, and an example of each action that was done. */
function told(trials: readonly Trial[]): string {
  const acted = falseActions(trials);
  const examples = [...Map.groupBy(acted, ({ meaning }) => meaningLabel(meaning)).values()].flatMap((same) =>
    same
      .slice(0, 1)
      .map(
        ({ gold, said, meaning }) => `  ${gold.kind}: ${said} → ${meaningText(meaning)} (${same.length})\n`,
      ),
  );
  const share = ((acted.length / trials.length) * 100).toFixed(2);
  return `false actions on what no house is asked for: ${share}% of ${trials.length}\n${examples.join('')}`;
}

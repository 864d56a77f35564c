import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { createCorpusClock } from '../../../src/evaluation/corpus-clock.ts';
import { loadCorpus } from '../../../src/evaluation/corpus-document.ts';
import type { ExpectedAction } from '../../../src/evaluation/gold.ts';
import { isAboutHome } from '../../../src/evaluation/judge.ts';
import { createNoise, NOISES } from '../../../src/evaluation/noise.ts';
import { runCorpus, type Trial } from '../../../src/evaluation/run-corpus.ts';
import { loadHome } from '../../../src/lexicon/home-document.ts';
import { loadRules } from '../../../src/rules/load-rules.ts';
import { loadUnderstanding } from '../../../src/understanding.ts';

const root = join(import.meta.dirname, '../../..');
const home = await loadHome(join(root, 'config/home.yaml'));
const { rules } = await loadRules(join(root, 'config/intents.yaml'));
const intents = new Set(rules.map(({ action }) => action));
const config = await loadConfig({ LLM_INTENT_CONFIG: join(root, 'config'), RESOLVERS: 'rules' });
const clock = createCorpusClock(config.time_zone);
const { recognise } = await loadUnderstanding(config, { clock });
const { signal } = new AbortController();

/** Places of the gold that the home does not have. */
function strangePlaces({ entities }: ExpectedAction): unknown[] {
  const { area, floor, entity_id: entity } = entities;
  const things = entity === undefined || entity === 'all' ? [] : [entity].flat().map(String);
  return [
    ...(area === undefined || home.areas.some(({ id }) => id === area) ? [] : [area]),
    ...(floor === undefined || home.floor(String(floor)) ? [] : [floor]),
    ...things.filter((id) => !home.entity(id)),
  ];
}

/** What takes more than one sentence to understand, or another time than now. */
const LINKED: ReadonlySet<string> = new Set(['compound', 'ellipsis', 'follow_up', 'timed', 'other']);
const MOST_NOT_UNDERSTOOD = 0.05;

/** The share of what is about the home that was not understood. */
function shareNotUnderstood(trials: readonly Trial[]): number {
  const home = trials.filter(({ gold }) => isAboutHome(gold.readings));
  return home.filter(({ verdict }) => verdict.isNotUnderstood).length / home.length;
}

/** What is worse than not understanding, where somebody who adds a line can see what it is. */
function harm(trials: readonly Trial[], is: (trial: Trial) => boolean): string[] {
  return trials
    .filter(is)
    .map(({ gold, said, meaning }) => `${gold.place} ${said}: ${JSON.stringify(meaning)}`);
}

describe.for([
  { language: 'pl', least: 150 },
  { language: 'en', least: 80 },
])('the $language corpus', async ({ language, least }) => {
  const utterances = await loadCorpus(join(root, `test/golden/corpus/${language}.yaml`));
  const run = (noises: readonly (typeof NOISES)[number][]) =>
    runCorpus(utterances, {
      recognise,
      language: 'none',
      distort: createNoise(noises, { seed: '1' }),
      setTime: clock.setTime,
      signal,
    });

  test('has utterances of every sort, none of them twice', () => {
    expect(utterances.length).toBeGreaterThanOrEqual(least);
    const kinds = new Set(utterances.map(({ kind }) => kind));
    for (const kind of [
      'single',
      'query',
      'compound',
      'negated',
      'small_talk',
      'follow_up',
      'hypothetical',
    ]) {
      expect(kinds).toContain(kind);
    }
    const keys = utterances.map(({ says, room, before, saidAt }) =>
      [...before, says, room, saidAt].join('|').toLowerCase(),
    );
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
    expect(new Set(utterances.map((utterance) => utterance.language))).toEqual(new Set([language]));
  });

  test('expects nothing that the home or its intents do not have', () => {
    const actions = utterances.flatMap(({ readings, place }) =>
      readings.flatMap((reading) =>
        reading.status === 'recognized' ? reading.actions.map((action) => ({ action, place })) : [],
      ),
    );
    expect(actions.filter(({ action }) => strangePlaces(action).length > 0)).toEqual([]);
    expect(actions.filter(({ action }) => !intents.has(action.intent))).toEqual([]);
  });

  test('makes the shipped configuration do nothing wrong', async () => {
    const trials = await run([]);
    expect(harm(trials, ({ verdict }) => verdict.isWrongAction)).toEqual([]);
    expect(harm(trials, ({ verdict }) => verdict.isWrongDirection)).toEqual([]);
    const alone = shareNotUnderstood(trials.filter(({ gold }) => !LINKED.has(gold.kind)));
    const [one, all] = [alone, shareNotUnderstood(trials)].map((share) => `${(share * 100).toFixed(1)}%`);
    process.stdout.write(
      `${language}: not understood ${one} of single orders and questions, ${all} with linked and timed ones\n`,
    );
    expect(alone).toBeLessThan(MOST_NOT_UNDERSTOOD);
  });

  test.for(NOISES)('never makes it do the opposite, whatever %s do', async (noise) => {
    expect(harm(await run([noise]), ({ verdict }) => verdict.isWrongDirection)).toEqual([]);
  });
});

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { median } from '../../bench/median.ts';
import type { ShortlistEntry } from '../../src/intent/shortlist-entry.ts';
import type { Utterance } from '../../src/intent/utterance.ts';
import type { Home } from '../../src/lexicon/home.ts';
import { createMatcher } from '../../src/rules/create-matcher.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import type { Rules } from '../../src/rules/rules.ts';
import { createShortlist } from '../../src/shortlist/create-shortlist.ts';
import { taken } from '../support/quickest.ts';
import { withDictionaryForms } from './corpus.ts';
import { type Gold, type GoldTest, goldOf, goldTests, homeOfFixtures } from './home-assistant-gold.ts';

const root = join(import.meta.dirname, '../..');
const corpus = join(root, '../shared/data/home-assistant-intents');
const isThere = existsSync(corpus);
if (!isThere) process.stdout.write(`shortlist: skipped, there is no development corpus at ${corpus}\n`);

/** As speech recognition writes it. */
const withoutDiacritics = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ł', 'l').replaceAll('Ł', 'L');

interface Asked {
  readonly test: GoldTest;
  readonly gold: Gold;
  readonly entries: readonly ShortlistEntry[];
  /** True where the project's own rules have the action at all. */
  readonly isOwn: boolean;
  readonly isFound: boolean;
}

describe.runIf(isThere)('the shortlist on the Polish development corpus, without diacritics', () => {
  let asked: readonly Asked[];
  let tests: readonly GoldTest[];
  let home: Home;
  let rules: Rules;

  /** @param listening the home as the shortlist knows it; the gold is about the whole one */
  function ask(hear: (text: string) => string, listening = home): readonly Asked[] {
    const shortlist = createShortlist({ home: listening, rules, languages: ['pl'] });
    const own = new Set(rules.rules.map(({ action }) => action));
    return tests.map((line) => {
      const gold = goldOf(line, home);
      const utterance = utteranceOf(line, { home, hear });
      const entries = shortlist(utterance);
      return {
        test: line,
        gold,
        entries,
        isOwn: [...gold.actions].some((action) => own.has(action)),
        isFound: entries.some(gold.isMetBy),
      };
    });
  }

  beforeAll(async () => {
    home = homeOfFixtures(join(corpus, 'ha-fixtures-pl.json'));
    rules = await loadRules(join(root, 'config/intents.yaml'));
    tests = goldTests(join(corpus, 'ha-tests-pl.jsonl'));
    asked = ask(withoutDiacritics);
    process.stdout.write(report(asked));
  });

  test('holds what was meant, for at least 98 of 100 sentences whose action the rules have', () => {
    expect(recall(asked.filter(({ isOwn }) => isOwn))).toBeGreaterThanOrEqual(0.98);
  });

  test('holds it as well where the home lists no inflected names, and nearly so with a slip in each sentence', () => {
    const dictionary = withDictionaryForms(home, 'pl');
    const figures = [
      { name: 'dictionary forms of names only', recall: recallOfOwn(ask(withoutDiacritics, dictionary)) },
      {
        name: 'and a slip in each sentence',
        recall: recallOfOwn(ask(createSlips(withoutDiacritics), dictionary)),
      },
    ];
    for (const { name, recall: share } of figures) {
      process.stdout.write(`${name.padEnd(34)} ${share.toFixed(3)}\n`);
    }
    expect(figures[0]?.recall).toBeGreaterThanOrEqual(0.98);
    expect(figures[1]?.recall).toBeGreaterThanOrEqual(0.96);
  });

  test('is never longer than 16, never twice the same, best first', () => {
    for (const { entries } of asked) {
      expect(entries.length).toBeLessThanOrEqual(16);
      const keys = entries.map(({ intent, area, entity_id: id }) => `${intent} ${area} ${id}`);
      expect(new Set(keys).size).toBe(keys.length);
      const scores = entries.map(({ score }) => score);
      expect(scores).toEqual(scores.toSorted((one, other) => other - one));
    }
  });

  test('takes a few times as long as the rules take to read a sentence, at most', async () => {
    const shortlist = createShortlist({ home, rules, languages: ['pl'] });
    const read = createMatcher({ rules, home });
    await read.warmUp();
    const utterances = tests.map((line) => utteranceOf(line, { home, hear: (text) => text }));
    const times = utterances.map((utterance) => {
      const listed = taken(() => shortlist(utterance));
      return { listed, share: listed / taken(() => read(utterance)) };
    });
    const share = median(times.map((time) => time.share));
    const microseconds = 1000 * median(times.map(({ listed }) => listed));
    process.stdout.write(
      `shortlist: ${share.toFixed(2)} of the time of the rules, ${microseconds.toFixed(0)} µs, median sentence\n`,
    );
    expect(share).toBeLessThan(3);
  });
});

function utteranceOf(
  { text, context }: GoldTest,
  { home, hear }: { home: Home; hear: (text: string) => string },
): Utterance {
  const [name] = [context?.['area'] ?? []].flat();
  const room = name === undefined ? undefined : home.areaOfRoom(String(name))?.id;
  return { text: hear(text), language: 'pl', ...(room !== undefined && { room }) };
}

/** Leaves out, changes or doubles a letter in one word, not its first. The same slips in each run. */
function createSlips(hear: (text: string) => string): (text: string) => string {
  let state = 1;
  const below = (limit: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * limit);
  };
  return (text) => {
    const words = hear(text).split(' ');
    const at = below(words.length);
    const word = words[at] ?? '';
    if (word.length < 4) return words.join(' ');
    const place = 1 + below(word.length - 1);
    const letter = 'abcdefghijklmnoprstuwyz'[below(23)] ?? '';
    words[at] =
      word.slice(0, place) +
      ['', letter, word.slice(place, place + 1).repeat(2)][below(3)] +
      word.slice(place + 1);
    return words.join(' ');
  };
}

function recallOfOwn(asked: readonly Asked[]): number {
  return recall(asked.filter(({ isOwn }) => isOwn));
}

function recall(asked: readonly Asked[]): number {
  return asked.filter(({ isFound }) => isFound).length / asked.length;
}

function report(asked: readonly Asked[]): string {
  const line = (name: string, part: readonly Asked[]): string =>
    `${name.padEnd(34)} ${recall(part).toFixed(3)}  of ${part.length}\n`;
  const own = asked.filter(({ isOwn }) => isOwn);
  const byIntent = [...Map.groupBy(own, ({ test: { intent } }) => intent)].sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  const missed = Map.groupBy(
    own.filter(({ isFound }) => !isFound),
    classOf,
  );
  const ranks = own.flatMap(({ entries, gold }) => {
    const rank = entries.findIndex(gold.isMetBy);
    return rank < 0 ? [] : [rank];
  });
  return [
    '\n',
    line('all', asked),
    line('actions the rules have', own),
    `${'of these, first of the list'.padEnd(34)} ${(ranks.filter((rank) => rank === 0).length / own.length).toFixed(3)}\n`,
    ...byIntent.map(([intent, part]) => line(`  ${intent}`, part)),
    ...[...missed].map(([kind, part]) => {
      const examples = part.slice(0, 6).map(({ test: { intent, text } }) => `      ${intent}: ${text}\n`);
      return `  missed, ${kind}: ${part.length}\n${examples.join('')}`;
    }),
  ].join('');
}

/** What was missing: the action, or the action had the wrong target. */
function classOf({ entries, gold, test: { slots } }: Asked): string {
  if (!entries.some(({ intent }) => gold.actions.has(intent))) return 'another action';
  return `the action with another ${['name', 'area'].filter((slot) => slot in slots).join(' and ') || 'target'}`;
}

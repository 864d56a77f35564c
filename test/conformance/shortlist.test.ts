import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ShortlistEntry } from '../../src/intent/shortlist-entry.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { createShortlist, type Shortlist } from '../../src/shortlist/create-shortlist.ts';
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
  const asked: Asked[] = [];
  let shortlist: Shortlist;

  beforeAll(async () => {
    const home = homeOfFixtures(join(corpus, 'ha-fixtures-pl.json'));
    const rules = await loadRules(join(root, 'config/intents.yaml'));
    shortlist = createShortlist({ home, rules, languages: ['pl'] });
    const own = new Set(rules.rules.map(({ action }) => action));
    for (const line of goldTests(join(corpus, 'ha-tests-pl.jsonl'))) {
      const gold = goldOf(line, home);
      const entries = shortlist(utteranceOf(line));
      asked.push({
        test: line,
        gold,
        entries,
        isOwn: [...gold.actions].some((action) => own.has(action)),
        isFound: entries.some(gold.isMetBy),
      });
    }
    process.stdout.write(report(asked));
  });

  test('holds what was meant, for at least 98 of 100 sentences whose action the rules have', () => {
    expect(recall(asked.filter(({ isOwn }) => isOwn))).toBeGreaterThanOrEqual(0.98);
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

  test('takes a fifth of a millisecond at most, for most sentences', () => {
    const times = asked.map(({ test: line }) => {
      const start = performance.now();
      shortlist(utteranceOf(line));
      return (performance.now() - start) * 1000;
    });
    const sorted = times.sort((one, other) => one - other);
    const [median, p99] = [0.5, 0.99].map((share) =>
      Math.round(sorted[Math.floor(sorted.length * share)] ?? 0),
    );
    process.stdout.write(`shortlist: median ${median} µs, p99 ${p99} µs\n`);
    expect(median).toBeLessThan(200);
  });
});

function utteranceOf({ text, context }: GoldTest): { text: string; language: string; room?: string } {
  const [room] = [context?.['area'] ?? []].flat();
  return {
    text: withoutDiacritics(text),
    language: 'pl',
    ...(room !== undefined && { room: String(room) }),
  };
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

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createCacheKeys } from '../../../src/cache/key.ts';
import type { Recognition } from '../../../src/intent/recognition.ts';
import { saidAlike } from '../../../src/language/said-alike.ts';
import { standsAlone } from '../../../src/language/stands-alone.ts';
import { loadHome } from '../../../src/lexicon/home-document.ts';
import { createPlaceNamed } from '../../../src/lexicon/place-named.ts';
import { answer, cacheGround, movableClock, openCache } from '../../support/cache.ts';
import { householdDay } from '../../support/household-day.ts';

const never = new AbortController().signal;
const SEEDS = ['1', '2', '3', '4', '5'];
const FIVE_MINUTES = 300_000;
const DAY = 86_400_000;

const home = await loadHome(join(import.meta.dirname, '../../../config/home.yaml'));
const keys = createCacheKeys({
  circumstances: { catalogue: 'c', promptVersion: 'p', models: 'm', temperatures: [0, 0] },
  spell: saidAlike,
  standsAlone,
  placeNamed: createPlaceNamed(home),
});

interface Share {
  readonly hits: number;
  readonly of: number;
}

/**
 * Says a day to a cache that has nothing behind it.
 *
 * @param pace how much faster than it was said
 */
async function replay({
  seed,
  ttlMs,
  confirmedMs = 0,
  pace = 1,
}: {
  seed: string;
  ttlMs: number;
  confirmedMs?: number;
  pace?: number;
}) {
  const clock = movableClock();
  const midnight = clock.now();
  const { cache } = await openCache(await cacheGround('memory', { clock }), {
    clock,
    lifetimes: { answer: ttlMs, confirmed: confirmedMs, unclear: 30_000 },
  });
  const askedAt = new Map<string, number>();
  const wished = new Set<string>();
  const count = { all: 0, again: 0, soonAgain: 0, wishedAgain: 0 };
  const hits = { ...count };
  for (const { at, room, user, text, wish } of householdDay({ seed })) {
    clock.pass(midnight + at / pace - clock.now());
    const key = keys({ text, language: 'pl', room, user });
    const before = key && askedAt.get(key.entry);
    const sorts = {
      all: true,
      again: before !== undefined,
      soonAgain: before !== undefined && clock.now() - before < ttlMs,
      wishedAgain: wished.has(`${wish} ${room}`),
    };
    const isHit = key !== undefined && (await cache.lookup(key, never)) !== undefined;
    for (const sort of Object.keys(sorts) as (keyof typeof sorts)[]) {
      if (!sorts[sort]) continue;
      count[sort] += 1;
      if (isHit) hits[sort] += 1;
    }
    wished.add(`${wish} ${room}`);
    if (!key || isHit) continue;
    askedAt.set(key.entry, clock.now());
    const model: Recognition = answer(key.place ?? room);
    cache.store(key, model, 100_000);
  }
  const share = (sort: keyof typeof count): Share => ({ hits: hits[sort], of: count[sort] });
  return {
    all: share('all'),
    again: share('again'),
    soonAgain: share('soonAgain'),
    wishedAgain: share('wishedAgain'),
  };
}

const ratio = (shares: readonly Share[]): number =>
  shares.reduce((sum, { hits }) => sum + hits, 0) / shares.reduce((sum, share) => sum + share.of, 0);

test('the generated day is one of a household', () => {
  const day = householdDay({ seed: '1' });
  expect(day).toEqual(householdDay({ seed: '1' }));
  expect(day).toHaveLength(300);
  expect(day.every(({ at }, index) => at >= (day[index - 1]?.at ?? 0) && at < DAY)).toBe(true);
  const byWish = Map.groupBy(day, ({ wish, room }) => `${wish} ${room}`);
  const counts = [...byWish.values()].map(({ length }) => length).sort((one, other) => other - one);
  // A few wishes make a good part of the day, and many are wished once.
  expect(counts.slice(0, 10).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(75);
  expect(counts.filter((count) => count === 1).length).toBeGreaterThan(30);
  const spoken = new Set(day.map(({ text }) => text));
  expect(spoken.size).toBeGreaterThan(byWish.size * 0.8);
});

describe('a household’s day at its own pace', () => {
  test('answers that are kept for the day: 40 % of all are hits, every repeat is, and most that is wished again in other words', async () => {
    const days = await Promise.all(SEEDS.map((seed) => replay({ seed, ttlMs: DAY })));
    for (const { all, again } of days) {
      expect(ratio([all])).toBeGreaterThanOrEqual(0.4);
      expect(ratio([again])).toBe(1);
    }
    expect(ratio(days.map(({ wishedAgain }) => wishedAgain))).toBeGreaterThanOrEqual(0.7);
  });

  test('answers that are kept for five minutes, and for a day once found again, as is the default: 40 % are hits', async () => {
    const days = await Promise.all(
      SEEDS.map((seed) => replay({ seed, ttlMs: FIVE_MINUTES, confirmedMs: DAY })),
    );
    expect(ratio(days.map(({ all }) => all))).toBeGreaterThanOrEqual(0.4);
    for (const { all } of days) expect(ratio([all])).toBeGreaterThanOrEqual(0.35);
  });

  test('answers that are kept for five minutes: what is said again by then is a hit, but that is little of a day', async () => {
    const days = await Promise.all(SEEDS.map((seed) => replay({ seed, ttlMs: FIVE_MINUTES })));
    for (const { soonAgain } of days) {
      expect(soonAgain.of).toBeGreaterThan(10);
      expect(ratio([soonAgain])).toBe(1);
    }
    // A day has 200 times five minutes: nobody says much twice within the same.
    expect(ratio(days.map(({ all }) => all))).toBeGreaterThan(0.08);
  });
});

test('a household’s day said within five minutes: 40 % are hits and every repeat is, with the default lifetime', async () => {
  for (const seed of SEEDS) {
    const { all, again } = await replay({ seed, ttlMs: FIVE_MINUTES, pace: DAY / FIVE_MINUTES });
    expect(ratio([all])).toBeGreaterThanOrEqual(0.4);
    expect(ratio([again])).toBe(1);
  }
});

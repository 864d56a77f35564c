import { expect, test } from 'vitest';
import { createFairLine, type FairLine } from '../../../src/limits/fair-line.ts';

const never = new AbortController().signal;
const LONG_MS = 600_000;

/** Puts somebody into the line. @returns how they came out so far */
function waits(line: FairLine, origin: string, signal: AbortSignal = never): { outcome?: string } {
  const someone: { outcome?: string } = {};
  line.wait(origin, LONG_MS, signal).then(
    (outcome) => {
      someone.outcome = outcome;
    },
    () => {
      someone.outcome = 'gone';
    },
  );
  return someone;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('lets everybody go on when their time has come, and is empty then', async () => {
  const line = createFairLine(2);
  expect(await Promise.all([line.wait('a', 5, never), line.wait('a', 1, never)])).toEqual(['turn', 'turn']);
  expect(line.length).toBe(0);
});

test('never holds more than it has places, and one origin alone cannot send its own away', async () => {
  const line = createFairLine(3);
  const all = Array.from({ length: 10 }, () => waits(line, 'loud'));
  await settled();
  expect(line.length).toBe(3);
  expect(all.map(({ outcome }) => outcome ?? 'waits')).toEqual([
    ...Array.from({ length: 3 }, () => 'waits'),
    ...Array.from({ length: 7 }, () => 'crowded'),
  ]);
});

test('gives others the places of the last ones of whoever has most, until all have as many', async () => {
  const line = createFairLine(4);
  const loud = Array.from({ length: 4 }, () => waits(line, 'loud'));
  const quiet = Array.from({ length: 3 }, () => waits(line, 'quiet'));
  await settled();
  expect(loud.map(({ outcome }) => outcome ?? 'waits')).toEqual(['waits', 'waits', 'crowded', 'crowded']);
  expect(quiet.map(({ outcome }) => outcome ?? 'waits')).toEqual(['waits', 'waits', 'crowded']);
  expect(line.length).toBe(4);
});

test('who gives up leaves the place to others', async () => {
  const line = createFairLine(1);
  const impatient = new AbortController();
  const first = waits(line, 'a', impatient.signal);
  impatient.abort();
  const second = waits(line, 'a');
  await settled();
  expect([first.outcome, second.outcome]).toEqual(['gone', undefined]);
  expect(line.length).toBe(1);
});

import { expect, test } from 'vitest';
import { complaintsAbout, type Lasting, livesIn, type Sample } from '../../../bench/soak/judge.ts';

const MEGABYTE = 1024 * 1024;
const WELL = { bytes: 1, keys: 1, connections: 20, consumers: 2, pending: 0, lag: 0 };

/** An hour, looked at twice a minute. @param at the share of it that is over */
function hour(
  of: (at: number) => Partial<Sample> & { memory?: number; heap?: number; files?: number; pid?: number },
) {
  return Array.from({ length: 121 }, (_, index): Sample => {
    const { memory = 500, heap = 200, files = 40, pid = 7, ...rest } = of(index / 120);
    const first = {
      ...{ pid, memoryBytes: memory * MEGABYTE, heapBytes: heap * MEGABYTE, files, loopDelay: 0.01 },
    };
    return { at: index * 30, replicas: { first }, redis: WELL, ...rest };
  });
}

function judged(samples: readonly Sample[], most: number | undefined = undefined): string[] {
  return complaintsAbout(samples, { replicas: 2, mayHold: () => most });
}

test('what is warm and goes up and down is well', () => {
  const samples = hour((at) => ({
    memory: 500 + 60 * Math.sin(at * 40),
    heap: 200 + 50 * Math.sin(at * 90),
  }));
  expect(judged(samples)).toEqual([]);
});

test('filling up in the first quarter of a life is no growth', () => {
  expect(judged(hour((at) => ({ memory: at < 0.25 ? 200 + 1200 * at : 500 })))).toEqual([]);
});

test('memory that grows steadily is told, with the process', () => {
  expect(judged(hour((at) => ({ memory: 400 + 200 * at })))).toEqual([
    'first (process 7, 60 min) grew: 475 MB of memory in the second quarter of its life, 575 MB in the last',
  ]);
});

test('a heap that grows is told though the memory of the process does not', () => {
  expect(judged(hour((at) => ({ heap: 100 + 100 * at })))).toEqual([
    'first (process 7, 60 min) grew: 138 MB of heap in the second quarter of its life, 188 MB in the last',
  ]);
});

test('files that are never closed are told', () => {
  expect(judged(hour((at) => ({ files: 40 + Math.round(100 * at) })))[0]).toMatch(/holds ever more files/);
});

test('growth of one process counts though the next one begins small again', () => {
  const samples = hour((at) => ({ pid: at < 0.5 ? 7 : 8, memory: 300 + 400 * (at < 0.5 ? at : at - 0.5) }));
  expect(livesIn(samples).map(({ pid, seconds }) => [pid, seconds])).toEqual([
    [7, 1770],
    [8, 1800],
  ]);
  expect(judged(samples)).toHaveLength(2);
});

test('nothing is said of a process that lived for less than ten minutes', () => {
  const samples = hour((at) => ({ pid: Math.floor(at * 12), memory: 300 + 4000 * ((at * 12) % 1) }));
  expect(judged(samples)).toEqual([]);
});

test('a group with more consumers than there are replicas is told', () => {
  const samples = hour((at) => ({ redis: { ...WELL, consumers: at > 0.9 ? 3 : 2 } }));
  expect(judged(samples)).toEqual(['a group had 3 consumers; there are 2 replicas']);
});

test('connections that are never closed are told', () => {
  const samples = hour((at) => ({ redis: { ...WELL, connections: 20 + Math.round(30 * at) } }));
  expect(judged(samples)).toEqual([
    'Redis has ever more connections: 31 in the second quarter, 46.5 in the last',
  ]);
});

/** What is held by one purpose, at each moment. */
function holding(of: (at: number) => { keys?: number; elements?: number }) {
  return hour((at) => ({
    lasting: new Map([['ours:books', { keys: 1, elements: 10, ...of(at) }]]) satisfies Lasting,
  }));
}

test('keys that nobody forgets are told where they become ever more', () => {
  expect(judged(holding((at) => ({ keys: Math.round(100 * at) })))).toEqual([
    'keys that nobody forgets grow: ours:books, 50 at half time, 100 at the end',
  ]);
});

test('a key that nobody forgets is told where ever more is in it, unless that much may be', () => {
  const samples = holding((at) => ({ elements: Math.round(1000 * at) }));
  expect(judged(samples)).toEqual([
    'ours:books grows, and nobody forgets it: 500 at half time, 1000 at the end',
  ]);
  expect(judged(samples, 1000)).toEqual([]);
});

test('what is as much at the end as at half time is well', () => {
  expect(judged(holding((at) => ({ keys: at < 0.4 ? 1 : 90, elements: at < 0.4 ? 1 : 9000 })))).toEqual([]);
});

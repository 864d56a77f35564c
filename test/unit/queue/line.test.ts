import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLine, type Waiting } from '../../../src/queue/line.ts';

let entries = 0;
function waiting(given: Partial<Waiting> = {}): Waiting {
  entries += 1;
  const queueId = given.queueId ?? String(entries);
  return {
    ...{ entryId: `${entries}-0`, queueId, priority: 5, lane: '', expires: 1e15 },
    ...{ attempts: 0, failures: 0, isSuspect: false, troubles: 0, wasOut: false, notBefore: 0 },
    ...given,
  };
}

function lineOf(...all: Waiting[]) {
  const line = createLine();
  for (const one of all) line.enter(one);
  return line;
}

/** Begins with all that may begin now. */
function allAtOnce(line: ReturnType<typeof createLine>, now = 0): string[] {
  const begun: string[] = [];
  for (let next = line.next(now); next; next = line.next(now)) begun.push(next.queueId);
  return begun;
}

describe('whose turn it is', () => {
  test('the highest priority first, and in it who came first', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 10 })), (priorities) => {
        const all = priorities.map((priority, index) => waiting({ priority, queueId: String(index) }));
        const line = lineOf(...all);
        const order: Waiting[] = [];
        for (let next = line.next(0); next; next = line.next(0)) {
          order.push(next);
          line.leave(next);
        }
        // A stable sort.
        expect(order).toEqual(all.toSorted((one, other) => other.priority - one.priority));
      }),
    );
  });

  test('nobody of a lower priority begins beside one of a higher', () => {
    const [high, low] = [waiting({ priority: 9, queueId: 'high' }), waiting({ priority: 1, queueId: 'low' })];
    const line = lineOf(low, high, waiting({ priority: 9, queueId: 'as high' }));
    expect(allAtOnce(line)).toEqual(['high', 'as high']);
    line.leave(high);
    expect(allAtOnce(line)).toEqual([]);
  });

  test('one of a higher priority that comes later does not wait', () => {
    const line = lineOf(waiting({ priority: 1 }));
    allAtOnce(line);
    line.enter(waiting({ priority: 9, queueId: 'late' }));
    expect(allAtOnce(line)).toEqual(['late']);
  });

  test('two of one room are never at once, whatever their priorities', () => {
    const line = lineOf(waiting({ lane: 'salon', queueId: 'first' }), waiting({ lane: 'salon' }));
    expect(allAtOnce(line)).toEqual(['first']);
    line.enter(waiting({ lane: 'salon', priority: 9 }));
    expect(allAtOnce(line)).toEqual([]);
  });

  test('one that has to wait holds up its room, and nobody else', () => {
    const line = lineOf(
      waiting({ lane: 'salon', notBefore: 100, queueId: 'limited' }),
      waiting({ lane: 'salon' }),
      waiting({ lane: 'kuchnia', queueId: 'other' }),
    );
    expect(allAtOnce(line)).toEqual(['other']);
    expect(allAtOnce(line, 100)).toEqual(['limited']);
  });

  test('one that has to wait for longer than a talk goes on holds up nobody, and comes when its time has come', () => {
    const line = lineOf(
      waiting({ lane: 'salon', notBefore: 3_600_000, queueId: 'over the limit' }),
      waiting({ lane: 'salon', queueId: 'somebody else' }),
    );
    expect(allAtOnce(line)).toEqual(['somebody else']);
    for (const one of line.waiting.filter(({ queueId }) => queueId === 'somebody else')) line.leave(one);
    expect(allAtOnce(line, 3_599_999)).toEqual([]);
    expect(allAtOnce(line, 3_600_000)).toEqual(['over the limit']);
  });

  test('one that failed before is worked on alone', () => {
    const suspect = waiting({ failures: 1, queueId: 'suspect' });
    const line = lineOf(suspect, waiting({ queueId: 'innocent' }));
    expect(allAtOnce(line)).toEqual(['suspect']);
    line.leave(suspect);
    expect(allAtOnce(line)).toEqual(['innocent']);
    line.enter(waiting({ failures: 1 }));
    expect(allAtOnce(line)).toEqual([]);
  });

  test('who met trouble three times in a row lets somebody else try', () => {
    const unlucky = waiting({ priority: 9, troubles: 2, queueId: 'unlucky' });
    const line = lineOf(unlucky, waiting({ priority: 1, queueId: 'other' }));
    expect(line.next(0)?.queueId).toBe('unlucky');
    unlucky.troubles += 1;
    line.putBack(unlucky);
    expect(line.next(0)?.queueId).toBe('other');
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createProgress, type Progress } from '../../../src/stream/progress.ts';

/** Ids in this model are `<number>-0`, so that plain numbers can judge them. */
const id = (number: number): string => `${number}-0`;
const timeOf = (entryId: string): number => Number(entryId.split('-')[0]);

const nothing: ReadonlySet<string> = new Set();

describe('the progress of a session', () => {
  test('begins at the pending entries, the cursor right before the first', () => {
    const progress = createProgress({ pending: ['5-3', '8-0'], lastDelivered: '9-0' });
    expect(progress).toMatchObject({ readTo: '0-0', deliveredTo: '9-0', inWork: 0 });
    expect(progress.cursorAfter(nothing)).toBe('5-2');
    expect(progress.cursorAfter(new Set(['5-3']))).toBe('7-18446744073709551615');
  });

  test('has its cursor at what was delivered last where nothing is open', () => {
    expect(createProgress({ pending: [], lastDelivered: '9-0' }).cursorAfter(nothing)).toBe('9-0');
  });

  test('never comes to the end of what was delivered before while it reads what is pending', () => {
    const progress = createProgress({ pending: ['5-0'], lastDelivered: '9-0' });
    progress.read(['5-0']);
    expect(progress).toMatchObject({ readTo: '5-0', deliveredTo: '9-0' });
    progress.settle('5-0');
    expect(progress.cursorAfter(nothing)).toBe('9-0');
  });

  test('keeps the cursor before an entry that was left, though it is no work any more', () => {
    const progress = createProgress({ pending: [], lastDelivered: '0-0' });
    progress.read(['1-0', '2-0']);
    progress.leave('1-0');
    progress.settle('2-0');
    expect(progress.inWork).toBe(0);
    expect(progress.cursorAfter(nothing)).toBe('0-18446744073709551615');
  });

  test('lets all wait for room that want it, and wakes them when there is some', async () => {
    const progress = createProgress({ pending: [], lastDelivered: '0-0' });
    progress.read(['1-0', '2-0', '3-0']);
    const woken: number[] = [];
    const waits = [3, 2, 1].map((limit) => progress.room(limit).then(() => void woken.push(limit)));
    await progress.room(4);
    expect(woken).toEqual([]);
    progress.settle('2-0');
    await waits[0];
    expect(woken).toEqual([3]);
    progress.leave('1-0');
    progress.settle('3-0');
    await Promise.all(waits);
    expect(woken.toSorted()).toEqual([1, 2, 3]);
  });

  test('has capacity beyond what only waits for its turn, but not without end', () => {
    const progress = createProgress({ pending: [], lastDelivered: '0-0' });
    const ids = Array.from({ length: 30 }, (_, index) => id(index + 1));
    progress.read(ids.slice(0, 2));
    expect(progress.capacity(2)).toBe(0);
    progress.setAside('2-0');
    expect(progress.capacity(2)).toBe(1);
    progress.settle('2-0');
    expect(progress.capacity(2)).toBe(1);

    progress.read(ids.slice(2));
    for (const each of ids.slice(2)) progress.setAside(each);
    expect(progress.inWork).toBe(29);
    expect(progress.capacity(2)).toBe(0);
  });

  describe('in any order of reading, settling and leaving', () => {
    interface Model {
      /** Delivered to earlier owners and not settled: not read yet. */
      unread: number[];
      /** Read and neither settled nor left. */
      open: number[];
      left: number[];
      newest: number;
    }

    type Command = fc.Command<Model, Progress>;

    function check(model: Model, progress: Progress): void {
      const unsettled = [...model.unread, ...model.open, ...model.left];
      const cursor = progress.cursorAfter(nothing);
      for (const number of unsettled) expect(timeOf(cursor)).toBeLessThan(number);
      // It holds nothing back either: all up to just before the first unsettled one is done.
      const first = Math.min(...unsettled);
      if (unsettled.length > 0) expect(cursor).toBe(`${first - 1}-18446744073709551615`);
      else expect(cursor).toBe(id(model.newest));
      expect(progress.inWork).toBe(model.open.length);
      expect(progress.deliveredTo).toBe(id(model.newest));
    }

    const readPending = (count: number): Command => ({
      check: ({ unread }) => unread.length > 0,
      run(model, progress) {
        const read = model.unread.splice(0, count);
        progress.read(read.map(id));
        model.open.push(...read);
        expect(progress.readTo).toBe(id(read.at(-1) as number));
        check(model, progress);
      },
      toString: () => `read ${count} pending`,
    });

    const readNew = (gaps: readonly number[]): Command => ({
      check: ({ unread }) => unread.length === 0,
      run(model, progress) {
        const read = gaps.map((gap) => {
          model.newest += gap;
          return model.newest;
        });
        progress.read(read.map(id));
        model.open.push(...read);
        check(model, progress);
      },
      toString: () => `read new ${gaps}`,
    });

    const finish = (which: number, how: 'settle' | 'leave'): Command => ({
      check: ({ open }) => open.length > 0,
      run(model, progress) {
        const [number] = model.open.splice(which % model.open.length, 1) as [number];
        // The script that settles it writes this cursor: it may pass this entry, and no other one.
        const others = [...model.unread, ...model.open, ...model.left];
        for (const other of others) {
          expect(timeOf(progress.cursorAfter(new Set([id(number)])))).toBeLessThan(other);
        }
        progress[how](id(number));
        if (how === 'leave') model.left.push(number);
        check(model, progress);
      },
      toString: () => `${how} ${which}`,
    });

    test('the cursor never passes an unsettled entry, and lags behind none that is settled', () => {
      const commands = fc.commands(
        [
          fc.integer({ min: 1, max: 4 }).map(readPending),
          fc
            .array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 5 })
            .map((gaps) => readNew(gaps)),
          fc.nat(20).map((which) => finish(which, 'settle')),
          fc.nat(20).map((which) => finish(which, 'settle')),
          fc.nat(20).map((which) => finish(which, 'leave')),
        ],
        { maxCommands: 40 },
      );
      const pending = fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { maxLength: 8 });
      fc.assert(
        fc.property(pending, commands, (numbers, run) => {
          fc.modelRun(() => {
            const unread = numbers.toSorted((left, right) => left - right);
            return {
              model: { unread: [...unread], open: [], left: [], newest: 60 },
              real: createProgress({ pending: unread.map(id), lastDelivered: id(60) }),
            };
          }, run);
        }),
      );
    });
  });
});

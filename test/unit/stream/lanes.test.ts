import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLanes } from '../../../src/stream/lanes.ts';

/** Lanes whose failure fails the test. */
function lanesThatMustNotFail() {
  const failures: unknown[] = [];
  return { failures, lanes: createLanes((error) => failures.push(error)) };
}

describe('lanes', () => {
  test('run a task that waits for nothing at once, and without a promise', () => {
    const { lanes } = lanesThatMustNotFail();
    const done: number[] = [];
    for (const number of [1, 2, 3]) lanes.enter('salon', () => void done.push(number));
    expect(done).toEqual([1, 2, 3]);
  });

  test('hold up the room of a task that waits, and no other', async () => {
    const { lanes, failures } = lanesThatMustNotFail();
    const gate = Promise.withResolvers<void>();
    const done: string[] = [];
    const last = Promise.withResolvers<void>();
    lanes.enter('salon', () => gate.promise.then(() => void done.push('slow')));
    lanes.enter('salon', () => void done.push('behind it'));
    lanes.enter('salon', async () => {
      await Promise.resolve();
      done.push('last');
      last.resolve();
    });
    lanes.enter('kuchnia', () => void done.push('elsewhere'));
    expect(done).toEqual(['elsewhere']);
    gate.resolve();
    await last.promise;
    expect(done).toEqual(['elsewhere', 'slow', 'behind it', 'last']);
    expect(failures).toEqual([]);
  });

  test('run at once again when what the room waited for is over', async () => {
    const { lanes } = lanesThatMustNotFail();
    const gate = Promise.withResolvers<void>();
    const done: string[] = [];
    lanes.enter('salon', () => gate.promise);
    gate.resolve();
    // The lane learns of it in a later microtask; then it is free.
    await new Promise((resolve) => setImmediate(resolve));
    lanes.enter('salon', () => void done.push('at once'));
    expect(done).toEqual(['at once']);
  });

  test('tell of a task that rejects all the same', async () => {
    const failed = Promise.withResolvers<unknown>();
    const lanes = createLanes(failed.resolve);
    const defect = new Error('a defect');
    lanes.enter('salon', () => Promise.reject(defect));
    expect(await failed.promise).toBe(defect);
  });

  test('tell of a waiting task that throws', async () => {
    const failed = Promise.withResolvers<unknown>();
    const lanes = createLanes(failed.resolve);
    const defect = new Error('a defect');
    lanes.enter('salon', () => Promise.resolve());
    lanes.enter('salon', () => {
      throw defect;
    });
    expect(await failed.promise).toBe(defect);
  });

  test('keep the order of each room and never run two of its tasks at a time, whatever takes how long', async () => {
    // When a task comes to its end: at once, or when the scheduler lets it.
    const task = fc.record({ room: fc.constantFrom('a', 'b', 'c', ''), waits: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(task, { maxLength: 30 }), fc.scheduler(), async (tasks, scheduler) => {
        const { lanes, failures } = lanesThatMustNotFail();
        const started = new Map<string, number[]>();
        const finished = new Map<string, number[]>();
        const running = new Map<string, number>();
        let overlaps = 0;
        const note = (where: Map<string, number[]>, room: string, number: number): void => {
          where.set(room, [...(where.get(room) ?? []), number]);
        };

        for (const [number, { room, waits }] of tasks.entries()) {
          const begin = (): void => {
            note(started, room, number);
            if (running.get(room)) overlaps += 1;
          };
          lanes.enter(room, () => {
            begin();
            if (!waits) {
              note(finished, room, number);
              return undefined;
            }
            running.set(room, 1);
            return scheduler.schedule(Promise.resolve()).then(() => {
              running.set(room, 0);
              note(finished, room, number);
            });
          });
          // Nothing but an earlier task of its own room may keep one from starting.
          const waitingBefore = tasks.slice(0, number).some((other) => other.room === room && other.waits);
          if (!waitingBefore) expect(started.get(room)).toContain(number);
        }
        await scheduler.waitIdle();

        const expected = new Map<string, number[]>();
        for (const [number, { room }] of tasks.entries()) note(expected, room, number);
        expect(started).toEqual(expected);
        expect(finished).toEqual(expected);
        expect(overlaps).toBe(0);
        expect(failures).toEqual([]);
      }),
    );
  });
});

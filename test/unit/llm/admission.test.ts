import { expect, test } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { createAdmission } from '../../../src/llm/admission.ts';

const { signal } = new AbortController();

/** An admission whose callers are told apart by the order in which they came. */
function open(places: number) {
  const admission = createAdmission(places, systemClock.monotonic);
  const inside: string[] = [];
  const leaves = new Map<string, () => void>();
  async function enter(name: string, origin: string, withinMs = 10_000): Promise<string> {
    const leave = await admission.enter(origin, { deadline: systemClock.monotonic() + withinMs, signal });
    if (leave === 'full') return 'full';
    inside.push(name);
    leaves.set(name, leave);
    return 'in';
  }
  return {
    inside,
    enter,
    /** So many of one origin at once: `salon 0`, `salon 1`. */
    enterAll(origin: string, count: number): void {
      for (let index = 0; index < count; index += 1) void enter(`${origin} ${index}`, origin);
    },
    async leave(name: string): Promise<void> {
      leaves.get(name)?.();
      await settled();
    },
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const many = (origin: string, names: readonly string[]): number =>
  names.filter((name) => name.startsWith(origin)).length;

test('one origin alone leaves places for whoever comes next, who need not wait', async () => {
  const { inside, enter, enterAll } = open(50);
  enterAll('salon', 200);
  await settled();
  expect(many('salon', inside)).toBe(26);
  enterAll('kuchnia', 100);
  await settled();
  expect(many('kuchnia', inside)).toBe(13);
  expect(await enter('guest', 'guest', 0)).toBe('in');
});

test.each([1, 2])('%i places are all for whoever comes', async (places) => {
  const { inside, enterAll } = open(places);
  enterAll('salon', 5);
  await settled();
  expect(inside).toHaveLength(places);
});

test('origins that wait take turns, and of one origin first come, first served', async () => {
  const { inside, enterAll, leave } = open(2);
  enterAll('salon', 6);
  enterAll('kuchnia', 2);
  await settled();
  expect(inside).toEqual(['salon 0', 'salon 1']);
  await leave('salon 0');
  await leave('salon 1');
  await leave('kuchnia 0');
  await leave('salon 2');
  expect(inside.slice(2)).toEqual(['kuchnia 0', 'salon 2', 'kuchnia 1', 'salon 3']);
});

test('a place is given once, however often it is left', async () => {
  const { inside, enterAll, leave } = open(1);
  enterAll('salon', 3);
  await settled();
  await leave('salon 0');
  await leave('salon 0');
  expect(inside).toEqual(['salon 0', 'salon 1']);
});

test('all places are free again when all have left', async () => {
  const { inside, enterAll, leave } = open(10);
  enterAll('salon', 20);
  await settled();
  for (let index = 0; index < 20; index += 1) await leave(`salon ${index}`);
  expect(inside).toHaveLength(20);
  enterAll('kuchnia', 20);
  await settled();
  expect(many('kuchnia', inside)).toBe(6);
});

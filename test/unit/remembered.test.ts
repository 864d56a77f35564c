import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { remembered } from '../../src/remembered.ts';
import { megabytesKept } from '../support/megabytes-kept.ts';

test('what was found is not looked for again, nothing found included', () => {
  const asked: string[] = [];
  const find = remembered(
    (key) => {
      asked.push(key);
      return key === 'none' ? undefined : key.length;
    },
    { most: 10 },
  );
  expect(['none', 'four', 'none', 'four'].map(find)).toEqual([undefined, 4, undefined, 4]);
  expect(asked).toEqual(['none', 'four']);
});

test('never more is remembered than said: past that it begins anew', () => {
  let asked = 0;
  const find = remembered(
    (key) => {
      asked += 1;
      return key;
    },
    { most: 2 },
  );
  for (const key of ['a', 'b', 'c', 'c']) find(key);
  expect(asked).toBe(3);
  find('a');
  expect(asked).toBe(4);
});

test('what could not be found is looked for again', () => {
  let asked = 0;
  const find = remembered(
    () => {
      asked += 1;
      if (asked === 1) throw new Error('not now');
      return asked;
    },
    { most: 2 },
  );
  expect(() => find('a')).toThrow('not now');
  expect(find('a')).toBe(2);
});

test('what is remembered briefly is forgotten when the event loop turns', async () => {
  let asked = 0;
  const find = remembered(
    (key) => {
      asked += 1;
      return key;
    },
    { most: 10, briefly: true },
  );
  for (const key of ['a', 'b', 'a']) find(key);
  await Promise.resolve();
  find('b');
  expect(asked).toBe(2);
  await setImmediate();
  find('a');
  expect(asked).toBe(3);
});

test('a key that was cut from a text does not keep that text in memory', () => {
  const find = remembered((key) => key.length, { most: 1000 });
  const before = megabytesKept();
  for (let count = 0; count < 200; count += 1) find(randomBytes(50_000).toString('hex').slice(7, 40));
  expect(megabytesKept() - before).toBeLessThan(5);
  expect(find('x'.repeat(33))).toBe(33);
});

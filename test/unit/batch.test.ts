import { expect, test } from 'vitest';
import { createTickBatch } from '../../src/redis/batch.ts';

function recording(answers: (keys: readonly string[]) => readonly string[] | undefined) {
  const asked: (readonly string[])[] = [];
  return {
    asked,
    load: async (keys: readonly string[]) => {
      asked.push(keys);
      return answers(keys);
    },
  };
}

test('asks once for what was asked for in one turn, each key once, and gives each its own', async () => {
  const { asked, load } = recording((keys) => keys.map((key) => key.toUpperCase()));
  const read = createTickBatch(load, { most: 10 });
  const answers = ['a', 'b', 'a'].map(async (key, index) => {
    for (let turn = 0; turn < index; turn += 1) await Promise.resolve();
    return read(key);
  });
  expect(await Promise.all(answers)).toEqual(['A', 'B', 'A']);
  expect(asked).toEqual([['a', 'b']]);
  expect(await read('c')).toBe('C');
  expect(asked).toHaveLength(2);
});

test('makes several questions of more keys than one may hold', async () => {
  const { asked, load } = recording((keys) => keys);
  const read = createTickBatch(load, { most: 2 });
  expect(await Promise.all(['a', 'b', 'c', 'd', 'e'].map(read))).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(asked.map(({ length }) => length)).toEqual([2, 2, 1]);
});

test('has nothing for anybody where there was no answer', async () => {
  const read = createTickBatch(recording(() => undefined).load, { most: 10 });
  expect(await Promise.all(['a', 'b'].map(read))).toEqual([undefined, undefined]);
});

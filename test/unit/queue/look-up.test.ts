import { expect, test } from 'vitest';
import { createLookUp, type Resolve } from '../../../src/queue/look-up.ts';

const HERE = [{ address: '192.0.2.1', family: 4 }];

/** A system that answers when it is told to. */
function open() {
  const asked: { readonly name: string; readonly told: Parameters<Resolve>[1] }[] = [];
  const heard: string[] = [];
  const lookUp = createLookUp((name, told) => void asked.push({ name, told }));
  return {
    asked: () => asked.map(({ name }) => name),
    answer: (index: number) => asked[index]?.told(null, HERE),
    heard,
    ask: (name: string) =>
      lookUp(name, (error, [first]) => void heard.push(`${name} ${error?.code ?? first?.address}`)),
  };
}

test('one name is looked up after the other, so that a slow one leaves room for what else the process looks up', () => {
  const { ask, asked, answer, heard } = open();
  for (const name of ['slow', 'second', 'third']) ask(name);
  expect(asked()).toEqual(['slow']);
  answer(0);
  expect(asked()).toEqual(['slow', 'second']);
  answer(1);
  answer(2);
  expect(heard).toEqual(['slow 192.0.2.1', 'second 192.0.2.1', 'third 192.0.2.1']);
  ask('slow');
  expect(asked().at(-1)).toBe('slow');
});

test('a name is looked up once for all who ask meanwhile', () => {
  const { ask, asked, answer, heard } = open();
  for (const name of ['one', 'other', 'one', 'other']) ask(name);
  answer(0);
  answer(1);
  expect(asked()).toEqual(['one', 'other']);
  expect(heard).toHaveLength(4);
});

test('not more names than a hundred wait', () => {
  const { ask, heard } = open();
  for (let index = 0; index <= 101; index += 1) ask(`host ${index}`);
  expect(heard).toEqual(['host 101 EBUSY']);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineDiff } from '../../../src/cli/line-diff.ts';

const numbered = (...changed: string[]): string =>
  Array.from(
    { length: 20 },
    (_, index) => changed.find((line) => line.startsWith(`${index} `)) ?? String(index),
  ).join('\n');

test('shows what changes, with a little around it', () => {
  expect(lineDiff(numbered(), numbered('3 three', '15 fifteen'))).toEqual([
    '…',
    ...['  1', '  2', '- 3', '+ 3 three', '  4', '  5'],
    '…',
    ...['  13', '  14', '- 15', '+ 15 fifteen', '  16', '  17'],
  ]);
});

test('shows nothing of what is the same', () => {
  expect(lineDiff('a\nb', 'a\nb')).toEqual([]);
});

test('what is taken away and added makes the one text of the other', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const diff = lineDiff(before.join('\n'), after.join('\n'));
      const count = (mark: string) => diff.filter((line) => line.startsWith(`${mark} `)).length;
      const [old, now] = [before.join('\n').split('\n'), after.join('\n').split('\n')];
      expect(count('+') - count('-')).toBe(now.length - old.length);
      const taken = diff.filter((line) => line.startsWith('- ')).map((line) => line.slice(2));
      expect(taken.every((line) => old.includes(line))).toBe(true);
    }),
  );
});

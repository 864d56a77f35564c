import fc from 'fast-check';
import { expect, test } from 'vitest';
import { collapse, fold } from '../../../src/language/fold.ts';
import { foldedWords, toWords } from '../../../src/language/words.ts';
import { growth } from '../../support/quickest.ts';

test('folding takes case and diacritics away, ł among them', () => {
  expect(fold('ZAŻÓŁĆ Gęślą Jaźń')).toBe('zazolc gesla jazn');
  expect(fold('Ünïcode İstanbul')).toBe('unicode istanbul');
});

test('composed and decomposed letters fold alike', () => {
  expect(fold('światło'.normalize('NFD'))).toBe(fold('światło'.normalize('NFC')));
});

test('collapsing keeps case and diacritics, on one line', () => {
  expect(collapse('  Włącz\t\n światło\u200b!\u0000 ')).toBe('Włącz światło !');
});

test('punctuation falls away from words, but not from numbers and times', () => {
  expect(foldedWords('„Ustaw” 21,5 stopnia, o 7:30... (proszę)?!')).toEqual([
    'ustaw',
    '21,5',
    'stopnia',
    'o',
    '7:30',
    'prosze',
  ]);
});

test('a percent sign is a word, wherever it stands', () => {
  expect(foldedWords('40%')).toEqual(['40', '%']);
  expect(foldedWords('40 %')).toEqual(['40', '%']);
});

test('apostrophes of either kind vanish', () => {
  expect(foldedWords("Don't")).toEqual(foldedWords('don’t'));
});

test('hyphens part words, and are a sign only before a number that stands alone', () => {
  expect(foldedWords('twenty-one -5 a-5')).toEqual(['twenty', 'one', '-5', 'a', '5']);
});

test('each word knows how it was written', () => {
  const text = 'Dodaj: Żółty-Ser!';
  expect(toWords(text).map(({ start, end }) => text.slice(start, end))).toEqual(['Dodaj', 'Żółty', 'Ser']);
});

test('any string is taken apart, and folded words are folded for good', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
      for (const { folded, start, end } of toWords(text)) {
        expect(end).toBeGreaterThan(start);
        expect(fold(folded)).toBe(folded);
      }
      expect(collapse(collapse(text))).toBe(collapse(text));
    }),
  );
});

test('hostile strings ten times as long take about ten times as long, not a hundred times', () => {
  let run = 0;
  const takeApart = (length: number): void => {
    run += 1;
    for (const part of ['11', '1.', "a'", '\ud800\ud800']) {
      // Another text each time: what was taken apart just now is remembered.
      toWords(collapse(`${part.repeat(length / 2)} ${run}`));
    }
  };
  expect(growth(takeApart, { from: 4_000, to: 40_000 })).toBeLessThan(40);
});

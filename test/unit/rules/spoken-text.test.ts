import { describe, expect, test } from 'vitest';
import { toWords } from '../../../src/language/words.ts';
import { createSpokenText } from '../../../src/rules/spoken-text.ts';

const spokenOf = (text: string, spaced = true) => createSpokenText(text, { words: toWords(text), spaced });

describe('a spoken text', () => {
  test('has a space before each word', () => {
    expect(spokenOf('Włącz,  to!').text).toBe(' wlacz to');
    expect(spokenOf('Włącz,  to!', false).text).toBe('wlaczto');
    expect(spokenOf('…').text).toBe('');
  });

  test('knows where words begin and end', () => {
    const spoken = spokenOf('zrób to teraz');
    expect([0, 1, 2, 6, 9].map((at) => spoken.wordAt(at))).toEqual([-1, 0, -1, 1, 2]);
    expect(spoken.endOf(1)).toBe(8);
  });

  test('counts letters', () => {
    const spoken = spokenOf('zrób to teraz');
    expect(spoken.letters(0, spoken.text.length)).toBe(11);
    expect(spoken.letters(1, 6)).toBe(4);
    expect(spoken.letters(6, 8)).toBe(2);
  });

  test('knows what an apostrophe parts', () => {
    const spoken = spokenOf("timer d'une heure, l’an, don't");
    expect([6, 7, 8, 9, 18, 19].map((at) => spoken.elidedAt(at))).toEqual([
      undefined,
      undefined,
      { word: 1, rest: 'une' },
      undefined,
      undefined,
      { word: 3, rest: 'an' },
    ]);
    expect(spokenOf('').elidedAt(0)).toBeUndefined();
  });

  test('quotes as it was written, in the middle of words too', () => {
    const spoken = spokenOf("Podaj Łóżko-Mamy, d'Artagnan!");
    expect(spoken.text).toBe(' podaj lozko mamy dartagnan');
    expect(spoken.quote(7, 17)).toBe('Łóżko-Mamy');
    expect(spoken.quote(7, 9)).toBe('Łó');
    expect(spoken.quote(19, 27)).toBe('Artagnan');
  });

  test('quotes what was heard of words that were mended', () => {
    const original = 'Zapal w Kuhnnii!';
    const words = toWords(original).map((word) =>
      word.folded === 'kuhnnii' ? { ...word, folded: 'kuchni' } : word,
    );
    const spoken = createSpokenText(original, { words });
    expect(spoken.text).toBe(' zapal w kuchni');
    expect(spoken.quote(7, 15)).toBe('w Kuhnnii');
    expect(spoken.quote(9, 15)).toBe('Kuhnnii');
  });
});

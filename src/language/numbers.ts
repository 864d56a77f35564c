/** A number found in folded words. */
export interface NumberReading {
  readonly value: number;
  /** How many words it takes. */
  readonly length: number;
}

/**
 * Reads the numbers that start at a word: all of them, shortest first, as `twenty one` may be 20 before a word `one`
 * or 21.
 *
 * @param words folded
 */
export type NumberReader = (words: readonly string[], at: number) => readonly NumberReading[];

/** The number words of a language, folded, several spellings in a line apart by spaces. */
export interface NumberWords {
  /** 0 to 19, 100, and whatever else stands alone. */
  readonly single: Readonly<Record<number, string>>;
  /** 20, 30 … 90: alone, or before one of 1 to 9. */
  readonly tens: Readonly<Record<number, string>>;
  /** What adds a half, word by word: `i pol`. */
  readonly half: readonly string[];
}

const DIGITS = /^(-?\d{1,6})(?:[.,](\d{1,3}))?$/;

/** Reads digits only: what is understood of numbers in a language without number words. */
export const readDigits: NumberReader = (words, at) => {
  const match = DIGITS.exec(words[at] ?? '');
  if (!match) return [];
  const [, whole, decimals = ''] = match;
  return [{ value: Number(`${whole}.${decimals || '0'}`), length: 1 }];
};

/** Reads digits, number words from 0 to 100, and either of them and a half. */
export function createNumberReader({ single, tens, half }: NumberWords): NumberReader {
  const singles = byWord(single);
  const tensByWord = byWord(tens);

  function whole(words: readonly string[], at: number): NumberReading[] {
    const word = words[at] ?? '';
    const alone = singles.get(word);
    if (alone !== undefined) return [{ value: alone, length: 1 }];
    const ten = tensByWord.get(word);
    if (ten === undefined) return [...readDigits(words, at)];
    const unit = singles.get(words[at + 1] ?? '');
    const readings = [{ value: ten, length: 1 }];
    if (unit !== undefined && unit > 0 && unit < 10) readings.push({ value: ten + unit, length: 2 });
    return readings;
  }

  return (words, at) => {
    const readings = whole(words, at);
    for (const { value, length } of [...readings]) {
      if (Number.isInteger(value) && half.every((word, index) => words[at + length + index] === word)) {
        readings.push({ value: value + 0.5, length: length + half.length });
      }
    }
    return readings;
  };
}

/** Every number word of a language with what it says. */
export function numberWordsOf({ single, tens }: NumberWords): ReadonlyMap<string, number> {
  return new Map([...byWord(single), ...byWord(tens)]);
}

function byWord(spellings: Readonly<Record<number, string>>): Map<string, number> {
  return new Map(
    Object.entries(spellings).flatMap(([value, words]) =>
      words.split(' ').map((word) => [word, Number(value)] as const),
    ),
  );
}

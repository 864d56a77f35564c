/** A number found in folded words. */
interface NumberReading {
  readonly value: number;
  /** How many words it takes. */
  readonly length: number;
  /** The value is a percentage that was said as a share: `half`, `a quarter`. It counts nothing. */
  readonly isShare?: true;
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
  /** 0 to 19. */
  readonly single: Readonly<Record<number, string>>;
  /** 20, 30 … 90: alone, or before one of 1 to 9. */
  readonly tens: Readonly<Record<number, string>>;
  /** 100, 200 …, where each is a word of its own. */
  readonly hundreds: Readonly<Record<number, string>>;
  /** What makes hundreds of the number before it: `hundred`; alone or after an article it is one. */
  readonly hundred: string;
  readonly thousand: string;
  /** `a hundred` */
  readonly article: string;
  /** May stand before the last two digits: `hundred and five`. */
  readonly and: string;
  /** What adds a half, word by word: `i pol`. */
  readonly half: readonly string[];
  /** Before decimals: `przecinek`. */
  readonly point: string;
  readonly minus: string;
  /** Values under one and the like, by how they are said: `pol`. */
  readonly fractions: Readonly<Record<number, readonly string[]>>;
  /** Percentages said as shares: `polowe` is 50. */
  readonly shares: Readonly<Record<number, readonly string[]>>;
  /** Before these, what may be a share is a fraction: `half a degree`. */
  readonly counted: string;
}

const DIGITS = /^(-?\d{1,6})(?:[.,](\d{1,3}))?$/;
const DIGITS_OF_DECIMALS = 3;
const [ZERO, NINE, HYPHEN] = [48, 57, 45];

const NOTHING: readonly never[] = [];

/** Whether a word begins as a number in digits does. */
function mayBeDigits(word: string): boolean {
  const first = word.charCodeAt(0);
  return (first >= ZERO && first <= NINE) || first === HYPHEN;
}

/** Reads digits only: what is understood of numbers in a language without number words. */
export const readDigits: NumberReader = (words, at) => {
  const word = words[at] ?? '';
  const match = mayBeDigits(word) ? DIGITS.exec(word) : undefined;
  if (!match) return NOTHING;
  const [, whole, decimals = ''] = match;
  return [{ value: Number(`${whole}.${decimals || '0'}`), length: 1 }];
};

/** Reads digits, number words up to 999,999 with halves or decimals, below zero as well, and shares of a whole. */
export function createNumberReader(language: NumberWords): NumberReader {
  const readWhole = createWholeReader(language);
  const { half } = language;
  const [points, minuses, counted] = [language.point, language.minus, language.counted].map(setOf);
  const fractions = phrasesOf(language.fractions);
  const shares = phrasesOf(language.shares);
  const singles = byWord(language.single);
  const starters = startersOf(language);
  /** Words that go on with a number in digits: most of these stand alone. */
  const goOn = setOf([language.hundred, language.thousand, language.point, half[0] ?? ''].join(' '));

  /** `przecinek dwadziescia piec`, `point two five`: what stands behind the point, and the words it takes. */
  function decimals(words: readonly string[], at: number): NumberReading[] {
    const said: string[] = [];
    const readings: NumberReading[] = [];
    for (let length = 0; length < DIGITS_OF_DECIMALS; length += 1) {
      const word = words[at + length] ?? '';
      const digit = singles.get(word) ?? (/^\d$/.test(word) ? Number(word) : undefined);
      if (digit === undefined || digit > 9) break;
      said.push(String(digit));
      readings.push({ value: Number(`0.${said.join('')}`), length: length + 1 });
    }
    const twoDigits = readWhole(words, at).filter(({ value }) => value > 9 && value < 100);
    return [...readings, ...twoDigits.map(({ value, length }) => ({ value: value / 100, length }))];
  }

  function positive(words: readonly string[], at: number): NumberReading[] {
    const readings = [...readWhole(words, at)];
    for (const { value, length } of [...readings]) {
      if (!Number.isInteger(value)) continue;
      const end = at + length;
      if (says(words, end, half)) readings.push({ value: value + 0.5, length: length + half.length });
      if (!points?.has(words[end] ?? '')) continue;
      for (const behind of decimals(words, end + 1)) {
        readings.push({ value: rounded(value + behind.value), length: length + 1 + behind.length });
      }
    }
    const alone = fractions.filter(({ words: said }) => says(words, at, said));
    return [...readings, ...alone.map(({ words: said, value }) => ({ value, length: said.length }))];
  }

  return (words, at) => {
    const word = words[at] ?? '';
    if (!starters.has(word)) {
      if (!mayBeDigits(word)) return NOTHING;
      if (!goOn.has(words[at + 1] ?? '')) return readDigits(words, at);
    }
    const isNegative = minuses?.has(word);
    const found: NumberReading[] = isNegative
      ? positive(words, at + 1).map(({ value, length }) => ({ value: -value, length: length + 1 }))
      : positive(words, at);
    for (const { words: said, value } of shares) {
      const isCount = counted?.has(words[at + said.length] ?? '');
      if (!isCount && says(words, at, said)) found.push({ value, length: said.length, isShare: true });
    }
    return found.sort((one, other) => one.length - other.length);
  };
}

/** Reads whole numbers in words, and any in digits. */
function createWholeReader(language: NumberWords): NumberReader {
  const singles = byWord(language.single);
  const tens = byWord(language.tens);
  const hundreds = byWord(language.hundreds);
  const [hundredWords, thousandWords, articles, ands] = [
    language.hundred,
    language.thousand,
    language.article,
    language.and,
  ].map(setOf) as [Set<string>, Set<string>, Set<string>, Set<string>];

  function belowHundred(words: readonly string[], at: number): readonly NumberReading[] {
    const word = words[at] ?? '';
    const alone = singles.get(word);
    if (alone !== undefined) return [{ value: alone, length: 1 }];
    const ten = tens.get(word);
    if (ten === undefined) return readDigits(words, at);
    const unit = singles.get(words[at + 1] ?? '') ?? 0;
    const readings = [{ value: ten, length: 1 }];
    if (unit > 0 && unit < 10) readings.push({ value: ten + unit, length: 2 });
    return readings;
  }

  /** What multiplies `unit`, with it: `two hundred`, `a hundred`, `hundred`. */
  function multiples(
    words: readonly string[],
    at: number,
    unit: {
      readonly words: ReadonlySet<string>;
      readonly value: number;
      readonly counts: readonly NumberReading[];
    },
  ): NumberReading[] {
    if (unit.words.has(words[at] ?? '')) return [{ value: unit.value, length: 1 }];
    const counts = articles.has(words[at] ?? '') ? [{ value: 1, length: 1 }] : unit.counts;
    return counts
      .filter(
        ({ value, length }) =>
          value > 0 && Number.isInteger(value) && unit.words.has(words[at + length] ?? ''),
      )
      .map(({ value, length }) => ({ value: value * unit.value, length: length + 1 }));
  }

  /** A round number, and all that a smaller one after it makes of it. */
  function withRest(
    round: NumberReading,
    restAt: (skipped: number) => readonly NumberReading[],
    below: number,
  ): NumberReading[] {
    const rests = [0, 1].flatMap((skipped) =>
      restAt(skipped)
        .filter(({ value }) => value > 0 && value < below && Number.isInteger(value))
        .map(({ value, length }) => ({
          value: round.value + value,
          length: round.length + skipped + length,
        })),
    );
    return [round, ...rests];
  }

  function belowThousand(words: readonly string[], at: number): readonly NumberReading[] {
    const small = belowHundred(words, at);
    const own = hundreds.get(words[at] ?? '');
    const rounds = [
      ...(own === undefined ? [] : [{ value: own, length: 1 }]),
      ...multiples(words, at, { words: hundredWords, value: 100, counts: small }),
    ];
    const rest = (from: number) => (skipped: number) =>
      skipped === 0 || ands.has(words[from] ?? '') ? belowHundred(words, from + skipped) : [];
    return [...small, ...rounds.flatMap((round) => withRest(round, rest(at + round.length), 100))];
  }

  return (words, at) => {
    const small = belowThousand(words, at);
    const rounds = multiples(words, at, { words: thousandWords, value: 1000, counts: small });
    const rest = (from: number) => (skipped: number) =>
      skipped === 0 || ands.has(words[from] ?? '') ? belowThousand(words, from + skipped) : [];
    return [...small, ...rounds.flatMap((round) => withRest(round, rest(at + round.length), 1000))];
  };
}

/** Every word that a number begins with: nearly all others are told apart at once. */
function startersOf(language: NumberWords): ReadonlySet<string> {
  const { hundred, thousand, article, minus, fractions, shares } = language;
  return new Set([
    ...numberWordsOf(language).keys(),
    ...[hundred, thousand, article, minus].flatMap((words) => [...setOf(words)]),
    ...[...phrasesOf(fractions), ...phrasesOf(shares)].map(({ words: [first = ''] }) => first),
  ]);
}

/** Every number word of a language with what it says. */
export function numberWordsOf({ single, tens, hundreds }: NumberWords): ReadonlyMap<string, number> {
  return new Map([...byWord(single), ...byWord(tens), ...byWord(hundreds)]);
}

function byWord(spellings: Readonly<Record<number, string>>): Map<string, number> {
  return new Map(
    Object.entries(spellings).flatMap(([value, words]) =>
      words.split(' ').map((word) => [word, Number(value)] as const),
    ),
  );
}

function setOf(words: string): Set<string> {
  return new Set(words.split(' ').filter(Boolean));
}

function phrasesOf(phrases: Readonly<Record<number, readonly string[]>>) {
  return Object.entries(phrases).flatMap(([value, said]) =>
    said.map((phrase) => ({ words: phrase.split(' '), value: Number(value) })),
  );
}

function says(words: readonly string[], at: number, phrase: readonly string[]): boolean {
  return phrase.length > 0 && phrase.every((word, index) => words[at + index] === word);
}

/** Without the noise of binary fractions. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

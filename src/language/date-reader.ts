import type { NumberReader } from './numbers.ts';
import { phraseAt } from './phrase-at.ts';
import type { TimeReading } from './time-pieces.ts';

/** How a language names a day of the year. All folded; phrases have their words apart by a space. */
export interface DateWords {
  /** "grudnia", "december", from 1; months as they stand beside a day. */
  readonly months: ReadonlyMap<string, number>;
  /** "piatego", "fifth": days of a month by words that are no plain numbers. */
  readonly days: ReadonlyMap<string, number>;
  /** "th" of "6th": behind a number in digits it is a day of a month. */
  readonly endings: ReadonlySet<string>;
  /** "dnia", "on the": may stand before it. */
  readonly leads: readonly string[];
  /** "of": may stand between the day and its month. */
  readonly between: readonly string[];
  /** True where the month may stand first: "december fifth"; behind nothing it wants a day that is no plain number. */
  readonly isMonthFirst: boolean;
}

/** Reads the date that begins at a word, if any. @param words folded */
export type DateReader = (words: readonly string[], at: number) => TimeReading | undefined;

interface DayFound {
  readonly day: number;
  readonly length: number;
  readonly isPlain: boolean;
}

export function createDateReader(
  { months, days, endings, leads, between, isMonthFirst }: DateWords,
  numbers: NumberReader,
): DateReader {
  /** "5", "piątego", "dwudziestego piątego", "twenty fifth"; the longest first. */
  function daysAt(said: readonly string[], at: number): readonly DayFound[] {
    const plain = numbers(said, at)
      .filter(({ value, isShare }) => Number.isInteger(value) && value > 0 && value < 32 && !isShare)
      .map(({ value, length }) => {
        const isPlain = !endings.has(said[at + length] ?? '');
        return { day: value, length: length + (isPlain ? 0 : 1), isPlain };
      });
    const named = days.get(said[at] ?? '');
    const tens = [...plain, ...(named === undefined ? [] : [{ day: named, length: 1, isPlain: false }])];
    const whole = tens.flatMap(({ day, length }) => {
      const rest = days.get(said[at + length] ?? '') ?? 0;
      const isOne = (day === 20 || day === 30) && rest > 0 && rest < 10;
      return isOne ? [{ day: day + rest, length: length + 1, isPlain: false }] : [];
    });
    return [...whole, ...tens].toSorted((one, other) => other.length - one.length);
  }

  return (said, at) => {
    const lead = phraseAt(said, at, leads);
    const begin = at + lead;
    for (const { day, length } of daysAt(said, begin)) {
      const behind = begin + length + phraseAt(said, begin + length, between);
      const month = months.get(said[behind] ?? '');
      if (month !== undefined) {
        return { pieces: [{ kind: 'date', month, day }], length: behind + 1 - at };
      }
    }
    const month = isMonthFirst ? months.get(said[begin] ?? '') : undefined;
    if (month === undefined) return undefined;
    const behind = begin + 1 + phraseAt(said, begin + 1, leads);
    const [found] = daysAt(said, behind).filter(({ isPlain }) => !isPlain || lead > 0);
    if (!found) return undefined;
    return { pieces: [{ kind: 'date', month, day: found.day }], length: behind + found.length - at };
  };
}

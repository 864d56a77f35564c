import type { NumberReader } from './numbers.ts';

/** A length of time found in folded words. */
interface DurationReading {
  readonly seconds: number;
  /** How many words it takes. */
  readonly length: number;
}

/** Reads the durations that start at a word, shortest first. @param words folded */
export type DurationReader = (words: readonly string[], at: number) => readonly DurationReading[];

/** A part of a length of time, or some of them, and the unit that the last one is counted in, in seconds. */
interface Part extends DurationReading {
  readonly unit: number;
}

/** What a language measures time in; words folded. */
export interface DurationWords {
  /** Unit by its forms: `minut` is 60. Said alone it is one of it: `godzine`. */
  readonly units: Readonly<Record<string, number>>;
  /** Lengths that are said as a whole: `pol godziny` is 1800. */
  readonly phrases: Readonly<Record<string, number>>;
  /** May stand between parts: `i`. */
  readonly joiners: readonly string[];
  /** Units that mean one of it when no number stands before them. */
  readonly alone: readonly string[];
}

const MAX_PARTS = 3;
const DAY_SECONDS = 86_400;

/** Understands a number with its unit, several of them from the larger to the smaller, and whole phrases; up to a day. */
export function createDurationReader(
  { units, phrases, joiners, alone }: DurationWords,
  readNumbers: NumberReader,
): DurationReader {
  const unitSeconds = new Map(Object.entries(units));
  const wholes = Map.groupBy(
    Object.entries(phrases).map(([phrase, seconds]) => ({ words: phrase.split(' '), seconds })),
    ({ words: [first] }) => first,
  );
  const single = new Set(alone);

  /** What one part may be, with the unit it is counted in, so that a smaller one may follow. */
  function partsAt(words: readonly string[], at: number): readonly Part[] {
    const found: Part[] = [];
    const word = words[at] ?? '';
    for (const { words: phrase, seconds } of wholes.get(word) ?? []) {
      const isSaid = phrase.every((said, index) => words[at + index] === said);
      if (isSaid) found.push({ seconds, length: phrase.length, unit: seconds });
    }
    const one = single.has(word) ? unitSeconds.get(word) : undefined;
    if (one !== undefined) found.push({ seconds: one, length: 1, unit: one });
    for (const { value, length, isShare } of readNumbers(words, at)) {
      if (isShare) continue;
      const unit = unitSeconds.get(words[at + length] ?? '');
      if (unit !== undefined && value > 0)
        found.push({ seconds: Math.round(value * unit), length: length + 1, unit });
    }
    return found;
  }

  /** What was said up to here, with one smaller part more. */
  function withOneMore(
    { seconds, length, unit }: Part,
    words: readonly string[],
    at: number,
  ): readonly Part[] {
    const joined = joiners.includes(words[at + length] ?? '') ? 1 : 0;
    return partsAt(words, at + length + joined)
      .filter((next) => next.unit < unit)
      .map((next) => ({
        seconds: seconds + next.seconds,
        length: length + joined + next.length,
        unit: next.unit,
      }));
  }

  return (words, at) => {
    const readings: DurationReading[] = [];
    let open = partsAt(words, at);
    for (let count = 1; open.length > 0; count++) {
      readings.push(...open.filter(({ seconds }) => seconds > 0 && seconds <= DAY_SECONDS));
      if (count === MAX_PARTS) break;
      open = open.flatMap((said) => withOneMore(said, words, at));
    }
    return readings;
  };
}

/** `HH:MM:SS`, as Home Assistant's timers take it. @param seconds whole, not negative */
export function formatDuration(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

import type { LanguageKnowledge } from './languages.ts';
import { phraseAt } from './phrase-at.ts';

/** Words that say when. */
export interface TimeSaid {
  /**
   * `length` is one that something may take, as a timer does; `condition` names no time at all; `bound` is a number up to
   * which something may go as well: "do 22".
   */
  readonly kind: 'time' | 'length' | 'condition' | 'sequence' | 'bound';
  /** Position of its first word. */
  readonly at: number;
  /** For an hour that is only a number, that number: it may be an amount after all. */
  readonly number?: number;
}

/** A time of day, or what might be one. */
const CLOCK_TIME = /^\d{1,2}[:.]\d\d$/;

type Knowledge = Pick<LanguageKnowledge, 'cautions' | 'clock' | 'readNumbers' | 'readDurations'>;

/** Finds whatever in the words says when something shall be done. @param words folded */
export function timesSaid(words: readonly string[], knowledge: Knowledge): readonly TimeSaid[] {
  return words.flatMap((_, at) => timeAt(words, at, knowledge) ?? []);
}

function timeAt(words: readonly string[], at: number, knowledge: Knowledge): TimeSaid | undefined {
  const { cautions, clock } = knowledge;
  const [word, next] = [words[at] ?? '', words[at + 1] ?? ''];
  if (knowledge.readDurations(words, at).length > 0) return { kind: 'length', at };
  const isTime = CLOCK_TIME.test(word) && !clock.measures.has(next);
  if (isTime || phraseAt(words, at, clock.delays) > 0) return { kind: 'time', at };
  const hour = hourAt(words, at, knowledge);
  if (hour) return hour;
  if (clock.often.has(word)) return clock.periods.has(next) ? { kind: 'time', at } : undefined;
  if (!cautions.later.has(word) || clock.before.has(word)) return undefined;
  if (clock.conditions.has(word)) return { kind: 'condition', at };
  return { kind: clock.sequences.has(word) ? 'sequence' : 'time', at };
}

/** "O 9", "at nine", "9 pm", "do dziewiątej", "siódma trzydzieści". */
function hourAt(
  words: readonly string[],
  at: number,
  { clock, readNumbers, readDurations }: Knowledge,
): TimeSaid | undefined {
  const [word, next] = [words[at] ?? '', words[at + 1] ?? ''];
  if (clock.beforeHours.has(word) && clock.hours.has(next)) return { kind: 'time', at };
  if (clock.bounds.has(word) && readDurations(words, at + 1).length === 0) {
    const isBound = readNumbers(words, at + 1).some(
      ({ value, length, isShare }) =>
        isHour(value) && !isShare && !clock.measures.has(words[at + 1 + length] ?? ''),
    );
    // What stands before a condition, too, takes no amounts: "until".
    if (isBound) return { kind: clock.conditions.has(word) ? 'time' : 'bound', at };
  }
  const isBefore = clock.before.has(word);
  const numbers = readNumbers(words, isBefore ? at + 1 : at).filter(({ isShare }) => !isShare);
  if (clock.hours.has(word)) return readNumbers(words, at + 1).length > 0 ? { kind: 'time', at } : undefined;
  for (const { length } of numbers) {
    const behind = at + (isBefore ? 1 : 0) + length;
    const isMarked = phraseAt(words, behind, clock.marks) > 0;
    if (isMarked || (!isBefore && clock.hours.has(words[behind] ?? ''))) return { kind: 'time', at };
  }
  const { value, length } = numbers.at(-1) ?? { value: Number.NaN, length: 0 };
  if (!isBefore || clock.measures.has(words[at + 1 + length] ?? '') || !isHour(value)) return undefined;
  // "O pięć minut".
  if (readDurations(words, at + 1).length > 0) return undefined;
  return { kind: 'time', at, number: value };
}

/** 9 or 2130. */
function isHour(value: number): boolean {
  return Number.isInteger(value) && ((value >= 0 && value <= 24) || (value >= 100 && value <= 2400));
}

/** Days of the week as a calendar file names them, Monday first. */
export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** A part of the day that stands for an hour, or tells which of two an hour is. */
export type DayPart = 'morning' | 'forenoon' | 'afternoon' | 'evening' | 'night';

/** One thing that words say about when. */
export type TimePiece =
  | { readonly kind: 'now' }
  /** "za 10 minut", "in ten minutes"; "ten minutes later" counts from what was said before it. */
  | { readonly kind: 'after'; readonly seconds: number; readonly isBehind?: true }
  /** "na 10 minut", "for ten minutes": what is done ends then. */
  | { readonly kind: 'for'; readonly seconds: number }
  | ClockPiece
  | { readonly kind: 'part'; readonly part: DayPart }
  /** So many days from today. */
  | { readonly kind: 'day'; readonly days: number }
  /** The next one of them. */
  | {
      readonly kind: 'weekday';
      readonly weekday: Weekday;
      /** "W przyszłą środę", "next Wednesday": not today, even if the hour is still to come. */
      readonly isNotToday?: true;
    }
  /** The next such day of the year; month and day count from 1. */
  | { readonly kind: 'date'; readonly month: number; readonly day: number }
  /** Every one of these days; `every`: in so many weeks, or in so many days where they are all of them. */
  | { readonly kind: 'repeat'; readonly days: readonly Weekday[]; readonly every?: number }
  /** A time that nobody can tell the hour of ("później", "po zachodzie słońca"), or that is over, or that no day has. */
  | { readonly kind: 'vague' | 'past' | 'impossible' };

/** "O dziewiątej", "do 22:00", "half past nine". */
export interface ClockPiece {
  readonly kind: 'clock';
  /** 0–24. */
  readonly hour: number;
  readonly minute: number;
  /** False where half a day later may be meant as well. */
  readonly isExact: boolean;
  /** True for a number alone, which behind the same word may be an amount: "ścisz o 10". */
  readonly isBare: boolean;
  readonly role: 'at' | 'until';
}

/** What was found of it, beginning at a word. */
export interface TimeReading {
  readonly pieces: readonly TimePiece[];
  /** How many words it takes. */
  readonly length: number;
}

/** Reads the longest that begins at a word. @param words folded */
export type TimeReader = (words: readonly string[], at: number) => TimeReading | undefined;

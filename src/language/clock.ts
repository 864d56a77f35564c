/** How a language says when, beside the words for it in `Cautions.later` and lengths of time. Folded. */
export interface Clock {
  /** "o", "at": an hour may follow, as a number; without one they say no time: "o 10 procent", "at the back". */
  readonly before: ReadonlySet<string>;
  /** "do", "around": an hour may follow that can only be one, by a word of `hours`. */
  readonly beforeHours: ReadonlySet<string>;
  /** "do", "until": an hour may follow, as a number; behind those that are no `conditions` an amount as well. */
  readonly bounds: ReadonlySet<string>;
  /** "dziewiątej": hours by words that are no plain numbers. */
  readonly hours: ReadonlySet<string>;
  /** "pm": behind a number it is an hour. Phrases, words apart by a space. */
  readonly marks: readonly string[];
  /** "procent", "degrees": behind a number it is none. */
  readonly measures: ReadonlySet<string>;
  /** "co", "every": before a time or a period they say how often, before anything else they say something else. */
  readonly often: ReadonlySet<string>;
  /** "tydzień", "week". */
  readonly periods: ReadonlySet<string>;
  /** "za chwilę": phrases that put off. Words apart by a space. */
  readonly delays: readonly string[];
  /** "gdy", "if": words of `Cautions.later` that tell a condition and no time. */
  readonly conditions: ReadonlySet<string>;
  /** "potem", "afterwards": words of `Cautions.later` that between two orders only tell which comes first. */
  readonly sequences: ReadonlySet<string>;
}

export const noClock: Clock = {
  before: new Set(),
  beforeHours: new Set(),
  bounds: new Set(),
  hours: new Set(),
  marks: [],
  measures: new Set(),
  often: new Set(),
  periods: new Set(),
  delays: [],
  conditions: new Set(),
  sequences: new Set(),
};

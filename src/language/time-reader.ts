import { createDateReader, type DateWords } from './date-reader.ts';
import type { DurationReader } from './durations.ts';
import type { NumberReader } from './numbers.ts';
import { phraseAt } from './phrase-at.ts';
import {
  type ClockPiece,
  type TimePiece,
  type TimeReader,
  type TimeReading,
  WEEKDAYS,
  type Weekday,
} from './time-pieces.ts';

/** How a language says when. All folded; phrases have their words apart by a space. */
export interface TimeWords {
  /** What is said as a whole: "jutro", "in the morning", "w dni powszednie". */
  readonly phrases: Readonly<Record<string, readonly TimePiece[]>>;
  /** Days of the week as they follow others in a list: "srody", "wednesdays"; and what stands before each. */
  readonly listed: ReadonlyMap<string, Weekday>;
  readonly listJoins: ReadonlySet<string>;
  /** "za", "in": how long until then follows. */
  readonly after: readonly string[];
  /** "from now": the same behind it. */
  readonly behindAfter: readonly string[];
  /** "later": the same, from what was said before. */
  readonly behindBefore: readonly string[];
  /** "na", "for": how long it lasts follows. */
  readonly lasting: readonly string[];
  /** "o", "at": an hour follows, were it only a number. */
  readonly at: readonly string[];
  /** "od", "from": behind it two hours may follow, and `to` between them; two numbers that are no hours are amounts. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** "do", "until": the hour at which it ends. */
  readonly until: readonly string[];
  /** True where a number behind `until` may be an amount: "do 20". As an hour it is bare. */
  readonly untilTakesAmounts: boolean;
  /** Hours by words that are no plain numbers: "dziewiatej". */
  readonly hours: ReadonlyMap<string, number>;
  /** "wpol do", "quarter past": minutes before or behind the hour that follows. */
  readonly offsets: Readonly<Record<string, number>>;
  /** The same where a word for a time stands before it: "half" of "at half six", which alone is a share. */
  readonly ledOffsets: Readonly<Record<string, number>>;
  /** What stands between a number of minutes and the hour it counts from: "po", "past"; by which sign. */
  readonly counted: Readonly<Record<string, 1 | -1>>;
  /** What stands before such a number, and by which sign: "za" of "za pięć dziewiąta". */
  readonly countedBefore: Readonly<Record<string, 1 | -1>>;
  /** Behind a number it is an hour: "oclock"; and which half of the day. */
  readonly marks: Readonly<Record<string, 'am' | 'pm' | 'any'>>;
  /** Behind a number it is no hour: "procent". */
  readonly measures: ReadonlySet<string>;
  readonly dates: DateWords;
  /** Days that are counted: "dni" is 1, "tygodnie" 7. */
  readonly days: Readonly<Record<string, number>>;
  /** True where an hour with its minutes is said by the clock of 24 hours. */
  readonly isExactWithMinutes: boolean;
}

const DIGITAL = /^(\d{1,2})[:.](\d\d)$/;

/** @param numbers of the language */
export function createTimeReader(
  words: TimeWords,
  { numbers, durations }: { numbers: NumberReader; durations: DurationReader },
): TimeReader {
  const wholes = Object.keys(words.phrases);
  const marks = Object.keys(words.marks);
  const offsets = Object.keys(words.offsets);
  const offsetsAlone = [[offsets, words.offsets]] as const;
  const offsetsWhenLed = [...offsetsAlone, [Object.keys(words.ledOffsets), words.ledOffsets]] as const;
  const date = createDateReader(words.dates, numbers);
  const starters = new Set(
    [...wholes, ...words.after, ...words.lasting, ...words.at, ...words.from, ...words.until, ...offsets]
      .map((phrase) => phrase.split(' ')[0])
      .concat(Object.keys(words.countedBefore), [...words.hours.keys()])
      .concat([...words.dates.days.keys(), ...words.dates.months.keys()])
      .concat(words.dates.leads.map((lead) => lead.split(' ')[0] ?? '')),
  );

  function phrase(said: readonly string[], at: number): TimeReading | undefined {
    const length = phraseAt(said, at, wholes);
    const pieces = words.phrases[said.slice(at, at + length).join(' ')];
    return length > 0 && pieces ? withListed(said, at, { pieces, length }) : undefined;
  }

  /** "W poniedziałki, środy i w piątki". */
  function withListed(said: readonly string[], at: number, reading: TimeReading): TimeReading {
    const [first] = reading.pieces;
    if (first?.kind !== 'repeat' || first.days.length === WEEKDAYS.length || reading.pieces.length > 1)
      return reading;
    const days = [...first.days];
    let { length } = reading;
    for (;;) {
      let next = at + length;
      while (words.listJoins.has(said[next] ?? '')) next += 1;
      const day = words.listed.get(said[next] ?? '');
      if (day === undefined) break;
      days.push(day);
      length = next + 1 - at;
    }
    return { pieces: [{ ...first, days: [...new Set(days)] }], length };
  }

  function duration(said: readonly string[], at: number): TimeReading | undefined {
    const lead = phraseAt(said, at, words.after);
    const lasting = phraseAt(said, at, words.lasting);
    const begin = at + Math.max(lead, lasting);
    const longest = durations(said, begin).reduce<{ seconds: number; length: number } | undefined>(
      (best, reading) => (reading.length > (best?.length ?? 0) ? reading : best),
      undefined,
    );
    if (!longest) return lead > 0 ? daysAhead(said, { at, begin: at + lead }) : undefined;
    const end = begin + longest.length;
    const behind = phraseAt(said, end, words.behindAfter);
    const later = phraseAt(said, end, words.behindBefore);
    if (lead + lasting === 0 && later > 0) {
      return {
        pieces: [{ kind: 'after', seconds: longest.seconds, isBehind: true }],
        length: end + later - at,
      };
    }
    if (lead === 0 && lasting === 0 && behind === 0) return undefined;
    const kind = lasting > lead ? 'for' : 'after';
    return { pieces: [{ kind, seconds: longest.seconds }], length: end + behind - at };
  }

  /** "Za dwa dni", "za tydzień". */
  function daysAhead(
    said: readonly string[],
    { at, begin }: { at: number; begin: number },
  ): TimeReading | undefined {
    for (const { value, length } of [...numbers(said, begin), { value: 1, length: 0 }]) {
      const unit = words.days[said[begin + length] ?? ''];
      if (unit === undefined || !Number.isInteger(value) || value < 1) continue;
      return { pieces: [{ kind: 'day', days: value * unit }], length: begin + length + 1 - at };
    }
    return undefined;
  }

  /** An hour with its minutes, if any, and its mark. */
  function hourAt(said: readonly string[], at: number): Hour | undefined {
    const [, wholeHour, wholeMinute] = DIGITAL.exec(said[at] ?? '') ?? [];
    if (wholeHour !== undefined && !words.measures.has(said[at + 1] ?? '')) {
      const isExact = words.isExactWithMinutes || wholeHour.startsWith('0');
      const found = {
        hour: Number(wholeHour),
        minute: Number(wholeMinute),
        isExact,
        isBare: false,
        length: 1,
      };
      return marked(said, at, found);
    }
    const named = ordinal(said, at);
    const [plain] = named ? [] : numbers(said, at).filter(isHour).toSorted(byLength);
    const hour = named ?? (plain && { value: plain.value, length: plain.length });
    if (!hour) return undefined;
    const end = at + hour.length;
    const minutes = minutesAt(said, end)
      .filter(({ value, length, isShare }) => {
        const behind = said[end + length] ?? '';
        const isMinute = Number.isInteger(value) && value >= 0 && value < 60 && !isShare;
        const isOther = words.measures.has(behind) || words.dates.months.has(behind);
        return isMinute && !isOther && durations(said, end).length === 0;
      })
      .toSorted(byLength)[0];
    const found = {
      hour: hour.value,
      minute: minutes?.value ?? 0,
      isExact: minutes !== undefined && words.isExactWithMinutes,
      isBare: !named && !minutes,
      length: hour.length + (minutes?.length ?? 0),
    };
    if (words.measures.has(said[at + found.length] ?? '') || durations(said, at).length > 0) return undefined;
    return marked(said, at, found);
  }

  /** "Trzydzieści", and "zero pięć" as a clock shows it. */
  function minutesAt(said: readonly string[], at: number): ReturnType<NumberReader> {
    const read = numbers(said, at);
    const isNought = read.some(({ value, length }) => value === 0 && length === 1);
    const ones = isNought ? numbers(said, at + 1).filter(({ value }) => value > 0 && value < 10) : [];
    return [...read, ...ones.map((one) => ({ ...one, length: one.length + 1 }))];
  }

  function marked(said: readonly string[], at: number, hour: Hour): Hour {
    const length = phraseAt(said, at + hour.length, marks);
    const half = words.marks[said.slice(at + hour.length, at + hour.length + length).join(' ')];
    if (!half) return hour;
    const longer = { ...hour, isBare: false, length: hour.length + length };
    if (half === 'any') return longer;
    if (hour.hour < 1 || hour.hour > 12) return { ...longer, isExact: true };
    return { ...longer, isExact: true, hour: (hour.hour % 12) + (half === 'pm' ? 12 : 0) };
  }

  /** "Dziewiątej", "dwudziestej pierwszej". */
  function ordinal(said: readonly string[], at: number): { value: number; length: number } | undefined {
    const first = words.hours.get(said[at] ?? '');
    if (first === undefined) return undefined;
    const second = words.hours.get(said[at + 1] ?? '');
    const isTwo = first === 20 && second !== undefined && second > 0 && second < 10;
    return isTwo ? { value: first + second, length: 2 } : { value: first, length: 1 };
  }

  /** "Wpół do dziewiątej", "ten past nine", "za pięć dziewiąta". */
  function countedFrom(said: readonly string[], at: number, isLed = false): Hour | undefined {
    for (const [phrases, table] of isLed ? offsetsWhenLed : offsetsAlone) {
      const whole = phraseAt(said, at, phrases);
      const minutes = table[said.slice(at, at + whole).join(' ')] ?? 0;
      const found = whole > 0 ? shifted(hourAt(said, at + whole), minutes) : undefined;
      if (found) return { ...found, length: found.length + whole };
    }
    for (const before of [1, 0]) {
      const sign = before === 1 ? words.countedBefore[said[at] ?? ''] : undefined;
      if (before === 1 && sign === undefined) continue;
      for (const { value, length } of numbers(said, at + before)) {
        const between = said[at + before + length] ?? '';
        const way = before === 1 ? sign : words.counted[between];
        if (way === undefined || !Number.isInteger(value) || value < 1 || value > 59) continue;
        const start = at + before + length + (before === 1 ? 0 : 1);
        // In such a phrase an hour that is only a number would be anything: "za pięć osiem".
        if (before === 1 && !ordinal(said, start)) continue;
        const found = shifted(hourAt(said, start), way * value);
        if (found) return { ...found, length: start - at + found.length };
      }
    }
    return undefined;
  }

  function clock(said: readonly string[], at: number): TimeReading | undefined {
    const lead = phraseAt(said, at, words.at);
    const until = phraseAt(said, at, words.until);
    const role = until > lead ? 'until' : 'at';
    const begin = at + Math.max(lead, until);
    const isLed = begin > at;
    const hour = countedFrom(said, begin, isLed) ?? hourAt(said, begin);
    if (!hour) return undefined;
    const { length, ...told } = hour;
    // "30 świateł" is an amount, and "do 30" can be nothing else.
    if (told.isBare && (!isLed || (role === 'until' && words.untilTakesAmounts && told.hour > 24)))
      return undefined;
    if (!isLed && !isHourByItself(said, at, told)) return undefined;
    return { pieces: [pieceOf(told, role)], length: begin + length - at };
  }

  /** "Od 20 do 22", "from 6 to 7"; 'amounts' where what follows is no hours. */
  function range(said: readonly string[], at: number): TimeReading | 'amounts' | undefined {
    const lead = phraseAt(said, at, words.from);
    if (lead === 0) return undefined;
    // "Six to seven" would be minutes, too.
    for (const start of [hourAt(said, at + lead), countedFrom(said, at + lead)]) {
      const between = start ? at + lead + start.length : 0;
      const to = start ? phraseAt(said, between, words.to) : 0;
      if (!start || to === 0) continue;
      const end = countedFrom(said, between + to) ?? hourAt(said, between + to);
      if (!end) return 'amounts';
      const { length: _, ...begins } = start;
      const { length, ...ends } = end;
      const pieces = [pieceOf(begins, 'at'), pieceOf({ ...ends, isBare: false }, 'until')];
      if (pieces.some(({ kind }) => kind === 'impossible')) return 'amounts';
      return { pieces, length: between + to + length - at };
    }
    return undefined;
  }

  /** "21:00", "9 pm", "kwadrans po dziewiątej"; an ordinal alone counts anything. */
  function isHourByItself(said: readonly string[], at: number, { isExact }: Omit<Hour, 'length'>): boolean {
    return (
      DIGITAL.test(said[at] ?? '') ||
      (isExact && !words.isExactWithMinutes) ||
      countedFrom(said, at) !== undefined
    );
  }

  return (said, at) => {
    // Most words say nothing of the kind.
    if (!starters.has(said[at]) && numbers(said, at).length === 0 && !DIGITAL.test(said[at] ?? ''))
      return undefined;
    const between = range(said, at);
    if (between) return between === 'amounts' ? undefined : between;
    const found = [phrase(said, at), date(said, at), duration(said, at), clock(said, at)].filter(
      (one) => one !== undefined,
    );
    return found.toSorted((one, other) => other.length - one.length)[0];
  };
}

type Hour = Omit<ClockPiece, 'kind' | 'role'> & { readonly length: number };

function pieceOf(told: Omit<Hour, 'length'>, role: ClockPiece['role']): TimePiece {
  const isTime = told.hour <= 24 && told.minute < 60 && (told.hour < 24 || told.minute === 0);
  if (!isTime) return { kind: 'impossible' };
  return { kind: 'clock', ...told, isExact: told.isExact || told.hour > 12 || told.hour === 0, role };
}

function isHour({ value, isShare = false }: { value: number; isShare?: boolean }): boolean {
  return Number.isInteger(value) && value >= 0 && value < 100 && !isShare;
}

function byLength(one: { length: number }, other: { length: number }): number {
  return other.length - one.length;
}

function shifted(hour: Hour | undefined, minutes: number): Hour | undefined {
  if (hour?.minute !== 0 || hour.hour > 24) return undefined;
  const told = (hour.hour * 60 + minutes + 24 * 60) % (24 * 60);
  return { ...hour, hour: Math.floor(told / 60), minute: told % 60, isBare: false };
}

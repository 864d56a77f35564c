import type { ClockPiece, DayPart, TimePiece, TimeReader, Weekday } from './time-pieces.ts';

/** Everything that words say about when something shall be done. */
export interface WhenSaid {
  /** Seconds from now. */
  readonly after?: number;
  /** These seconds count from the moment that was told before. */
  readonly isBehind?: true;
  /** Days from today. */
  readonly days?: number;
  readonly weekday?: Weekday;
  /** The next such day of the year, both from 1. */
  readonly date?: { readonly month: number; readonly day: number };
  /** Of a weekday: today is not meant. */
  readonly isNotToday?: true;
  readonly part?: DayPart;
  readonly clock?: ClockPiece;
  readonly repeat?: readonly Weekday[];
  /** Of what repeats: only in so many weeks, or days where it is every day. */
  readonly every?: number;
  /** Seconds for which it lasts. */
  readonly lasts?: number;
  /** The hour at which it ends. */
  readonly until?: ClockPiece;
  /** It was said to be done at once. */
  readonly isNow?: true;
}

/** Why nobody can tell when: no hour was told, it is over, there is no such hour, or two were told. */
export type TimeTrouble = 'vague' | 'past' | 'impossible' | 'contradictory';

/** Words with what they say about when, and the words that are left. */
export interface TimesTakenOut {
  readonly when: WhenSaid | TimeTrouble;
  /** Positions of the words that say nothing about when. */
  readonly rest: readonly number[];
  /** Whether the first word, or the last one, says when. */
  readonly leads: boolean;
  readonly trails: boolean;
  /** Whether which day is said last of all. */
  readonly trailsWithDay: boolean;
}

const DAYS: ReadonlySet<string> = new Set(['day', 'weekday', 'date', 'repeat']);

/** @param words folded @returns undefined where nothing says when */
export function takeTimesOut(words: readonly string[], readTime: TimeReader): TimesTakenOut | undefined {
  const rest: number[] = [];
  let when: WhenSaid | TimeTrouble = {};
  let [leads, trails, trailsWithDay] = [false, false, false];
  for (let at = 0; at < words.length; ) {
    const reading = readTime(words, at);
    if (!reading) rest.push(at);
    for (const piece of reading?.pieces ?? []) when = withPiece(when, piece);
    if (reading && rest.length === 0) leads = true;
    at += reading?.length ?? 1;
    if (reading && at === words.length) {
      trails = true;
      trailsWithDay = reading.pieces.some(({ kind }) => DAYS.has(kind));
    }
  }
  return rest.length === words.length ? undefined : { when, rest, leads, trails, trailsWithDay };
}

function withPiece(when: WhenSaid | TimeTrouble, piece: TimePiece): WhenSaid | TimeTrouble {
  if (typeof when === 'string') return when;
  const added = saidBy(piece);
  if (typeof added === 'string') return added;
  const twice = Object.keys(added).some(
    (key) =>
      key in when &&
      JSON.stringify(when[key as keyof WhenSaid]) !== JSON.stringify(added[key as keyof WhenSaid]),
  );
  return twice ? 'contradictory' : { ...when, ...added };
}

function saidBy(piece: TimePiece): WhenSaid | TimeTrouble {
  switch (piece.kind) {
    case 'now':
      return { isNow: true };
    case 'after':
      return { after: piece.seconds, ...(piece.isBehind && { isBehind: true }) };
    case 'for':
      return { lasts: piece.seconds };
    case 'clock':
      return piece.role === 'until' ? { until: piece } : { clock: piece };
    case 'part':
      return { part: piece.part };
    case 'day':
      return { days: piece.days };
    case 'weekday':
      return { weekday: piece.weekday, ...(piece.isNotToday && { isNotToday: true }) };
    case 'repeat':
      return { repeat: piece.days, ...(piece.every !== undefined && { every: piece.every }) };
    case 'date':
      return { date: { month: piece.month, day: piece.day } };
    default:
      return piece.kind;
  }
}

import { formatWithOffset, localTime, parseLocalTime } from '../intent/local-time.ts';
import type { Action } from '../intent/recognition.ts';
import type { PastTurn } from '../intent/turn.ts';
import type { Utterance } from '../intent/utterance.ts';
import { knowledgeOf, type LanguageKnowledge } from '../language/languages.ts';
import { phraseAt } from '../language/phrase-at.ts';
import { type TimeTrouble, takeTimesOut, type WhenSaid } from '../language/when-said.ts';
import { withoutFillers } from '../language/without-fillers.ts';
import { type Clause, type Composed, putTogether } from './put-together.ts';
import { resolveTime, type Timing } from './resolve-time.ts';
import { foldedOf, saidWords } from './said-words.ts';
import { hasDay } from './timed-part.ts';

/** Words: "na wpół do dziesiątej rano". */
const LONGEST = 7;
const DAY_MS = 86_400_000;
const UNITS: ReadonlySet<number> = new Set([1, 60, 3600]);

/** The new time in "jednak o 23", or part of one; undefined where nothing is said to be otherwise. */
export function movedIn({
  text,
  language,
}: Pick<Utterance, 'text' | 'language'>): readonly string[] | undefined {
  const { linking, courtesies, directions, leanings } = knowledgeOf(language);
  const said = withoutFillers(foldedOf(saidWords(text)), courtesies);
  const length = phraseAt(said, 0, linking.moves);
  const [first = ''] = said.slice(length);
  // "Albo nie, zrób dwadzieścia".
  const isMade = length > 1 && leanings?.orders.has(first) === true && !directions.ways.has(first);
  const told = said.slice(isMade ? length + 1 : length);
  // "Make it ten instead".
  const rest = told.length > 1 && linking.moves.includes(told.at(-1) ?? '') ? told.slice(0, -1) : told;
  return length > 0 && rest.length > 0 && rest.length <= LONGEST ? rest : undefined;
}

/**
 * What was said for a time is done at another: the plan is called off and made anew.
 *
 * @param moved the new time; what it leaves out ("za dwie" for "za dwie godziny") is as it was said before
 * @param bases what was said for the time before, and `past` how
 * @returns undefined where that is no time, or nothing is planned for one time
 */
export function moveTime(
  moved: readonly string[],
  {
    past,
    bases,
    language,
    now,
    zone,
  }: {
    past: PastTurn;
    bases: readonly Clause[];
    language: string;
    now: number;
    zone: string;
  },
): Composed | undefined {
  const knowledge = knowledgeOf(language);
  const plans = plansOf(past);
  const [first] = plans;
  if (first?.at === undefined || plans.length !== bases.length) return undefined;
  const { at, repeat } = first;
  if (plans.some((plan) => plan.at !== at || plan.repeat !== repeat)) return undefined;
  const said = foldedOf(saidWords(past.said));
  const before = takeTimesOut(said, knowledge.readTime)?.when ?? {};
  if (typeof before === 'string') return undefined;
  const when = timeIn(moved, { said, before, knowledge });
  if (!when) return undefined;
  const timing = timingOf(when, {
    planned: { at, ...(repeat !== undefined && { repeat }) },
    before,
    now,
    zone,
  });
  const { phrases } = knowledge;
  if (typeof timing === 'string') return { kind: 'complaint', text: phrases.timeTrouble[timing] };
  const composed = putTogether(
    bases.map((base) => ({ ...base, when })),
    { now, zone, phrases, timing },
  );
  if (composed?.kind !== 'understood') return composed;
  const { understood, clauses } = composed;
  const { meaning } = understood;
  if (meaning.status !== 'recognized' || meaning.kind !== 'action') return undefined;
  const cancelled = plans.map(
    ({ intent, entities }): Action => ({ intent: 'schedule.cancel', entities: { ...entities, intent, at } }),
  );
  return {
    ...composed,
    understood: { ...understood, meaning: { ...meaning, actions: [...cancelled, ...meaning.actions] } },
    clauses,
  };
}

/** What a turn has planned, without the plans that it called off. */
export function plansOf({ actions }: PastTurn): readonly Action[] {
  return actions.filter(({ intent }) => intent !== 'schedule.cancel' && intent !== 'timer.cancel');
}

/** A whole time, or what is one with a word of the time before, or with the unit that is said most. */
function timeIn(
  moved: readonly string[],
  { said, before, knowledge }: { said: readonly string[]; before: WhenSaid; knowledge: LanguageKnowledge },
): WhenSaid | undefined {
  const whole = wholeTime(moved, knowledge);
  if (whole) return whole;
  const words = [...new Set(said)];
  const units = [...words.filter((word) => isUnit(word, knowledge)), ...knowledge.timeUnits.slice(0, 1)];
  const likely = [
    ...words.map((word) => [word, ...moved]),
    ...units.map((unit) => [...moved, unit]),
    ...words.flatMap((word) => units.map((unit) => [word, ...moved, unit])),
    // "Quarter past" is of the hour that was said.
    ...words.map((word) => [...moved, word]),
  ];
  for (const words of likely) {
    const when = wholeTime(words, knowledge);
    if (when && (when.clock === undefined) === (before.clock === undefined)) return when;
  }
  return undefined;
}

/** Seconds, minutes or hours: of "za kwadrans" nobody takes the next number for quarters. */
function isUnit(word: string, { readDurations }: LanguageKnowledge): boolean {
  return readDurations(['2', word], 0).some(({ seconds, length }) => length === 2 && UNITS.has(seconds / 2));
}

/** Which says only when to begin, and that it is all that is said. */
function wholeTime(words: readonly string[], { readTime, fillers }: LanguageKnowledge): WhenSaid | undefined {
  const taken = takeTimesOut(words, readTime);
  if (!taken || typeof taken.when === 'string') return undefined;
  const rest = withoutFillers(
    taken.rest.map((at) => words[at] ?? ''),
    fillers,
  );
  const { clock, after, lasts, until, isBehind, isNow } = taken.when;
  const isOther = [lasts, until, isBehind].some((one) => one !== undefined);
  return rest.length === 0 && !isOther && (clock ?? after ?? isNow) !== undefined ? taken.when : undefined;
}

/** An hour alone is of the day that was told before, else the nearest to the time before. */
function timingOf(
  when: WhenSaid,
  {
    planned: { at, repeat },
    before,
    now,
    zone,
  }: { planned: Timing & { readonly at: string }; before: WhenSaid; now: number; zone: string },
): Timing | TimeTrouble {
  if (when.isNow) return repeat === undefined ? resolveTime(when, { now, zone }) : 'contradictory';
  const again = repeat === undefined ? {} : { repeat };
  const planning = Date.parse(at);
  const day = Date.parse(`${localTime(planning, zone).time.slice(0, 10)}T00:00Z`);
  const isOfThatDay = hasDay(before) || repeat !== undefined;
  if (when.after !== undefined || hasDay(when)) {
    return repeat === undefined || when.repeat !== undefined
      ? resolveTime(when, { now, zone })
      : 'contradictory';
  }
  if (when.part !== undefined) {
    const [, month = 1, date = 1] = localTime(planning, zone).time.slice(0, 10).split('-').map(Number);
    const told = isOfThatDay ? { ...when, date: { month, day: date } } : when;
    const timing = resolveTime(told, { now, zone });
    return typeof timing === 'string' ? timing : { ...timing, ...again };
  }
  const { hour = 0, minute = 0, isExact = true } = when.clock ?? {};
  const hours = isExact ? [hour] : [hour % 12, (hour % 12) + 12];
  const [nearest] = (isOfThatDay ? [day] : [day - DAY_MS, day, day + DAY_MS])
    .flatMap((date) => hours.map((each) => new Date(date + (each * 60 + minute) * 60_000).toISOString()))
    .flatMap((time) => parseLocalTime(time.slice(0, 16), zone) ?? [])
    .filter((moment) => moment > now)
    .sort((one, other) => Math.abs(one - planning) - Math.abs(other - planning));
  return nearest === undefined ? 'past' : { at: formatWithOffset(nearest, zone), ...again };
}

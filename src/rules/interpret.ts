import type { Action, Candidate, Meaning } from '../intent/recognition.ts';
import type { Language, Utterance } from '../intent/utterance.ts';
import { askWhich } from '../language/asking-which.ts';
import { knowledgeOf } from '../language/languages.ts';
import { listed } from '../language/listed.ts';
import type { Phrases } from '../language/phrases.ts';
import { type Area, type Home, nameKey } from '../lexicon/home.ts';
import type { Match, Mend } from './matcher.ts';
import { type Resolution, resolveTarget } from './target.ts';

/** A meaning and the rule it comes from. */
interface Interpretation {
  readonly meaning: Meaning;
  readonly template: string;
  /** True where that rule, without a doubt and without a word to be mended, needs no model when money is short. */
  readonly isUncritical?: true;
  /** True where it may be done only at a time that was said. */
  readonly isTimed?: true;
  /** The slips that were taken for granted, in their order. */
  readonly mends?: readonly Mend[];
}

/** Decides which reading is meant, in this home. @returns undefined where none is good enough */
export type Interpreter = (utterance: Utterance, matches: readonly Match[]) => Interpretation | undefined;

/** So many choices are published; more would swell an entry and help nobody. */
const MAX_CANDIDATES = 20;

/** @param threshold 0–1: readings with less confidence count as none, where their rule sets no other */
export function createInterpreter({ home, threshold }: { home: Home; threshold: number }): Interpreter {
  return (utterance, matches) => {
    const room = utterance.room === undefined ? undefined : home.areaOfRoom(utterance.room);
    const { phrases } = knowledgeOf(utterance.language);
    const context: Context = { home, language: utterance.language, phrases };
    const ranks = Map.groupBy(
      matches.filter((match) => match.confidence >= (match.threshold ?? threshold)),
      ({ rank }) => rank,
    );
    let unavailable: Interpretation | undefined;
    let nobody: Resolved | undefined;
    for (const readings of ranks.values()) {
      // What was said for later is never done now, so no worse reading stands in for it.
      if (readings.some(({ isDeferred }) => isDeferred)) return unavailable;
      const resolved = readings.map((match) => ({ match, resolution: resolveTarget(match, { home, room }) }));
      const eligible = unavailable ? resolved.filter((other) => standsIn(other, nobody)) : resolved;
      const interpretation = interpretReadings(eligible, context);
      if (interpretation && interpretation.meaning.status !== 'unavailable') return interpretation;
      unavailable ??= interpretation;
      nobody ??= eligible.find(({ resolution }) => resolution.kind === 'missing' && resolution.named);
    }
    return unavailable;
  };
}

interface Context {
  readonly home: Home;
  readonly language: Language;
  readonly phrases: Phrases;
}
interface Resolved {
  readonly match: Match;
  readonly resolution: Resolution;
}

/**
 * When the best reading is of a thing that is not here, only what was called by its name may stand in for it; and when
 * nothing here has the name, the same done to what the words mean as a kind: "lampa" to the lights.
 */
function standsIn({ match }: Resolved, nobody: Resolved | undefined): boolean {
  if (match.target?.entities) return true;
  if (!nobody || match.action !== nobody.match.action || match.kind !== nobody.match.kind) return false;
  const [place, other] = [match.target, nobody.match.target];
  return place?.area === other?.area && place?.floor === other?.floor;
}

/** @param readings of one rank */
function interpretReadings(readings: readonly Resolved[], context: Context): Interpretation | undefined {
  const meant = distinct(readings.flatMap(candidatesOf));
  const [first] = meant;
  const [reading] = readings;
  if (!reading) return undefined;
  if (!first) return { meaning: unavailableMeaning(reading, context), template: reading.match.template };
  const { match } = first;
  // A question that fits as well as an order is a question.
  const queries = meant.filter(({ match: { kind } }) => kind === 'query');
  const left = queries.length > 0 ? queries : meant;
  const [only] = left;
  if (only && left.length === 1) {
    const { template, isUncritical, isTimed, mended } = only.match;
    return {
      meaning: recognizedMeaning(only, context),
      template,
      ...(isUncritical && !mended && { isUncritical }),
      ...(isTimed && { isTimed }),
      ...(mended && { mends: mended }),
    };
  }
  const candidates = left.slice(0, MAX_CANDIDATES).map(({ candidate }) => candidate);
  const labels = [...new Set(left.map(({ candidate: { label } }) => label))];
  if (only && labels.length === 1) {
    // Nobody can choose between two things of one name. Either answer to a question is about it; of orders none is done.
    const meaning: Meaning =
      only.match.kind === 'query'
        ? recognizedMeaning(only, context)
        : { status: 'unclear', responseText: context.phrases.unclear };
    return { meaning, template: only.match.template };
  }
  const byRoom = left.every(({ byRoom: isRoom }) => isRoom);
  const responseText = askWhich(context.phrases, { labels, byRoom, word: first.single });
  const isQuery = queries.length > 0 && { isQuery: true as const };
  return {
    meaning: { status: 'ambiguous', candidates, ...isQuery, confidence: match.confidence, responseText },
    template: match.template,
  };
}

interface Meant {
  readonly match: Match;
  readonly candidate: Candidate;
  readonly byRoom: boolean;
  /** The word that was said for one thing. */
  readonly single?: string;
}

function candidatesOf({ match, resolution }: Resolved): Meant[] {
  const { action: intent, slots } = match;
  switch (resolution.kind) {
    case 'missing':
      return [];
    case 'found': {
      const label = resolution.entities[0]?.names[0] ?? match.action;
      return [
        { match, byRoom: false, candidate: { intent, label, entities: { ...resolution.slots, ...slots } } },
      ];
    }
    case 'several':
      return resolution.choices.map(({ label, slots: where }) => ({
        match,
        byRoom: resolution.by === 'room',
        ...(resolution.single !== undefined && { single: resolution.single }),
        candidate: { intent, label, entities: { ...where, ...slots } },
      }));
  }
}

/** Rules overlap; the same action with the same slots is one reading. */
function distinct(meant: readonly Meant[]): Meant[] {
  const seen = new Set<string>();
  return meant.filter(({ match: { kind }, candidate: { intent, entities } }) => {
    const key = JSON.stringify([
      kind,
      intent,
      Object.entries(entities).sort(([one], [other]) => (one < other ? -1 : 1)),
    ]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function recognizedMeaning(
  { match, candidate: { intent, entities } }: Meant,
  { phrases, language }: Context,
): Meaning {
  const action: Action = { intent, entities };
  const { confidence, kind } = match;
  const responseText = match.response && fillResponse(match.response, entities, phrases);
  const response = responseText !== undefined && { responseText };
  return kind === 'query'
    ? { status: 'recognized', kind, query: action, confidence, ...response }
    : {
        status: 'recognized',
        kind,
        actions: oneEach(action, match.oneEach, language),
        confidence,
        requiresConfirmation: false,
        ...(match.mended && { isMended: true }),
        ...response,
      };
}

/** "Eggs and milk" on a list are two. @param slot which may hold several */
function oneEach(action: Action, slot: string | undefined, language: Language): readonly Action[] {
  const value = slot === undefined ? undefined : action.entities[slot];
  if (slot === undefined || typeof value !== 'string') return [action];
  const things = listed(value, knowledgeOf(language).linking);
  if (things.length < 2) return [action];
  return things.map((thing) => ({ ...action, entities: { ...action.entities, [slot]: thing } }));
}

/** A response that names a slot which stayed empty is not said: half a sentence would be. */
function fillResponse(response: string, entities: Action['entities'], phrases: Phrases): string | undefined {
  let isComplete = true;
  const filled = response.replace(/\{(\w+)\}/g, (_, slot: string) => {
    const value = entities[slot];
    if (value === undefined) isComplete = false;
    return typeof value === 'number' ? phrases.number(value) : String(value);
  });
  return isComplete ? phrases.counted(filled) : undefined;
}

function unavailableMeaning({ match, resolution }: Resolved, { home, language, phrases }: Context): Meaning {
  const { target, confidence } = match;
  const area = resolution.kind === 'missing' ? resolution.area : undefined;
  const floor = resolution.kind === 'missing' ? home.floor(resolution.floor ?? '') : undefined;
  const isNamed = resolution.kind === 'missing' && resolution.named;
  let where = phrases.wholeHome;
  if (area) where = whereIn(area, { language, phrases, words: isNamed ? area.names[0] : target?.words });
  else if (floor) where = phrases.place(floor.names[0]);
  const responseText = isNamed
    ? phrases.noSuchName(where, nameSaid(match, { home, language }))
    : phrases.unavailable(where, phrases.thing(thingKey(match)));
  return { status: 'unavailable', confidence, responseText };
}

/** The name that was said, as it stands in the home's file rather than in the case it was said in. */
function nameSaid({ target }: Match, { home, language }: { home: Home; language: Language }): string {
  const said = target?.words ?? '';
  const { nameForms = (name: string) => [name] } = knowledgeOf(language);
  const names = (target?.entities ?? []).flatMap((id) => home.entity(id)?.names ?? []);
  return names.find((name) => nameForms(name).some((form) => nameKey(form) === nameKey(said))) ?? said;
}

/** "w łazience" as the home's file puts it, else by the words that were said, else "here". */
function whereIn(
  area: Area,
  { language, phrases, words }: { language: Language; phrases: Phrases; words: string | undefined },
): string {
  return area.where[language] ?? phrases.place(words);
}

function thingKey({ target, action }: Match): string {
  const domain = target?.domains[0] ?? action.split('.')[0] ?? '';
  const deviceClass = target?.deviceClasses?.[0];
  return deviceClass === undefined ? domain : `${domain}.${deviceClass}`;
}

import type { ShortlistEntry } from '../intent/shortlist-entry.ts';
import type { Language, Utterance } from '../intent/utterance.ts';
import { foldedWords } from '../language/words.ts';
import type { Area, Entity, Home } from '../lexicon/home.ts';
import type { Rules } from '../rules/rules.ts';
import type { KnownAction } from './action-words.ts';
import { createListener, type Heard, type HeardName } from './hear.ts';

/** The readings of an utterance worth asking a model about, best first, at most 16. Pure and synchronous. */
export type Shortlist = (utterance: Utterance) => readonly ShortlistEntry[];

const MAX_ENTRIES = 16;
/** Readings of one action, so that one that is certain leaves room for others. */
const MAX_OF_ACTION = 4;
/** How much better each further reading of an action has to be than the first of another one. */
const AGAIN = 0.06;
/** What a name costs of which nothing was said; in shares of the utterance. */
const UNSAID_NAME = 0.15;
/** What it costs to mean an area that has nothing of the kind. */
const NOTHING_THERE = 0.1;
/** What it is worth to be about the room where it was said, when no other was named. */
const HERE = 0.03;
/** What it is worth to be said in many ways: what people ask for most is written about most. */
const COMMON = 0.004;

/** Somewhere that a reading may be about. */
interface Place {
  readonly area?: Area;
  /** What was heard of its name; absent where it is only where it was said. */
  readonly heard?: HeardName;
  readonly worth: number;
}

/**
 * Finds readings for any utterance, one that no rule fits too: its words are evidence for actions by the sentences of
 * the rules, for areas and entities by their names, and a reading is as good as the share of the words it explains.
 *
 * @param languages whose sentences are known, the home's first: one that is not among them is heard as that one
 */
export function createShortlist({
  home,
  rules,
  languages,
}: {
  home: Home;
  rules: Rules;
  languages: readonly Language[];
}): Shortlist {
  const listeners = new Map(
    languages.map((language) => [language, createListener({ rules, home, language })]),
  );
  const [standard] = listeners.values();
  const domainsByArea = Map.groupBy(home.entities, ({ area }) => area);
  const has = (area: Area, { targets }: KnownAction): boolean =>
    domainsByArea.get(area.id)?.some(({ domain }) => targets.has(domain)) ?? false;

  /** Where it may be: what was named, else here, else nowhere in particular. */
  function placesOf(heard: Heard, room: Area | undefined): readonly Place[] {
    const named = heard.areas.flatMap((name): Place[] => {
      const area = home.areas[name.owner];
      return area ? [{ area, heard: name, worth: (name.coverage - 1) * UNSAID_NAME }] : [];
    });
    const here = room && !named.some(({ area }) => area === room) ? [{ area: room, worth: HERE }] : [];
    return [...named, ...here, { worth: 0 }];
  }

  return (utterance) => {
    const listen = listeners.get(utterance.language) ?? standard;
    const heard = listen?.(foldedWords(utterance.text));
    if (!heard || heard.weight === 0) return [];
    const room = utterance.room === undefined ? undefined : home.areaOfRoom(utterance.room);
    const places = placesOf(heard, room);
    const things = heard.entities.flatMap((name) => {
      const entity = home.entities[name.owner];
      return entity ? [{ entity, heard: name, place: placeOf(entity, places) }] : [];
    });

    const readings: ShortlistEntry[] = [];
    for (const [position, action] of heard.actions.entries()) {
      const explained = (place: Place | undefined, thing?: HeardName): number =>
        share(heard, { position, names: [place?.heard?.ofWords, thing?.ofWords] }) +
        COMMON * Math.log(1 + action.sentences);
      if (action.targets.size === 0) {
        readings.push(readingOf(action, { score: explained(undefined) }));
        continue;
      }
      for (const place of places) {
        const lacks = place.area && !has(place.area, action) ? NOTHING_THERE : 0;
        const score = explained(place) + place.worth - lacks;
        readings.push(readingOf(action, { score, area: place.area }));
      }
      for (const { entity, heard: name, place } of things) {
        if (!action.targets.has(entity.domain)) continue;
        const score = explained(place, name) + (place?.worth ?? 0) + (name.coverage - 1) * UNSAID_NAME;
        const area = home.area(entity.area ?? '') ?? (place?.heard && place.area);
        readings.push(readingOf(action, { score, area, entity }));
      }
    }
    return best(readings);
  };
}

/** Where an entity stands, among the places that may be meant; one that stands nowhere may be in any that was named. */
function placeOf({ area }: Entity, places: readonly Place[]): Place | undefined {
  if (area === undefined) return places.find(({ heard }) => heard);
  return places.find((place) => place.area?.id === area);
}

/** How much of what was said is explained by an action and what was named, 0–1. */
function share(
  { size, weight, ofActions, actions }: Heard,
  { position, names }: { position: number; names: readonly (Float64Array | undefined)[] },
): number {
  const [place, thing] = names;
  let told = 0;
  for (let word = 0; word < size; word += 1) {
    told += Math.max(
      ofActions[word * actions.length + position] ?? 0,
      place?.[word] ?? 0,
      thing?.[word] ?? 0,
    );
  }
  return told / weight;
}

function readingOf(
  { intent, domain }: KnownAction,
  { score, area, entity }: { score: number; area?: Area | undefined; entity?: Entity },
): ShortlistEntry {
  const names = [entity?.names[0] ?? entity?.id, area?.names[0] ?? area?.id];
  return {
    intent,
    domain,
    label: names.filter((name) => name !== undefined).join(', '),
    score: Math.min(1, Math.max(0, score)),
    ...(area && { area: area.id }),
    ...(entity && { entity_id: entity.id }),
  };
}

/** The best of all, of which each action has at most a few: what is asked is which action it is, before where. */
function best(readings: readonly ShortlistEntry[]): readonly ShortlistEntry[] {
  // Sorting is stable: what scores the same stays in the order of the rules and of the home.
  const inOrder = readings.toSorted((one, other) => other.score - one.score);
  const counts = new Map<string, number>();
  const chosen = inOrder.flatMap((reading) => {
    const count = counts.get(reading.intent) ?? 0;
    counts.set(reading.intent, count + 1);
    return count < MAX_OF_ACTION ? [{ reading, rank: reading.score - AGAIN * count }] : [];
  });
  return chosen
    .sort((one, other) => other.rank - one.rank)
    .slice(0, MAX_ENTRIES)
    .map(({ reading }) => reading)
    .sort((one, other) => other.score - one.score);
}

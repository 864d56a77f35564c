import type { Language, Utterance } from '../intent/utterance.ts';
import { knowledgeOf } from '../language/languages.ts';
import { foldedWords } from '../language/words.ts';
import type { Home } from './home.ts';
import { nameKey } from './spoken-names.ts';

/** What a name leads to: an area, or something by which no area is told. */
type Place = { readonly area: string } | 'elsewhere';

interface Gazetteer {
  readonly places: ReadonlyMap<string, Place>;
  /** Words of the longest name. */
  readonly longest: number;
}

/** Marks that part one thing to do from the next. */
const PARTS = /[,;:.!?…—–](?=\s*\S)/u;

/**
 * Finds the one area that a sentence is about by its own words, so that it means the same in every room.
 *
 * An area only: who names a thing, even the only one of that name, may mean its like in the room ("lampka" beside
 * "lampka nocna"). And only in a sentence that says one thing: in "zapal w kuchni i zgaś telewizor" the second half is
 * about the room it was said in, and "poza kuchnią" is about everything else.
 *
 * @returns the area's id; undefined where the room counts
 */
export function createPlaceNamed(home: Home): (utterance: Utterance) => string | undefined {
  const gazetteers = new Map<Language, Gazetteer>();
  const gazetteerIn = (language: Language): Gazetteer => {
    const gazetteer = gazetteers.get(language) ?? createGazetteer(home, language);
    gazetteers.set(language, gazetteer);
    return gazetteer;
  };

  return ({ text, language }) => {
    const { joiners, negations } = knowledgeOf(language).cautions;
    if (PARTS.test(text)) return undefined;
    const words = foldedWords(text);
    if (words.some((word) => joiners.has(word) || negations.has(word))) return undefined;
    const named = placesIn(words, gazetteerIn(language));
    const [place] = named;
    return named.length === 1 && place !== undefined && place !== 'elsewhere' ? place.area : undefined;
  };
}

/** Every name in the words, the longest that begins at a word. */
function placesIn(words: readonly string[], { places, longest }: Gazetteer): Place[] {
  const found: Place[] = [];
  for (let at = 0; at < words.length; ) {
    let length = Math.min(longest, words.length - at);
    while (length > 0 && !places.has(words.slice(at, at + length).join(' '))) length -= 1;
    const place = places.get(words.slice(at, at + length).join(' '));
    if (length > 0 && place) found.push(place);
    at += Math.max(1, length);
  }
  return found;
}

function createGazetteer(home: Home, language: Language): Gazetteer {
  const places = new Map<string, Place>();
  const add = (name: string, place: Place): void => {
    const key = nameKey(name);
    const known = places.get(key);
    const isSame = known !== undefined && known !== 'elsewhere' && place !== 'elsewhere';
    // A name that several have tells nobody which is meant.
    places.set(key, known === undefined || (isSame && known.area === place.area) ? place : 'elsewhere');
  };
  for (const area of home.areas) {
    for (const name of home.namesIn(area, language)) add(name, { area: area.id });
  }
  const areaNames = [...places.keys()];
  for (const floor of home.floors) for (const name of home.namesIn(floor, language)) add(name, 'elsewhere');
  // A thing whose name holds an area's may stand anywhere: "okno salon" on the terrace.
  const holdsArea = (name: string): boolean => areaNames.some((area) => ` ${name} `.includes(` ${area} `));
  for (const entity of home.entities) {
    for (const name of home.namesIn(entity, language)) {
      if (holdsArea(nameKey(name))) add(name, 'elsewhere');
    }
  }
  return {
    places,
    longest: Math.max(0, ...[...places.keys()].map((name) => name.split(' ').length)),
  };
}

import type { Language } from '../intent/utterance.ts';
import { formatDuration } from '../language/durations.ts';
import { knowledgeOf } from '../language/languages.ts';
import { foldedWords } from '../language/words.ts';
import type { Area, Entity, Floor, Home } from '../lexicon/home.ts';
import { createGazetteer, type Found } from './gazetteer.ts';
import type { ListValue, Vocabulary } from './rules.ts';
import { saidForms } from './said-forms.ts';
import type { ListUse } from './sentence-network.ts';
import type { SpokenText } from './spoken-text.ts';
import { inRange, type Range } from './template.ts';
import type { Expansions } from './walk-template.ts';

/** What a list makes of the words it took. */
export type ListMeaning =
  | {
      readonly kind: 'value';
      readonly value: ListValue['value'];
      /** What the value says beside itself, for rules that ask for it. */
      readonly context?: ListValue['context'];
    }
  /** `name` is the one that was said, as the home writes it. */
  | { readonly kind: 'area'; readonly area: string; readonly name: string }
  | { readonly kind: 'floor'; readonly floor: string; readonly name: string }
  /** Everything that is called so. */
  | {
      readonly kind: 'entities';
      readonly entities: readonly string[];
      readonly name: string;
      /** All ways in which the home writes it, in small letters. */
      readonly spellings: readonly string[];
    };

interface ListReading {
  readonly meaning: ListMeaning;
  /** Position behind it. */
  readonly end: number;
}

/** A list in a slot, as the automaton knows it. */
interface ListSymbol {
  readonly slot: string;
  readonly isWildcard: boolean;
  /** How many words a wildcard takes at most; absent: any number. */
  readonly words?: number;
}

/** Reads a text for one list after another; every position is searched once for all of them. */
type ListFinder = (symbol: number, at: number) => readonly ListReading[];

/** The lists of one language in one home. */
export interface ListTable {
  readonly symbols: readonly ListSymbol[];
  symbolOf(use: ListUse, vocabulary: Vocabulary): number;
  /** To be called when all symbols are known. */
  finderFor(spoken: SpokenText): ListFinder;
}

type Source =
  | { readonly kind: 'phrases'; readonly list: number }
  | { readonly kind: 'range'; readonly range: Range }
  | { readonly kind: 'duration' }
  | { readonly kind: 'wildcard'; readonly words?: number };

const NOTHING: readonly never[] = [];
const NO_PHRASES: ReadonlyMap<string, number> = new Map();
/** Folded words already, as forms made of names are: there are thousands. */
const FOLDED = /^[a-z]+(?: [a-z]+)*$/;
/** What stands before the sign that may part two numbers: `19` of `19.30`. */
const FIRST_OF_TWO = /^\d+(?=[.:,]\d)/;
const DIGITS = /\d+(?:[.,]\d+)?/y;

export function createListTable({
  home,
  language,
  spaced = true,
}: {
  home: Home;
  language: Language;
  spaced?: boolean;
}): ListTable {
  const { readNumbers, readDurations, numberPhrases = NO_PHRASES } = knowledgeOf(language);
  const gazetteer = createGazetteer<ListMeaning>();
  /** Numbers in words stand anywhere in a language that is written without spaces. */
  const numbersInWords = createGazetteer<number>();
  if (!spaced) {
    for (const [phrase, meaning] of numberPhrases) {
      numbersInWords.add(phrase.replaceAll(' ', ''), { list: 0, meaning });
    }
  }
  const symbols: (ListSymbol & { readonly source: Source })[] = [];
  const bySource = new Map<unknown, Map<string, number>>();
  const phraseOf = (text: string): string => {
    if (spaced && FOLDED.test(text)) return text;
    return foldedWords(text).join(spaced ? ' ' : '');
  };
  let lists = 0;

  function addNames(items: readonly NamedMeaning[]): Source {
    const list = lists++;
    for (const [name, meaning] of items) gazetteer.add(phraseOf(name), { list, meaning });
    return { kind: 'phrases', list };
  }

  function addValues(values: readonly ListValue[], expansions: Expansions): Source {
    const list = lists++;
    for (const { said, value, context } of values) {
      const template = said[language] ?? said['*'];
      const phrases = template ? saidForms(template, expansions).map(phraseOf) : [];
      const meaning = { kind: 'value', value, ...(context && { context }) } as const;
      for (const phrase of new Set(phrases)) gazetteer.add(phrase, { list, meaning });
    }
    return { kind: 'phrases', list };
  }

  function sourceOf(use: ListUse, { lists: definitions, expansions }: Vocabulary): Source {
    if (use.kind === 'range') return { kind: 'range', range: use.range };
    const definition = definitions.get(use.list);
    if (definition)
      return definition.kind === 'values' ? addValues(definition.values, expansions) : definition;
    if (use.list === 'duration') return { kind: 'duration' };
    const names = namesOf(use.list, { home, language, keyOf: phraseOf });
    // Loading reports a list that is not there; this is for whoever builds rules by hand.
    if (!names) throw new Error(`there is no list {${use.list}}`);
    return addNames(names);
  }

  function identityOf(use: ListUse, { lists: definitions }: Vocabulary): unknown {
    if (use.kind === 'range') return JSON.stringify(use.range);
    return definitions.get(use.list) ?? use.list;
  }

  function finderFor(spoken: SpokenText): ListFinder {
    const found: (readonly Found<ListMeaning>[] | undefined)[] = [];
    const numbers: (readonly { value: number; end: number }[] | undefined)[] = [];
    const durations: (readonly ListReading[] | undefined)[] = [];
    const { text, words } = spoken;

    function durationsAt(at: number): readonly ListReading[] {
      const word = spoken.wordAt(at);
      if (word < 0) return NOTHING;
      return readDurations(words, word).map(({ seconds, length }) => ({
        end: spoken.endOf(word + length - 1),
        meaning: { kind: 'value', value: formatDuration(seconds) },
      }));
    }

    function numbersAt(at: number): readonly { value: number; end: number }[] {
      const inWords = spaced ? NOTHING : numbersInWords.find(text, at);
      if (inWords.length > 0) return inWords.map(({ meaning: value, end }) => ({ value, end }));
      const word = spoken.wordAt(at);
      if (word >= 0) {
        const whole = readNumbers(words, word).map(({ value, length }) => ({
          value,
          end: spoken.endOf(word + length - 1),
        }));
        const [digits] = FIRST_OF_TWO.exec(words[word] ?? '') ?? NOTHING;
        return digits === undefined ? whole : [{ value: Number(digits), end: at + digits.length }, ...whole];
      }
      const elided = spoken.elidedAt(at);
      if (elided) {
        const { word: from, rest } = elided;
        return readNumbers([rest, ...words.slice(from + 1)], 0).map(({ value, length }) => ({
          value,
          end: spoken.endOf(from + length - 1),
        }));
      }
      // In the middle of a word: between characters of a language that is written without spaces.
      if (!isDigit(text.charCodeAt(at)) || isDigit(text.charCodeAt(at - 1))) return NOTHING;
      DIGITS.lastIndex = at;
      const [digits = ''] = DIGITS.exec(text) ?? NOTHING;
      return [{ value: Number(digits.replace(',', '.')), end: at + digits.length }];
    }

    return (symbol, at) => {
      const source = symbols[symbol]?.source;
      switch (source?.kind) {
        case 'phrases': {
          found[at] ??= gazetteer.find(text, at);
          const here = found[at];
          return here.length === 0 ? NOTHING : here.filter(({ list }) => list === source.list);
        }
        case 'range': {
          numbers[at] ??= numbersAt(at);
          const here = numbers[at];
          return here.length === 0 ? NOTHING : rangeReadings(here, source.range);
        }
        case 'duration':
          durations[at] ??= durationsAt(at);
          return durations[at];
        default:
          return NOTHING;
      }
    };
  }

  return {
    symbols,
    symbolOf(use, vocabulary) {
      const identity = identityOf(use, vocabulary);
      const bySlot = bySource.get(identity) ?? new Map<string, number>();
      bySource.set(identity, bySlot);
      const known = bySlot.get(use.slot);
      if (known !== undefined) return known;
      const [sibling] = bySlot.values();
      const source = symbols[sibling ?? -1]?.source ?? sourceOf(use, vocabulary);
      bySlot.set(use.slot, symbols.length);
      const words = source.kind === 'wildcard' ? source.words : undefined;
      const isWildcard = source.kind === 'wildcard';
      symbols.push({ slot: use.slot, isWildcard, ...(words !== undefined && { words }), source });
      return symbols.length - 1;
    },
    finderFor,
  };
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

type NamedMeaning = readonly [name: string, meaning: ListMeaning];

/** How things are called. */
interface Speaking {
  readonly home: Home;
  readonly language: Language;
  /** The key under which a name is found. */
  keyOf(name: string): string;
}

/** Names that the home has for a built-in list, in all their forms, each once; undefined for other lists. */
function namesOf(list: string, speaking: Speaking): NamedMeaning[] | undefined {
  const { home } = speaking;
  switch (list) {
    // Of areas and floors that share a name, which loading reports, the first has it.
    case 'area':
      return unique(home.areas, speaking).map(([name, [area]]) => [
        name,
        { kind: 'area', area: area?.id ?? '', name },
      ]);
    case 'floor':
      return unique(home.floors, speaking).map(([name, [floor]]) => [
        name,
        { kind: 'floor', floor: floor?.id ?? '', name },
      ]);
    // Which of those called the same is meant is not decided here.
    case 'name':
      return unique(home.entities, speaking).map(([name, entities, spellings]) => [
        name,
        {
          kind: 'entities',
          entities: entities.map(({ id }) => id),
          name,
          spellings: spellings.map((spelling) => spelling.toLowerCase()),
        },
      ]);
    default:
      return undefined;
  }
}

function unique<Item extends Area | Floor | Entity>(
  items: readonly Item[],
  { home, language, keyOf }: Speaking,
): (readonly [string, readonly Item[], readonly string[]])[] {
  const byKey = new Map<string, { spellings: string[]; items: Item[] }>();
  for (const item of items) {
    for (const name of home.namesIn(item, language)) {
      const key = keyOf(name);
      const known = byKey.get(key) ?? { spellings: [], items: [] };
      byKey.set(key, known);
      known.spellings.push(name.normalize('NFC'));
      if (!known.items.includes(item)) known.items.push(item);
    }
  }
  return [...byKey.values()].map(({ spellings, items: sharing }) => [spellings[0] ?? '', sharing, spellings]);
}

function rangeReadings(numbers: readonly { value: number; end: number }[], range: Range): ListReading[] {
  const readings: ListReading[] = [];
  for (const { value, end } of numbers) {
    if (inRange(value, range))
      readings.push({ end, meaning: { kind: 'value', value: scaled(value, range) } });
  }
  return readings;
}

/** Times the multiplier, without the noise of binary fractions: 40 times 0.01 is 0.4. */
function scaled(value: number, { multiplier }: Range): number {
  return multiplier === 1 ? value : Number((value * multiplier).toPrecision(12));
}

import type { Language } from '../intent/utterance.ts';
import { type Cautions, noCautions } from './cautions.ts';
import { type Directions, noDirections } from './directions.ts';
import type { DurationReader } from './durations.ts';
import { englishCautions } from './en/cautions.ts';
import { englishDirections } from './en/directions.ts';
import { readEnglishDurations } from './en/durations.ts';
import { englishFillers } from './en/fillers.ts';
import { englishNameForms } from './en/name-forms.ts';
import { isNoEnglishOrder } from './en/no-order.ts';
import { englishNumberWords, readEnglishNumbers } from './en/numbers.ts';
import { englishPhrases } from './en/phrases.ts';
import { englishSounds } from './en/sounds.ts';
import { type NumberReader, readDigits } from './numbers.ts';
import type { Phrases } from './phrases.ts';
import { polishCautions } from './pl/cautions.ts';
import { polishDirections } from './pl/directions.ts';
import { readPolishDurations } from './pl/durations.ts';
import { polishFillers } from './pl/fillers.ts';
import { polishNameForms } from './pl/name-forms.ts';
import { isNoPolishOrder } from './pl/no-order.ts';
import { polishNumberWords, readPolishNumbers } from './pl/numbers.ts';
import { polishPhrases } from './pl/phrases.ts';
import { polishSounds } from './pl/sounds.ts';
import { noSounds, type Sounds } from './spelling-knowledge.ts';

/** What this service knows of a language by itself, whatever the rules say. */
export interface LanguageKnowledge {
  readonly readNumbers: NumberReader;
  readonly readDurations: DurationReader;
  /** Number words with what they say. */
  readonly numberWords: ReadonlyMap<string, number>;
  readonly cautions: Cautions;
  /** Whether it only tells or asks something, though an order may have the same words; a sign may tell. */
  readonly isNoOrder: (text: string) => boolean;
  /** What is said around an order and changes nothing: folded phrases, words apart by a space. */
  readonly fillers: readonly string[];
  /** Words that decide which way an order goes. */
  readonly directions: Directions;
  /** How words are misheard. */
  readonly sounds: Sounds;
  /** The forms that a name takes in a sentence, itself first, in small letters; absent: it takes none but its own. */
  readonly nameForms?: (name: string) => readonly string[];
  /** What to say back; English where a language has none. */
  readonly phrases: Phrases;
}

const KNOWN: Readonly<Record<string, LanguageKnowledge>> = {
  pl: {
    readNumbers: readPolishNumbers,
    readDurations: readPolishDurations,
    numberWords: polishNumberWords,
    cautions: polishCautions,
    isNoOrder: isNoPolishOrder,
    fillers: polishFillers,
    directions: polishDirections,
    sounds: polishSounds,
    nameForms: polishNameForms,
    phrases: polishPhrases,
  },
  en: {
    readNumbers: readEnglishNumbers,
    readDurations: readEnglishDurations,
    numberWords: englishNumberWords,
    cautions: englishCautions,
    isNoOrder: isNoEnglishOrder,
    fillers: englishFillers,
    directions: englishDirections,
    sounds: englishSounds,
    nameForms: englishNameForms,
    phrases: englishPhrases,
  },
};

/** Languages that make forms of names. */
export const languagesWithForms: readonly Language[] = Object.keys(KNOWN).filter(
  (language) => KNOWN[language]?.nameForms !== undefined,
);

const UNKNOWN: LanguageKnowledge = {
  readNumbers: readDigits,
  readDurations: () => [],
  numberWords: new Map(),
  cautions: noCautions,
  isNoOrder: () => false,
  fillers: [],
  directions: noDirections,
  sounds: noSounds,
  phrases: englishPhrases,
};

/** @param language primary subtag: `pl` */
export function knowledgeOf(language: Language): LanguageKnowledge {
  return Object.hasOwn(KNOWN, language) ? (KNOWN[language] ?? UNKNOWN) : UNKNOWN;
}

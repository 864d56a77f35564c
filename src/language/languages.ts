import type { Language } from '../intent/utterance.ts';
import { type Cautions, noCautions } from './cautions.ts';
import type { DurationReader } from './durations.ts';
import { englishCautions } from './en/cautions.ts';
import { readEnglishDurations } from './en/durations.ts';
import { englishNameForms } from './en/name-forms.ts';
import { readEnglishNumbers } from './en/numbers.ts';
import { englishPhrases } from './en/phrases.ts';
import { type NumberReader, readDigits } from './numbers.ts';
import type { Phrases } from './phrases.ts';
import { polishCautions } from './pl/cautions.ts';
import { readPolishDurations } from './pl/durations.ts';
import { polishNameForms } from './pl/name-forms.ts';
import { readPolishNumbers } from './pl/numbers.ts';
import { polishPhrases } from './pl/phrases.ts';

/** What this service knows of a language by itself, whatever the rules say. */
export interface LanguageKnowledge {
  readonly readNumbers: NumberReader;
  readonly readDurations: DurationReader;
  readonly cautions: Cautions;
  /** The forms that a name takes in a sentence, itself first, in small letters; absent: it takes none but its own. */
  readonly nameForms?: (name: string) => readonly string[];
  /** What to say back; English where a language has none. */
  readonly phrases: Phrases;
}

const KNOWN: Readonly<Record<string, LanguageKnowledge>> = {
  pl: {
    readNumbers: readPolishNumbers,
    readDurations: readPolishDurations,
    cautions: polishCautions,
    nameForms: polishNameForms,
    phrases: polishPhrases,
  },
  en: {
    readNumbers: readEnglishNumbers,
    readDurations: readEnglishDurations,
    cautions: englishCautions,
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
  cautions: noCautions,
  phrases: englishPhrases,
};

/** @param language primary subtag: `pl` */
export function knowledgeOf(language: Language): LanguageKnowledge {
  return Object.hasOwn(KNOWN, language) ? (KNOWN[language] ?? UNKNOWN) : UNKNOWN;
}

import type { Language } from '../intent/utterance.ts';
import type { AnswerWords } from './answer-words.ts';
import { type Asides, noAsides } from './asides.ts';
import { type Cautions, noCautions } from './cautions.ts';
import { type Clock, noClock } from './clock.ts';
import { type Directions, noDirections } from './directions.ts';
import type { DurationReader } from './durations.ts';
import { englishAnswers } from './en/answers.ts';
import { englishAsides } from './en/asides.ts';
import { englishCautions } from './en/cautions.ts';
import { englishClock } from './en/clock.ts';
import { englishCourtesies } from './en/courtesies.ts';
import { englishDirections } from './en/directions.ts';
import { englishTimeUnits, readEnglishDurations } from './en/durations.ts';
import { englishEntrances } from './en/entrances.ts';
import { englishComplaints, englishFillers } from './en/fillers.ts';
import { englishImplications } from './en/implications.ts';
import { englishLeanings } from './en/leanings.ts';
import { englishLinking } from './en/linking.ts';
import { englishNameForms } from './en/name-forms.ts';
import { asksInEnglish, isNoEnglishOrder } from './en/no-order.ts';
import { englishNumberWords, readEnglishNumbers } from './en/numbers.ts';
import { englishPhrases } from './en/phrases.ts';
import { englishRetorts } from './en/retorts.ts';
import { englishSounds } from './en/sounds.ts';
import { tellsInEnglish } from './en/telling.ts';
import { readEnglishTimes } from './en/times.ts';
import type { Entrances } from './entrances.ts';
import type { Implication } from './implications.ts';
import type { Leanings } from './leanings.ts';
import { type Linking, noLinking } from './linking.ts';
import { createPhraseReader, numberPhrasesOf } from './number-words.ts';
import { type NumberReader, readDigits } from './numbers.ts';
import type { Phrases } from './phrases.ts';
import { polishAnswers } from './pl/answers.ts';
import { polishAsides } from './pl/asides.ts';
import { polishCautions } from './pl/cautions.ts';
import { polishClock } from './pl/clock.ts';
import { polishCourtesies } from './pl/courtesies.ts';
import { polishDirections } from './pl/directions.ts';
import { polishTimeUnits, readPolishDurations } from './pl/durations.ts';
import { polishEntrances } from './pl/entrances.ts';
import { polishComplaints, polishFillers } from './pl/fillers.ts';
import { polishImplications } from './pl/implications.ts';
import { polishLeanings } from './pl/leanings.ts';
import { polishLinking } from './pl/linking.ts';
import { polishNameForms, polishPluralForms } from './pl/name-forms.ts';
import { asksInPolish, isNoPolishOrder } from './pl/no-order.ts';
import { polishNumberWords, readPolishNumbers } from './pl/numbers.ts';
import { polishPhrases } from './pl/phrases.ts';
import { polishRetorts } from './pl/retorts.ts';
import { polishSounds } from './pl/sounds.ts';
import { tellsInPolish } from './pl/telling.ts';
import { readPolishTimes } from './pl/times.ts';
import { noRetorts, type Retorts } from './retorts.ts';
import { noSounds, type Sounds } from './spelling-knowledge.ts';
import type { TimeReader } from './time-pieces.ts';

/** What this service knows of a language by itself, whatever the rules say. */
export interface LanguageKnowledge {
  readonly readNumbers: NumberReader;
  readonly readDurations: DurationReader;
  /** What words say about when. */
  readonly readTime: TimeReader;
  /** Some words that durations are said in. */
  readonly timeUnits: readonly string[];
  /** Number words with what they say. */
  readonly numberWords: ReadonlyMap<string, number>;
  /** What numbers are called, words apart by spaces, in a language that is read by these alone. */
  readonly numberPhrases?: ReadonlyMap<string, number>;
  readonly cautions: Cautions;
  readonly clock: Clock;
  readonly asides: Asides;
  /** Whether it only tells or asks something, though an order may have the same words; a sign may tell. */
  readonly isNoOrder: (text: string) => boolean;
  /** Whether it asks by how it begins, and is no order put as a question ("could you …"). Folded, without fillers. */
  readonly asks: (words: readonly string[]) => boolean;
  /** Whether words that should name a thing tell what somebody does or did. Folded. */
  readonly tells: (words: readonly string[]) => boolean;
  /** What is said around an order and changes nothing: folded phrases, words apart by a space. */
  readonly fillers: readonly string[];
  /** Those of them that tell how it is somewhere: "ale tu ciemno". */
  readonly complaints: readonly string[];
  /** What may stand before or behind an order and never belongs to it: folded phrases, longer ones first. */
  readonly courtesies: readonly string[];
  /** By what a sentence leans on something outside it; absent: no sentence is known to stand alone. */
  readonly leanings?: Leanings;
  /** By what orders are linked to each other. */
  readonly linking: Linking;
  /** What is said back to what was just done. */
  readonly retorts: Retorts;
  /** Words that decide which way an order goes. */
  readonly directions: Directions;
  /** What is wished for without being named. */
  readonly implications: readonly Implication[];
  /** How words are misheard. */
  readonly sounds: Sounds;
  /** The forms that a name takes in a sentence, itself first, in small letters; absent: it takes none but its own. */
  readonly nameForms?: (name: string) => readonly string[];
  /** Of these the ones that several things of the name are called by; absent: they tell nothing of it. */
  readonly pluralForms?: (name: string) => readonly string[];
  /** Absent: no name tells whether it is a way in. */
  readonly entrances?: Entrances;
  /** What people say when they are asked back; absent: nobody knows. */
  readonly answers?: AnswerWords;
  /** What to say back; English where a language has none. */
  readonly phrases: Phrases;
}

const KNOWN: Readonly<Record<string, LanguageKnowledge>> = {
  pl: {
    readNumbers: readPolishNumbers,
    readDurations: readPolishDurations,
    readTime: readPolishTimes,
    linking: polishLinking,
    retorts: polishRetorts,
    timeUnits: polishTimeUnits,
    numberWords: polishNumberWords,
    cautions: polishCautions,
    clock: polishClock,
    asides: polishAsides,
    isNoOrder: isNoPolishOrder,
    asks: asksInPolish,
    tells: tellsInPolish,
    entrances: polishEntrances,
    fillers: polishFillers,
    complaints: polishComplaints,
    courtesies: polishCourtesies,
    leanings: polishLeanings,
    directions: polishDirections,
    implications: polishImplications,
    sounds: polishSounds,
    nameForms: polishNameForms,
    pluralForms: polishPluralForms,
    answers: polishAnswers,
    phrases: polishPhrases,
  },
  en: {
    readNumbers: readEnglishNumbers,
    readDurations: readEnglishDurations,
    readTime: readEnglishTimes,
    linking: englishLinking,
    retorts: englishRetorts,
    timeUnits: englishTimeUnits,
    numberWords: englishNumberWords,
    cautions: englishCautions,
    clock: englishClock,
    asides: englishAsides,
    isNoOrder: isNoEnglishOrder,
    asks: asksInEnglish,
    tells: tellsInEnglish,
    entrances: englishEntrances,
    fillers: englishFillers,
    complaints: englishComplaints,
    courtesies: englishCourtesies,
    leanings: englishLeanings,
    directions: englishDirections,
    implications: englishImplications,
    sounds: englishSounds,
    nameForms: englishNameForms,
    answers: englishAnswers,
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
  readTime: () => undefined,
  linking: noLinking,
  retorts: noRetorts,
  timeUnits: [],
  numberWords: new Map(),
  cautions: noCautions,
  clock: noClock,
  asides: noAsides,
  isNoOrder: () => false,
  asks: () => false,
  tells: () => false,
  fillers: [],
  complaints: [],
  courtesies: [],
  directions: noDirections,
  implications: [],
  sounds: noSounds,
  phrases: englishPhrases,
};

/** Languages of which nothing is known but what numbers are called in them. */
const counted = new Map<Language, LanguageKnowledge>();

/** @param language primary subtag: `pl` */
export function knowledgeOf(language: Language): LanguageKnowledge {
  const known = Object.hasOwn(KNOWN, language) ? KNOWN[language] : counted.get(language);
  return known ?? countedIn(language);
}

function countedIn(language: Language): LanguageKnowledge {
  const numberPhrases = numberPhrasesOf(language);
  if (numberPhrases.size === 0) return UNKNOWN;
  const numberWords = new Map([...numberPhrases].filter(([phrase]) => !phrase.includes(' ')));
  const knowledge = {
    ...UNKNOWN,
    numberPhrases,
    numberWords,
    readNumbers: createPhraseReader(numberPhrases),
  };
  counted.set(language, knowledge);
  return knowledge;
}

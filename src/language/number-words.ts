import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Language } from '../intent/utterance.ts';
import { type NumberReader, readDigits } from './numbers.ts';
import { createSpeller, type SpelloutRules } from './spelled-numbers.ts';
import { foldedWords } from './words.ts';

/** What numbers are called in a language, by folded words with a space between them. */
type NumberPhrases = ReadonlyMap<string, number>;

/** Degrees below zero, percent, minutes: what is beyond is said in digits. */
const [LEAST, MOST] = [-50, 200];
/** Sets of rules that say how many, in all genders and cases, and how numbers are read out. */
const COUNTS = /^%spellout-(?:cardinal|numbering)(?!.*year)/;
/** Where a long word may be parted. */
const SOFT_HYPHEN = '\u00AD';
/** Languages that CLDR has under another name. */
const NAMED_ELSE: ReadonlyMap<Language, Language> = new Map([['nb', 'no']]);
/** A letter to Unicode, where people write an apostrophe. */
const APOSTROPHE = /\u02BC/g;
const NO_PHRASES: NumberPhrases = new Map();

const require = createRequire(import.meta.url);
const folder = join(dirname(require.resolve('cldr-rbnf/package.json')), 'rbnf');
/** Files of Unicode's rules by language, read when a language first needs one: `fr.json` before `fr-BE.json`. */
let files: ReadonlyMap<string, readonly string[]> | undefined;

/** What CLDR says numbers are called in a language and its regions; empty where it does not know it. */
export function numberPhrasesOf(language: Language): NumberPhrases {
  const phrases = new Map<string, number>();
  for (const phrasesFor of spellersOf(language)) {
    for (let value = LEAST; value <= MOST; value++) {
      for (const phrase of phrasesFor(value)) if (!phrases.has(phrase)) phrases.set(phrase, value);
    }
  }
  return phrases.size > 0 ? phrases : NO_PHRASES;
}

/** The same the other way round, for single numbers: all of them take a while. */
export function numberSpellerOf(language: Language): (value: number) => readonly string[] {
  const spellers = spellersOf(language);
  return (value) =>
    value < LEAST || value > MOST ? [] : [...new Set(spellers.flatMap((phrasesFor) => phrasesFor(value)))];
}

/** One for the language and one for each region that has its own. */
function spellersOf(language: Language): readonly ((value: number) => readonly string[])[] {
  files ??= Map.groupBy(
    readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort((one, other) => one.length - other.length),
    (name) => /^[a-z]+/.exec(name)?.[0] ?? '',
  );
  const own = files.get(NAMED_ELSE.get(language) ?? language);
  return (own ?? []).map((name) => phraseSpeller(rulesIn(join(folder, name))));
}

function rulesIn(file: string): SpelloutRules {
  const { rbnf } = JSON.parse(readFileSync(file, 'utf8')) as {
    rbnf: { rbnf: { SpelloutRules?: SpelloutRules } };
  };
  return rbnf.rbnf.SpelloutRules ?? {};
}

function phraseSpeller(rules: SpelloutRules): (value: number) => readonly string[] {
  const spell = createSpeller(rules);
  const sets = Object.keys(rules).filter((name) => COUNTS.test(name));
  return (value) => {
    const said = new Set(sets.flatMap((set) => spell(set, value) ?? []));
    const phrases = [...said].flatMap((spelled) => {
      const text = spelled.replace(APOSTROPHE, "'");
      return [text.replaceAll(SOFT_HYPHEN, ''), text].map((written) => foldedWords(written).join(' '));
    });
    return phrases.filter((phrase) => phrase !== '');
  };
}

/** Reads digits, and numbers by what they are called. */
export function createPhraseReader(phrases: NumberPhrases): NumberReader {
  const starters = new Set(Array.from(phrases.keys(), (phrase) => phrase.split(' ')[0]));
  const longest = Math.max(...Array.from(phrases.keys(), (phrase) => phrase.split(' ').length));
  return (words, at) => {
    if (!starters.has(words[at])) return readDigits(words, at);
    const readings: { value: number; length: number }[] = [];
    let phrase = '';
    for (let length = 1; length <= longest && at + length <= words.length; length++) {
      phrase += `${length > 1 ? ' ' : ''}${words[at + length - 1]}`;
      const value = phrases.get(phrase);
      if (value !== undefined) readings.push({ value, length });
    }
    return readings;
  };
}

import { declension, type Lexeme } from './declension.ts';

/** Nouns of the house that no table makes. Cases in the order of `CASES`; the plural where people use it. */
const NOUNS: Readonly<Record<string, Lexeme>> = {
  drzwi: [declension('plural', ['drzwi', 'drzwi', 'drzwiom', 'drzwi', 'drzwiami', 'drzwiach'])],
  dzieci: [declension('plural', ['dzieci', 'dzieci', 'dzieciom', 'dzieci', 'dziećmi', 'dzieciach'])],
  rodzice: [declension('plural', ['rodzice', 'rodziców', 'rodzicom', 'rodziców', 'rodzicami', 'rodzicach'])],
  goście: [declension('plural', ['goście', 'gości', 'gościom', 'gości', 'gośćmi', 'gościach'])],
  ludzie: [declension('plural', ['ludzie', 'ludzi', 'ludziom', 'ludzi', 'ludźmi', 'ludziach'])],
  dziecko: [
    declension('neuter', ['dziecko', 'dziecka', 'dziecku', 'dziecko', 'dzieckiem', 'dziecku']),
    declension('plural', ['dzieci', 'dzieci', 'dzieciom', 'dzieci', 'dziećmi', 'dzieciach']),
  ],
  pies: [
    declension('masculine', ['pies', 'psa', 'psu', 'psa', 'psem', 'psie']),
    declension('plural', ['psy', 'psów', 'psom', 'psy', 'psami', 'psach']),
  ],
  dzień: [
    declension('masculine', ['dzień', 'dnia', 'dniowi', 'dzień', 'dniem', 'dniu']),
    declension('plural', ['dni', 'dni', 'dniom', 'dni', 'dniami', 'dniach']),
  ],
  tydzień: [
    declension('masculine', ['tydzień', 'tygodnia', 'tygodniowi', 'tydzień', 'tygodniem', 'tygodniu']),
    declension('plural', ['tygodnie', 'tygodni', 'tygodniom', 'tygodnie', 'tygodniami', 'tygodniach']),
  ],
  sen: [declension('masculine', ['sen', 'snu', 'snowi', 'sen', 'snem', 'śnie'])],
  dom: [
    declension('masculine', ['dom', 'domu', 'domowi', 'dom', 'domem', 'domu']),
    declension('plural', ['domy', 'domów', 'domom', 'domy', 'domami', 'domach']),
  ],
  ojciec: [declension('masculine', ['ojciec', 'ojca', 'ojcu', 'ojca', 'ojcem', 'ojcu'])],
  brat: [declension('masculine', ['brat', 'brata', 'bratu', 'brata', 'bratem', 'bracie'])],
  mąż: [declension('masculine', ['mąż', 'męża', 'mężowi', 'męża', 'mężem', 'mężu'])],
  kot: [
    declension('masculine', ['kot', 'kota', 'kotu', 'kota', 'kotem', 'kocie']),
    declension('plural', ['koty', 'kotów', 'kotom', 'koty', 'kotami', 'kotach']),
  ],
};

/** Possessives, which agree like adjectives but do not look it. */
const POSSESSIVES: Readonly<Record<string, string>> = { mój: 'moj', twój: 'twoj', swój: 'swoj' };
const PLAIN_POSSESSIVES: readonly string[] = ['nasz', 'wasz'];

export function irregularNoun(word: string): Lexeme | undefined {
  return Object.hasOwn(NOUNS, word) ? NOUNS[word] : undefined;
}

/** `mój` – `mojego`, `moim`; `nasz` – `naszego`, `naszym`. Their other genders are adjectives like any. */
export function possessive(word: string): Lexeme | undefined {
  const stem = Object.hasOwn(POSSESSIVES, word) ? POSSESSIVES[word] : undefined;
  if (stem !== undefined) return masculinePossessive(word, stem, `${stem.slice(0, -1)}i`);
  return PLAIN_POSSESSIVES.includes(word) ? masculinePossessive(word, word, `${word}y`) : undefined;
}

function masculinePossessive(word: string, stem: string, high: string): Lexeme {
  return [
    declension('masculine', [word, `${stem}ego`, `${stem}emu`, `${word} ${stem}ego`, `${high}m`, `${high}m`]),
    declension('plural', [`${stem}e`, `${high}ch`, `${high}m`, `${stem}e`, `${high}mi`, `${high}ch`]),
  ];
}

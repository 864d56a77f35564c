import {
  bareStems,
  beforeE,
  endsInKOrG,
  isSoft,
  isVelar,
  masculineStems,
  openedStems,
  withI,
  withoutI,
} from './alternations.ts';
import { CASES, type Declension, declension, type Lexeme } from './declension.ts';
import { irregularNoun } from './irregular-words.ts';

/**
 * The declensions that the ending of a noun allows. Gender and animacy are not known, so every one of them is taken:
 * some of the forms do not exist, and nobody says them. After the tables of declension in Z. Saloni, "Słownik
 * gramatyczny języka polskiego".
 *
 * @param word in the dictionary form, small letters
 */
export function nounLexemes(word: string): readonly Lexeme[] {
  const irregular = irregularNoun(word);
  if (irregular) return [irregular];
  switch (word.at(-1)) {
    case 'a':
      return [feminine(word), [plural(word)]];
    case 'o':
      return [neuter(word)];
    case 'e':
      return [softNeuter(word), [plural(word)]];
    case 'y':
    case 'i':
      return [[plural(word)]];
    case 'ę':
      return [neuterInE(word)];
    case 'ą':
    case 'u':
    case 'ó':
      return [];
    case 'm':
      return /[ieo]um$/.test(word) ? [latinNeuter(word), ...masculine(word)] : masculine(word);
    case 'ć':
    case 'ś':
    case 'ń':
    case 'ź':
    case 'ż':
    case 'l':
    case 'j':
    case 'c':
    case 'z':
      return [...masculine(word), ...feminineInConsonant(word)];
    default:
      return masculine(word);
  }
}

/** Forms of the plural from its nominatives and genitives, and the stem before -om, -ami, -ach. */
function pluralOf(nominatives: readonly string[], genitives: readonly string[], stem: string): Declension {
  const nominative = nominatives.join(' ');
  return declension('plural', [
    nominative,
    genitives.join(' '),
    `${stem}om`,
    nominative,
    `${stem}ami`,
    `${stem}ach`,
  ]);
}

/** Lampa, lampka, kuchnia, żaluzja, piwnica; men's names in -a as well. */
function feminine(word: string): Lexeme {
  const stem = word.slice(0, -1);
  const genitives = feminineGenitives(stem);
  const obliques = isSoft(stem) || stem.endsWith('e') ? genitives : beforeE(stem);
  const singular = declension('feminine', [
    word,
    genitives.join(' '),
    obliques.join(' '),
    `${stem}ę`,
    `${stem}ą`,
    obliques.join(' '),
  ]);
  if (isSoft(stem)) {
    const bare = stem.endsWith('i') ? [withoutI(stem)] : bareStems(stem);
    return [singular, pluralOf([`${stem}e`], [...genitives, ...bare], stem)];
  }
  return [singular, pluralOf(genitives, bareStems(stem), stem)];
}

function feminineGenitives(stem: string): readonly string[] {
  // Kuchnia – kuchni, but galeria – galerii; who writes does not tell which it is.
  if (stem.endsWith('i')) return [stem, `${stem}i`];
  // Żaluzja – żaluzji, but Maja – Mai.
  if (stem.endsWith('j')) return /[aeiouyó]j$/.test(stem) ? [`${stem.slice(0, -1)}i`] : [`${stem}i`];
  if (stem.endsWith('e')) return [`${stem}i`];
  return [/[kgl]$/.test(stem) ? `${stem}i` : `${stem}y`];
}

/** Moc, jasność, łódź, pościel, kolej: feminine without an ending. */
function feminineInConsonant(word: string): readonly Lexeme[] {
  return openedStems(word).map((stem): Lexeme => {
    const written = withI(stem);
    const isHardened = /(?:sz|cz|rz|[żc])$/.test(stem);
    const oblique = isHardened ? `${stem}y` : `${written.replace(/[ij]$/, '')}i`;
    return [
      declension('feminine', [word, oblique, oblique, word, `${written}ą`, oblique]),
      pluralOf([`${written}e`, oblique], [oblique], written),
    ];
  });
}

/** Salon, czajnik, garaż, pokój, zamek; Wrocław, which is soft before an ending only. */
function masculine(word: string): readonly Lexeme[] {
  const stems = masculineStems(word);
  const lexemes = stems.map((stem) => masculineLexeme(word, { stem, written: withI(stem) }));
  if (!/(?:aw|arp|ąb|om|im)$/.test(word)) return lexemes;
  return [
    ...lexemes,
    ...stems.map((stem) => masculineLexeme(word, { stem: `${stem}i`, written: `${stem}i` })),
  ];
}

/** @param written the stem before a vowel */
function masculineLexeme(word: string, { stem, written }: { stem: string; written: string }): Lexeme {
  const genitive = `${written}u ${written}a`;
  const locatives = isSoft(stem) || isVelar(stem) ? [`${written}u`] : beforeE(stem);
  const nominatives = isSoft(stem) ? [`${written}e`] : [endsInKOrG(stem) ? `${stem}i` : `${stem}y`];
  const genitives = isSoft(stem) ? softGenitives(stem, written) : [`${stem}ów`];
  return [
    declension('masculine', [
      word,
      genitive,
      `${written}owi`,
      `${word} ${written}a`,
      endsInKOrG(stem) ? `${stem}iem` : `${written}em`,
      locatives.join(' '),
    ]),
    pluralOf(nominatives, genitives, written),
  ];
}

/** Garaży, poziomów, pokoi and pokojów, grzebieni. */
function softGenitives(stem: string, written: string): readonly string[] {
  if (/(?:sz|cz|rz|dż|ż)$/.test(stem)) return [`${stem}y`, `${stem}ów`];
  if (stem.endsWith('c')) return [`${stem}ów`, `${stem}y`];
  return [`${written.replace(/[ij]$/, '')}i`, `${written}ów`];
}

/** Okno, biuro, światło, radio. */
function neuter(word: string): Lexeme {
  const stem = word.slice(0, -1);
  const locatives = isSoft(stem) || isVelar(stem) ? [`${stem}u`] : beforeE(stem);
  return [
    declension('neuter', [
      word,
      `${stem}a`,
      `${stem}u`,
      word,
      endsInKOrG(stem) ? `${stem}iem` : `${stem}em`,
      locatives.join(' '),
    ]),
    pluralOf([`${stem}a`], stem.endsWith('i') ? [`${stem}ów`] : bareStems(stem), stem),
  ];
}

/** Wejście, oświetlenie, poddasze. */
function softNeuter(word: string): Lexeme {
  const stem = word.slice(0, -1);
  const genitives = stem.endsWith('i') ? [withoutI(stem)] : [...bareStems(stem), `${stem}y`];
  return [
    declension('neuter', [word, `${stem}a`, `${stem}u`, word, `${stem}em`, `${stem}u`]),
    pluralOf([`${stem}a`], genitives, stem),
  ];
}

/** Imię – imienia, zwierzę – zwierzęcia. */
function neuterInE(word: string): Lexeme {
  const stem = word.slice(0, -1);
  const [singular, many, manyBare] = word.endsWith('mię')
    ? [`${stem}eni`, `${stem}on`, `${stem}on`]
    : [`${stem}ęci`, `${stem}ęt`, `${stem}ąt`];
  return [
    declension('neuter', [word, `${singular}a`, `${singular}u`, word, `${singular}em`, `${singular}u`]),
    pluralOf([`${many}a`], [manyBare], many),
  ];
}

/** Akwarium, muzeum: unchanged in the singular. */
function latinNeuter(word: string): Lexeme {
  const stem = word.slice(0, -2);
  return [
    declension(
      'neuter',
      CASES.map(() => word),
    ),
    pluralOf([`${stem}a`], [`${stem}ów`], stem),
  ];
}

/** Schody, rolety, lampki, żaluzje, światła: names that are plural as they stand. */
function plural(word: string): Declension {
  const stem = word.slice(0, -1);
  switch (word.at(-1)) {
    case 'i': {
      const joined = endsInKOrG(stem) ? stem : word;
      const genitives = endsInKOrG(stem) ? [...bareStems(stem), `${stem}ów`] : [word, `${word}ów`];
      return pluralOf([word], genitives, joined);
    }
    case 'e': {
      const genitives = stem.endsWith('i')
        ? [stem, `${stem}i`, withoutI(stem), `${stem}ów`]
        : [...bareStems(stem), `${stem.replace(/(?<=[aeiouyó])j$/, '')}i`, `${stem}y`, `${stem}ów`];
      return pluralOf([word], genitives, stem);
    }
    case 'a':
      return pluralOf([word], bareStems(stem), stem);
    default:
      return pluralOf([word], [...bareStems(stem), `${stem}ów`], stem);
  }
}

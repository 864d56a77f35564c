import { type Agreement, declension, type Lexeme } from './declension.ts';
import { possessive } from './irregular-words.ts';

/** How an adjective's stem is written before the vowels of its endings: `wysok-a`, `wysoki-e`, `wysoki`. */
interface AdjectiveStem {
  readonly beforeA: string;
  readonly beforeE: string;
  /** With the -y or -i of `wysoki`, before -m, -ch and -mi. */
  readonly high: string;
}

/** Adjectives in -ki but for -ski, -cki and -oki are few; everything else in -ka is a noun: `lampka`. */
const STEMS_IN_K: ReadonlySet<string> = new Set(
  'brzydk ciężk cienk dalek gładk gorzk krótk lekk miękk płytk prędk rzadk słodk szybk wielk'.split(' '),
);

/**
 * An adjective, a participle or an ordinal that ends as the word does: of `nocna` the feminine and the plural.
 * Undefined where it cannot be one. After the tables of declension in Z. Saloni, "Słownik
 * gramatyczny języka polskiego".
 *
 * @param word in the dictionary form of any gender, small letters
 */
export function adjectiveLexeme(word: string): Lexeme | undefined {
  const irregular = possessive(word);
  if (irregular) return irregular;
  const start = word.slice(0, -1);
  switch (word.at(-1)) {
    case 'y':
      return withPlural('masculine', { beforeA: start, beforeE: start, high: word });
    case 'i':
      return /[kg]$/.test(start)
        ? withPlural('masculine', { beforeA: start, beforeE: word, high: word })
        : withPlural('masculine', { beforeA: word, beforeE: word, high: word });
    case 'a':
      return isStem(start) ? withPlural('feminine', stemBeforeA(start)) : undefined;
    case 'e': {
      const stem = stemBeforeE(start);
      return isStem(stem.beforeA) ? withPlural('neuter', stem) : undefined;
    }
    default:
      return undefined;
  }
}

function isStem(beforeA: string): boolean {
  return !beforeA.endsWith('k') || /(?:[sco]|dz)k$/.test(beforeA) || STEMS_IN_K.has(beforeA);
}

function stemBeforeA(start: string): AdjectiveStem {
  if (start.endsWith('i')) return { beforeA: start, beforeE: start, high: start };
  // Moja, twoja.
  if (/oj$/.test(start)) return { beforeA: start, beforeE: start, high: `${start.slice(0, -1)}i` };
  return /[kg]$/.test(start)
    ? { beforeA: start, beforeE: `${start}i`, high: `${start}i` }
    : { beforeA: start, beforeE: start, high: `${start}y` };
}

function stemBeforeE(start: string): AdjectiveStem {
  if (/[kg]i$/.test(start)) return { beforeA: start.slice(0, -1), beforeE: start, high: start };
  return stemBeforeA(start);
}

function withPlural(gender: Agreement, stem: AdjectiveStem): Lexeme {
  const { beforeE, high } = stem;
  return [
    declension(gender, singularCases(gender, stem)),
    declension('plural', [`${beforeE}e`, `${high}ch`, `${high}m`, `${beforeE}e`, `${high}mi`, `${high}ch`]),
  ];
}

function singularCases(gender: Agreement, { beforeA, beforeE, high }: AdjectiveStem): readonly string[] {
  const [genitive, dative, instrumental] = [`${beforeE}ego`, `${beforeE}emu`, `${high}m`];
  switch (gender) {
    case 'feminine':
      return [`${beforeA}a`, `${beforeE}ej`, `${beforeE}ej`, `${beforeA}ą`, `${beforeA}ą`, `${beforeE}ej`];
    case 'neuter':
      return [`${beforeE}e`, genitive, dative, `${beforeE}e`, instrumental, instrumental];
    default:
      return [high, genitive, dative, `${high} ${genitive}`, instrumental, instrumental];
  }
}

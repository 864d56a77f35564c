/** The cases that a name takes in a command or a question; nobody calls to a lamp, so the vocative is not among them. */
export const CASES = ['nominative', 'genitive', 'dative', 'accusative', 'instrumental', 'locative'] as const;

type Case = (typeof CASES)[number];

/** What an adjective has to agree with: a gender in the singular, or the plural. */
export type Agreement = 'masculine' | 'feminine' | 'neuter' | 'plural';

/** The forms of one word in one gender and number. A case may have several: `czajniku`, `czajnika`. */
export interface Declension {
  readonly agreement: Agreement;
  readonly forms: Readonly<Record<Case, readonly string[]>>;
}

/** One reading of a word: as it stands first, then its plural where it has one. */
export type Lexeme = readonly [Declension, ...Declension[]];

/** @param cases in the order of `CASES`, the variants of one apart by spaces */
export function declension(agreement: Agreement, cases: readonly string[]): Declension {
  const variants = (index: number): readonly string[] => (cases[index] ?? '').split(' ').filter(Boolean);
  return {
    agreement,
    forms: {
      nominative: variants(0),
      genitive: variants(1),
      dative: variants(2),
      accusative: variants(3),
      instrumental: variants(4),
      locative: variants(5),
    },
  };
}

import type { Language } from '../intent/utterance.ts';
import { collapse, fold } from '../language/fold.ts';
import type { Weight } from './reading.ts';
import { MAX_PATTERN_TEXT } from './regex-safety.ts';
import type { PatternRule, Rules } from './rules.ts';

/** A pattern that fits a whole text. */
export interface PatternReading {
  readonly rule: PatternRule;
  readonly order: number;
  /** Words that the pattern itself says, folded; what it merely lets pass is not among them. */
  readonly said: ReadonlySet<string>;
  readonly weight: Weight;
}

/**
 * Compiles the patterns of all rules. They fit folded text, the end's punctuation taken off, and are folded
 * themselves, so that neither case nor diacritics count.
 *
 * @returns a search by text; `languages` are those whose patterns are tried, beside the patterns of no language
 */
export function createPatternSearch(
  rules: Rules,
): (text: string, languages: readonly Language[]) => PatternReading[] {
  const compiled = rules.rules.flatMap((rule, order) => {
    if (rule.form !== 'pattern') return [];
    const literal = literalText(rule.pattern);
    return [
      { rule, order, expression: compilePattern(rule.pattern), said: new Set(literal.split(' ')), literal },
    ];
  });
  if (compiled.length === 0) return () => [];

  return (text, languages) => {
    // Backtracking costs by length; an order that is worth a pattern is short.
    if (text.length > MAX_PATTERN_TEXT) return [];
    const folded = fold(collapse(text)).replace(/[\s\p{P}]{1,64}$/u, '');
    return compiled.flatMap(({ rule, order, expression, said, literal }) => {
      if (rule.language !== undefined && !languages.includes(rule.language)) return [];
      if (!expression.test(folded)) return [];
      const matched = Math.min(literal.replaceAll(' ', '').length, folded.length);
      return [
        {
          rule,
          order,
          said,
          weight: { literal: matched, listed: 0, wild: folded.length - matched, split: 0 },
        },
      ];
    });
  };
}

/** Anchored at both ends. What a backslash escapes is kept: folding \S would turn it into its opposite. */
function compilePattern(pattern: string): RegExp {
  const folded = pattern.replace(/\\.|[^\\]+/gs, (part) => (part.startsWith('\\') ? part : fold(part)));
  return new RegExp(`^(?:${folded})$`, 's');
}

/** The words that stand in a pattern, classes and operators taken off, folded. */
export function literalText(pattern: string): string {
  return fold(pattern)
    .replace(/\\.|\[(?:\\.|[^\]\\])*\]|\{[^}]*\}/gs, ' ')
    .replace(/[^\p{L}\p{Nd}]+/gu, ' ')
    .trim();
}

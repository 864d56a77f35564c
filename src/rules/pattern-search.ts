import type { Language } from '../intent/utterance.ts';
import { collapse, fold } from '../language/fold.ts';
import { toWords } from '../language/words.ts';
import { createOpenPattern } from './open-parts.ts';
import type { Weight } from './reading.ts';
import { MAX_PATTERN_TEXT } from './regex-safety.ts';
import type { PatternRule, Rules } from './rules.ts';

/** A pattern that fits a whole text. */
export interface PatternReading {
  readonly rule: PatternRule;
  readonly order: number;
  /** Numbers of the words that the pattern itself says or asks for; the others it merely lets pass. */
  readonly own: ReadonlySet<number>;
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
    const letters = literalText(rule.pattern).replaceAll(' ', '').length;
    return [{ rule, order, pattern: createOpenPattern(foldPattern(rule.pattern)), letters }];
  });
  if (compiled.length === 0) return () => [];

  return (text, languages) => {
    // Backtracking costs by length; an order that is worth a pattern is short.
    if (text.length > MAX_PATTERN_TEXT) return [];
    const folded = fold(collapse(text)).replace(/[\s\p{P}]{1,64}$/u, '');
    return compiled.flatMap(({ rule, order, pattern, letters }) => {
      if (rule.language !== undefined && !languages.includes(rule.language)) return [];
      const passed = pattern.read(folded);
      if (!passed) return [];
      const matched = Math.min(letters, folded.length);
      const own = toWords(folded).flatMap(({ start, end }, index) => {
        const through = passed.filter(({ from, to }) => from < end && to > start);
        const isEnding = through.every(({ from, to, withinWord }) => withinWord && to - from < end - start);
        return isEnding ? [index] : [];
      });
      const weight = { literal: matched, listed: 0, wild: folded.length - matched, split: 0 };
      return [{ rule, order, own: new Set(own), weight }];
    });
  };
}

/** What a backslash escapes is kept: folding \S would turn it into its opposite. */
function foldPattern(pattern: string): string {
  return pattern.replace(/\\.|[^\\]+/gs, (part) => (part.startsWith('\\') ? part : fold(part)));
}

/** The words that stand in a pattern, classes and operators taken off, folded. */
export function literalText(pattern: string): string {
  return fold(pattern)
    .replace(/\\.|\[(?:\\.|[^\]\\])*\]|\{[^}]*\}/gs, ' ')
    .replace(/[^\p{L}\p{Nd}]+/gu, ' ')
    .trim();
}

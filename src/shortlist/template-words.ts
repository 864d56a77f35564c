import { assertNever } from '../intent/assert-never.ts';
import type { Language } from '../intent/utterance.ts';
import { createPieceJoiner, either, GAP, SILENCE, type WordPieces } from '../language/word-pieces.ts';
import { foldedWords } from '../language/words.ts';
import type { ListDefinition } from '../rules/rules.ts';
import type { Template } from '../rules/template.ts';

/** What templates refer to. */
export interface TemplateContext {
  readonly language: Language;
  readonly expansions: ReadonlyMap<string, Template>;
  readonly lists: ReadonlyMap<string, ListDefinition>;
}

/** How deep rules may name rules; loading reports those that contain themselves. */
const MAX_DEPTH = 12;

/** Stands for a number among the words of a sentence. */
export const NUMBER = '{number}';
/** Stands for a length of time. */
export const DURATION = '{duration}';

/** Every word that some reading of a template says, folded, those of the values of its lists included. */
export function wordsOfTemplate(
  template: Template,
  { language, expansions, lists }: TemplateContext,
): ReadonlySet<string> {
  const words = new Set<string>();
  const pieces = createPieceJoiner((text) => {
    for (const word of foldedWords(text)) words.add(word);
  });

  /** A word between gaps, as it is. */
  function marker(word: string): WordPieces {
    words.add(word);
    return GAP;
  }

  function visitList(name: string, depth: number): WordPieces {
    if (name === 'duration') return marker(DURATION);
    const list = lists.get(name);
    if (list?.kind === 'range') return marker(NUMBER);
    const said = list?.kind === 'values' ? list.values.map((value) => value.said) : [];
    for (const { [language]: own, '*': shared } of said) {
      const value = own ?? shared;
      if (value) pieces.finish(visit(value, depth));
    }
    return GAP;
  }

  function visit(part: Template, depth: number): WordPieces {
    if (depth > MAX_DEPTH) return GAP;
    const inside = (inner: Template): WordPieces => visit(inner, depth + 1);
    switch (part.kind) {
      case 'text':
        return pieces.ofText(part.text);
      case 'sequence':
        return part.parts.map(inside).reduce(pieces.join, SILENCE);
      case 'choice':
        return part.options.map(inside).reduce(either);
      case 'optional':
        return either(inside(part.body), SILENCE);
      case 'permutation':
        for (const inner of part.parts) pieces.finish(inside(inner));
        return GAP;
      case 'range':
        return marker(NUMBER);
      case 'rule': {
        const body = expansions.get(part.rule);
        return body ? inside(body) : GAP;
      }
      case 'list':
        return visitList(part.list, depth + 1);
      default:
        return assertNever(part);
    }
  }

  pieces.finish(visit(template, 0));
  return words;
}

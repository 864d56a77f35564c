import type { Language } from '../intent/utterance.ts';
import { remembered } from '../remembered.ts';
import { collapse, fold } from './fold.ts';
import { knowledgeOf } from './languages.ts';

/** What parts clauses, where it ends a word; within a number or a time it is part of that. */
const PARTINGS = /[,;.!…:—–]+(?=\s|$)|(?<=^|\s)[-—–]+(?=\s|$)/gu;
const QUOTES = /["„”“«»]/gu;
const COMMA = ',';

/**
 * One spelling for what is the same to whoever understands it: small letters, one sign between clauses, no full stop,
 * no "please" at either end.
 *
 * What could be told apart by meaning stays apart. Diacritics: "zamknij żaluzję" is one of them and "zamknij żaluzje"
 * all, "piec" is a stove and "pięć" a number, and whoever loses them loses them always. A question mark: "lights on?" is
 * no order. Signs within the sentence: "nie, zapal" is not "nie zapal". Numbers, however they are written.
 */
export function saidAlike(text: string, language: Language): string {
  const tokens = collapse(text)
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(QUOTES, '')
    .replace(/\s*\?[?!.]*/gu, ' ? ')
    .replace(PARTINGS, ` ${COMMA} `)
    .split(' ')
    .filter((token) => token !== '')
    .filter((token, index, all) => token !== COMMA || all[index - 1] !== COMMA);
  return withoutCourtesies(tokens, courtesiesOf(language)).join(' ');
}

/** Folded, each by its words. */
const courtesiesOf = remembered(
  (language) => knowledgeOf(language).courtesies.map((phrase) => phrase.split(' ')),
  { most: 100 },
);

function withoutCourtesies(tokens: readonly string[], courtesies: readonly (readonly string[])[]): string[] {
  let rest = trimmed(tokens);
  for (;;) {
    const folded = rest.map(fold);
    const isAt = (phrase: readonly string[], start: number): boolean =>
      start >= 0 && phrase.every((word, index) => folded[start + index] === word);
    const first = courtesies.find((phrase) => isAt(phrase, 0));
    const last = courtesies.find((phrase) => isAt(phrase, rest.length - phrase.length));
    const shorter = first
      ? trimmed(rest.slice(first.length))
      : last
        ? trimmed(rest.slice(0, -last.length))
        : [];
    // Nothing but courtesy is what was said.
    if (shorter.length === 0) return rest;
    rest = shorter;
  }
}

function trimmed(tokens: readonly string[]): string[] {
  let [start, end] = [0, tokens.length];
  while (start < end && tokens[start] === COMMA) start += 1;
  while (end > start && tokens[end - 1] === COMMA) end -= 1;
  return tokens.slice(start, end);
}

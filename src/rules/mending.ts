import type { Language } from '../intent/utterance.ts';
import { knowledgeOf } from '../language/languages.ts';
import { createSpelling, type SpelledWord } from '../language/spelling.ts';
import type { Word } from '../language/words.ts';
import type { Home } from '../lexicon/home.ts';
import type { MeantText, Mend } from './matcher.ts';
import type { Reading } from './reading.ts';
import type { Rules } from './rules.ts';
import type { SentenceAutomaton } from './sentence-automaton.ts';
import { createSpokenText, lengthWritten, type SpokenText } from './spoken-text.ts';
import { vocabularyOf } from './vocabulary.ts';

/** A text as it was probably meant. It quotes what was heard. */
interface MendedText {
  readonly spoken: SpokenText;
  /** As it would have been written, and all that was taken for something else. */
  readonly meant: MeantText;
  /** What a sentence that fits it took for something else; nothing where that is in its wildcards only. */
  mendsIn(reading: Reading): readonly Mend[];
}

/** Mends the slips in a text, in every way that is worth a try; none where there are none, or too many to be sure. */
export type Mending = (text: string, words: readonly Word[]) => readonly MendedText[];

/** Nobody gives orders so long, and what is long shall not take long. */
const MAX_WORDS = 40;

/** Slips that are looked at before the first one that matters: the first would take ten times as long. */
const EXAMPLES = 100;

/** Words without one of their letters, evenly from all of them. */
function exampleSlips(words: readonly string[]): string[] {
  return Array.from({ length: Math.min(EXAMPLES, words.length) }, (_, index) => {
    const word = words[Math.floor((index * words.length) / EXAMPLES)] ?? '';
    const missing = index % Math.max(word.length, 1);
    return word.slice(0, missing) + word.slice(missing + 1);
  });
}

/** Knows the words of an automaton's sentences in a home. */
export function createMending(
  { sentences, spaced }: SentenceAutomaton,
  { rules, home, language }: { rules: Rules; home: Home; language: Language },
): Mending {
  // Without spaces there are no words to mend.
  if (!spaced) return () => [];
  const vocabulary = vocabularyOf(
    sentences.map(({ sentence }) => sentence),
    { rules, home, language },
  );
  const spelling = createSpelling(vocabulary, knowledgeOf(language));
  for (const slip of exampleSlips([...vocabulary])) spelling([slip]);
  return (text, words) =>
    words.length > MAX_WORDS
      ? []
      : spelling(words.map(({ folded }) => folded)).map((spelled) => mendedText(spelled, words, text));
}

function mendedText(spelled: readonly SpelledWord[], words: readonly Word[], text: string): MendedText {
  const spoken = createSpokenText(text, { words: meantWords(spelled, words, text) });
  const mends = mendsOf(spelled, words, text);
  return {
    spoken,
    meant: {
      text: writtenAnew(spelled, words, text),
      mends: mends.map(({ heard, meant }) => ({ heard, meant })),
    },
    mendsIn: ({ captures }) => {
      const wild = captures.filter(({ meaning }) => meaning === undefined);
      return mends
        .filter(({ first, last }) => {
          const end = spoken.endOf(last);
          return wild.every(({ from, to }) => spoken.endOf(first) <= from || end > to);
        })
        .map(({ heard, meant }) => ({ heard, meant }));
    },
  };
}

/** The text with the words meant, and whatever signs stand between them. */
function writtenAnew(spelled: readonly SpelledWord[], words: readonly Word[], text: string): string {
  let written = '';
  let done = 0;
  for (const [index, { word, from, to }] of spelled.entries()) {
    const [start, end] = [words[from]?.start ?? 0, words[to - 1]?.end ?? 0];
    const isHeard = to - from === 1 && words[from]?.folded === word;
    const between = spelled[index - 1]?.from === from ? ' ' : text.slice(done, start);
    written += between + (isHeard ? text.slice(start, end) : word);
    done = end;
  }
  return written + text.slice(done);
}

/** The words meant, each where it was heard: both halves of a word that was parted have their own place in it. */
function meantWords(spelled: readonly SpelledWord[], words: readonly Word[], text: string): Word[] {
  return spelled.map(({ word, from, to }, index): Word => {
    const [first, last] = [words[from], words[to - 1]];
    const [start, end] = [first?.start ?? 0, last?.end ?? 0];
    const [before, after] = [spelled[index - 1], spelled[index + 1]];
    const written = text.slice(start, end);
    if (before?.from === from) {
      return { folded: word, start: start + lengthWritten(written, before.word.length), end };
    }
    if (after?.from === from) {
      return { folded: word, start, end: start + lengthWritten(written, word.length) };
    }
    return { folded: word, start, end };
  });
}

/** What was taken for what, with the numbers of the first and the last word meant. */
function mendsOf(
  spelled: readonly SpelledWord[],
  words: readonly Word[],
  text: string,
): (Mend & { first: number; last: number })[] {
  const mends: (Mend & { first: number; last: number })[] = [];
  for (const [index, { word, from, to }] of spelled.entries()) {
    const before = mends.at(-1);
    if (spelled[index - 1]?.from === from && before) {
      mends[mends.length - 1] = { ...before, meant: `${before.meant} ${word}`, last: index };
    } else if (to - from > 1 || words[from]?.folded !== word) {
      const heard = text.slice(words[from]?.start, words[to - 1]?.end);
      mends.push({ heard, meant: word, first: index, last: index });
    }
  }
  return mends;
}

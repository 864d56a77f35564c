import { assertNever } from '../intent/assert-never.ts';
import type { SlotKind } from '../intent/catalogue.ts';

const NUMBER = /^-?\d{1,6}(?:[.,]\d{1,6})?$/;
const DURATION = /^(\d{2}):([0-5]\d):([0-5]\d)$/;
const MAX_WORDS_LENGTH = 200;

type SlotValue = string | number | boolean;

/**
 * Takes a slot's value from a model only where the action takes it: a number in range, a value of the list, words that
 * were said.
 *
 * @param kinds any of which will do
 * @param said what was said; text is quoted from there, not from the reply
 * @returns undefined where it fits none of the kinds
 */
export function groundSlot(
  text: string,
  kinds: readonly SlotKind[],
  said: readonly string[],
): SlotValue | undefined {
  for (const kind of kinds) {
    const value = groundAs(text.trim(), kind, said);
    if (value !== undefined) return value;
  }
  return undefined;
}

function groundAs(text: string, kind: SlotKind, said: readonly string[]): SlotValue | undefined {
  switch (kind.kind) {
    case 'number': {
      if (!NUMBER.test(text)) return undefined;
      const number = Number(text.replace(',', '.'));
      return number >= kind.from && number <= kind.to ? number : undefined;
    }
    case 'value':
      return kind.values.find((value) => String(value).toLowerCase() === text.toLowerCase());
    case 'duration': {
      const [, hours, minutes, seconds] = DURATION.exec(text) ?? [];
      return Number(hours) + Number(minutes) + Number(seconds) > 0 ? text : undefined;
    }
    case 'words':
      return text.length > MAX_WORDS_LENGTH ? undefined : quote(text, said);
    default:
      return assertNever(kind);
  }
}

interface Word {
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

/** The same words, next to each other and in their order, as they were said. */
function quote(text: string, said: readonly string[]): string | undefined {
  const wanted = wordsOf(text).map(({ key }) => key);
  if (wanted.length === 0) return undefined;
  for (const sentence of said) {
    const words = wordsOf(sentence);
    for (let start = 0; start + wanted.length <= words.length; start += 1) {
      if (!wanted.every((key, offset) => words[start + offset]?.key === key)) continue;
      const last = words[start + wanted.length - 1];
      return sentence.slice(words[start]?.from, last?.to).replace(/\s+/g, ' ');
    }
  }
  return undefined;
}

function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
    words.push({ key: match[0].toLowerCase(), from: match.index, to: match.index + match[0].length });
  }
  return words;
}

import safeRegex from 'safe-regex2';
import type { TemplateMistake } from './template.ts';

/** Longer texts are not matched by patterns: no spoken order is, and backtracking costs by length. */
export const MAX_PATTERN_TEXT = 256;

/**
 * What backtracking may cost at most, as a power of two of steps. A part without an end tries each of the text's 256
 * places (8), an optional one doubles (1).
 */
const MAX_COST = 26;
const UNBOUNDED_COST = 8;

/**
 * What speaks against a pattern of the operator's: that it is no regular expression, that no text can fit it, or that a
 * hostile text could make it backtrack for long. Stricter than `safe-regex2`, which lets alternatives in a repeated group and a row of
 * unbounded parts pass.
 */
export function patternMistake(pattern: string): TemplateMistake | undefined {
  try {
    new RegExp(pattern);
  } catch (error) {
    const reason = (error as Error).message.replace(/^Invalid regular expression: .*: /, '');
    return { message: `this is no regular expression: ${reason}`, offset: 0 };
  }
  if (!safeRegex(withoutOptionalGroups(pattern))) {
    return { message: 'this pattern repeats what repeats, so a hostile text could stall it', offset: 0 };
  }
  if (!/[\p{L}\p{Nd}]/u.test(pattern.replace(/\\.|\[(?:\\.|[^\]\\])*\]|\{[^}]*\}/gs, ''))) {
    return { message: 'a pattern needs at least one word of its own: this one fits anything', offset: 0 };
  }
  return neverFits(pattern) ?? structureMistake(pattern);
}

/** What a pattern asks for and no text has: texts are folded, in one line with single spaces, their end's punctuation off. */
const NEVER_SAID: readonly (readonly [asked: RegExp, message: string])[] = [
  [
    /\\[pPu]\{?/,
    'letters are not named so here; texts are matched in small letters without diacritics: write [a-z]',
  ],
  [
    /[\t\n\r\f\v]|\\[tnrfv]/,
    'texts are matched with plain spaces between their words, so this fits none: write a space',
  ],
  [/ {2,}(?![?*{])/, 'texts are matched with one space between two words, so this fits none: write one'],
  [/^ | $/, 'texts are matched without spaces around them, so this fits none: take the space out'],
  [
    /(?:\\[.?!)\]]|[,;:!…])$/,
    'the punctuation at the end of a text is taken off before it is matched, so this fits none: take it out',
  ],
];

function neverFits(pattern: string): TemplateMistake | undefined {
  for (const [asked, message] of NEVER_SAID) {
    const offset = pattern.search(asked);
    // An escaped backslash escapes nothing behind it.
    if (offset >= 0 && !/(?<!\\)(?:\\\\)*\\$/.test(pattern.slice(0, offset))) return { message, offset };
  }
  return undefined;
}

/** What a pattern is made of. */
export const PATTERN_TOKEN =
  /\\[1-9]|\\.|\[(?:\\.|[^\]\\])*\]|\(\?<?[=!:]?|[()|]|[*+?]\??|\{\d+(?:,\d*)?\}\??|./gs;

/** `safe-regex2` takes `?` for a repetition. Behind a group that nothing around it repeats it is harmless: `( w .*)?`. */
function withoutOptionalGroups(pattern: string): string {
  let depth = 0;
  let previous = '';
  let kept = '';
  for (const [token] of pattern.matchAll(PATTERN_TOKEN)) {
    if (token.startsWith('(')) depth++;
    else if (token === ')') depth--;
    if (!(depth === 0 && previous === ')' && /^\?\??$/.test(token))) kept += token;
    previous = token;
  }
  return kept;
}

function structureMistake(pattern: string): TemplateMistake | undefined {
  const groups: { choice: boolean }[] = [{ choice: false }];
  let closed: { choice: boolean } | undefined;
  let cost = 0;
  for (const { 0: token, index } of pattern.matchAll(PATTERN_TOKEN)) {
    if (/^\\[1-9k]/.test(token))
      return { message: 'references back to a group are not taken', offset: index };
    const times = repetition(token);
    if (times !== undefined && closed?.choice && times > 1) {
      return { message: 'alternatives in a repeated group could stall on a hostile text', offset: index };
    }
    if (times !== undefined)
      cost += times === Number.POSITIVE_INFINITY ? UNBOUNDED_COST : Math.log2(times + 1);
    if (cost > MAX_COST) {
      return { message: 'this pattern has too many parts of open length; split it in two', offset: index };
    }
    closed = undefined;
    const current = groups.at(-1);
    if (token.startsWith('(')) groups.push({ choice: false });
    else if (token === ')') closed = groups.pop();
    else if (token === '|' && current) current.choice = true;
    if (closed?.choice) {
      const outer = groups.at(-1);
      // A choice inside makes the group around it one as well.
      if (outer && groups.length > 1) outer.choice = true;
    }
  }
  return undefined;
}

/** How often a quantifier lets something happen at most; undefined for what is none. */
export function repetition(token: string): number | undefined {
  if (/^[*+]\??$/.test(token)) return Number.POSITIVE_INFINITY;
  if (/^\?\??$/.test(token)) return 1;
  const counted = /^\{(\d+)(,(\d*))?\}\??$/.exec(token);
  if (!counted) return undefined;
  if (counted[2] === undefined) return Number(counted[1]);
  return counted[3] === '' ? Number.POSITIVE_INFINITY : Number(counted[3]);
}

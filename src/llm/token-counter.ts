import { Tiktoken } from 'js-tiktoken/lite';
import { remembered } from '../remembered.ts';
import type { Message } from './prompt.ts';

/** Tokenizers that we can run ourselves. One is enough: all models of OpenAI that can follow a schema share it. */
export type Encoding = 'o200k_base';

/** Counts the tokens of a text. */
export type CountTokens = (text: string) => number;

/** What each message costs besides its text, and what begins the reply. */
const TOKENS_A_MESSAGE = 3;
const TOKENS_OF_THE_REPLY = 3;

const KNOWN_PIECES = 20_000;
const KNOWN_LINES = 500;
/** What begins a line that can be cut off: any other sign may belong to one piece with the end of the line before it. */
const BEGINS_LINE = /[\p{L}\p{N}«]/uy;

/** A heading, a line that offers candidates or says what their slots take: these come again. What people said does not, and is not kept. */
const OFFERED = /^(?:[A-Z][a-z]+:\n$|«[^«»\n]*»: c\d+ [a-z]|c\d+(?: c\d+)*: [a-z_]+ )/;

let loading: Promise<CountTokens> | undefined;

/**
 * Loads a tokenizer, the first time it is needed: half a second of work and 40 MB, which a process whose models have
 * another one shall not pay for.
 */
export function loadTokenCounter(encoding: Encoding): Promise<CountTokens> {
  switch (encoding) {
    case 'o200k_base':
      loading ??= import('js-tiktoken/ranks/o200k_base').then(({ default: ranks }) => {
        const tiktoken = new Tiktoken(ranks);
        return createCounter(
          new RegExp(ranks.pat_str, 'ug'),
          (piece) => tiktoken.encode(piece, [], []).length,
        );
      });
      return loading;
  }
}

/**
 * A tokenizer first cuts a text into pieces, mostly words, and no token reaches over a cut. Words come again, and what a prompt
 * offers does line by line, so what was counted once is remembered: the library takes 30 µs for a call, and more for a word it does
 * not hold whole.
 */
function createCounter(pieces: RegExp, count: CountTokens): CountTokens {
  const countPiece = remembered(count, { most: KNOWN_PIECES });
  const countLine: CountTokens = (line) => {
    let total = 0;
    for (const piece of line.match(pieces) ?? []) total += countPiece(piece);
    return total;
  };
  const countKnownLine = remembered(countLine, { most: KNOWN_LINES });
  return (text) => {
    let total = 0;
    for (const line of linesOf(text)) total += OFFERED.test(line) ? countKnownLine(line) : countLine(line);
    return total;
  };
}

/** Each with its end. */
function linesOf(text: string): readonly string[] {
  const lines: string[] = [];
  let from = 0;
  for (let at = text.indexOf('\n') + 1; at > 0; at = text.indexOf('\n', at) + 1) {
    BEGINS_LINE.lastIndex = at;
    if (!BEGINS_LINE.test(text)) continue;
    lines.push(text.slice(from, at));
    from = at;
  }
  lines.push(text.slice(from));
  return lines;
}

/** Counts a chat's messages. What never changes is counted once. */
export function createMessageCounter(count: CountTokens): (messages: readonly Message[]) => number {
  const ofSystem = new Map<string, number>();
  return (messages) => {
    let total = TOKENS_OF_THE_REPLY;
    for (const { role, content } of messages) {
      let tokens = role === 'system' ? ofSystem.get(content) : undefined;
      if (tokens === undefined) {
        tokens = count(content);
        if (role === 'system') ofSystem.set(content, tokens);
      }
      total += tokens + TOKENS_A_MESSAGE;
    }
    return total;
  };
}

import { PATTERN_TOKEN, repetition } from './regex-safety.ts';

/** A part of a text that a pattern let pass, whatever it says: characters from one to before another. */
interface Passed {
  readonly from: number;
  readonly to: number;
  /** True where the pattern asks for a word, or its end: `\w*` takes no space, `.*` does. */
  readonly withinWord: boolean;
}

/** A pattern that tells what it let pass. */
interface OpenPattern {
  /** @returns undefined where it does not fit the whole text */
  read(text: string): readonly Passed[] | undefined;
}

/** An atom that takes so many of the 26 letters asks for none. */
const OPEN_FROM = 9;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const PREFIX = 'passed';

/** Anchors a pattern at both ends, with a group of its own around whatever takes any letters: `.*`, `\w+`, `[a-z]`. */
export function createOpenPattern(pattern: string): OpenPattern {
  const { source, withinWord } = withGroups(pattern);
  const expression = new RegExp(`^(?:${source})$`, 'ds');
  return {
    read(text) {
      const match = expression.exec(text);
      if (!match) return undefined;
      const groups = match.indices?.groups ?? {};
      return withinWord.flatMap((isWithin, index) => {
        const span = groups[PREFIX + index];
        return span ? [{ from: span[0], to: span[1], withinWord: isWithin }] : [];
      });
    },
  };
}

interface Piece {
  text: string;
  /** What it lets pass is looked up in what was matched last; so of a repetition the whole is one part. */
  open: 'no' | 'within a word' | 'any words';
}

function withGroups(pattern: string): { source: string; withinWord: boolean[] } {
  const withinWord: boolean[] = [];
  const grouped = ({ text, open }: Piece): string => {
    if (open === 'no') return text;
    withinWord.push(open === 'within a word');
    return `(?<${PREFIX}${withinWord.length - 1}>${text})`;
  };
  const close = (pieces: readonly Piece[]): string => pieces.map(grouped).join('');
  const plain = (pieces: readonly Piece[]): string => pieces.map(({ text }) => text).join('');

  const levels: Piece[][] = [[]];
  /** The group that was just closed, not yet known to be repeated. */
  let closed: Piece[] | undefined;
  const settle = (): void => {
    if (closed) levels.at(-1)?.push({ text: close(closed), open: 'no' });
    closed = undefined;
  };
  for (const [token] of pattern.matchAll(PATTERN_TOKEN)) {
    const times = repetition(token);
    if (times !== undefined && closed) {
      const open = closed.some((piece) => piece.open !== 'no') && times > 1;
      const text = open ? plain(closed) : close(closed);
      levels.at(-1)?.push({ text: text + token, open: open ? 'any words' : 'no' });
      closed = undefined;
      continue;
    }
    settle();
    const here = levels.at(-1);
    const last = here?.at(-1);
    if (times !== undefined && last) last.text += token;
    else if (token.startsWith('(')) levels.push([{ text: token, open: 'no' }]);
    else if (token === ')' && levels.length > 1) {
      const inner = [...(levels.pop() ?? []), { text: token, open: 'no' as const }];
      // What a look ahead sees is not what the pattern takes.
      const looks = /^\(\?<?[=!]/.test(inner[0]?.text ?? '');
      closed = looks ? [{ text: plain(inner), open: 'no' }] : inner;
    } else here?.push({ text: token, open: opennessOf(token) });
  }
  settle();
  return { source: close(levels[0] ?? []), withinWord };
}

function opennessOf(token: string): Piece['open'] {
  if (!/^(?:\.|\\[^\dbBk]|\[.*\])$/s.test(token)) return 'no';
  const atom = new RegExp(`^${token}$`, 's');
  if ([...LETTERS].filter((letter) => atom.test(letter)).length < OPEN_FROM) return 'no';
  return atom.test(' ') ? 'any words' : 'within a word';
}

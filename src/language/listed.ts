import type { Linking } from './linking.ts';
import { phraseAt } from './phrase-at.ts';
import { toWords } from './words.ts';

/** Signs that part what is listed. */
const SIGN = /[,;]/;

/** What is listed in one breath, as it was written: "eggs, milk and bread" are three. */
export function listed(text: string, { joins, together }: Linking): readonly string[] {
  const words = toWords(text);
  const folded = words.map((word) => word.folded);
  const parts: string[] = [];
  let from: number | undefined;
  let to = 0;
  const close = (): void => {
    if (from !== undefined) parts.push(text.slice(from, to));
    from = undefined;
  };
  for (let at = 0; at < words.length; ) {
    const word = words[at];
    if (!word) break;
    const length = phraseAt(folded, at, joins);
    const join = together.has(folded.slice(at, at + length).join(' ')) ? length : 0;
    if (join > 0 || SIGN.test(text.slice(to, word.start))) close();
    if (join === 0) {
      from ??= word.start;
      to = word.end;
    }
    at += Math.max(1, join);
  }
  close();
  return parts;
}

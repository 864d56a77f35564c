import { fold } from '../fold.ts';

/** "Już możesz otworzyć": leave is given to somebody; "możesz otworzyć" alone is a polite order. */
const TELLS = /\b(?:juz|teraz) (?:mozesz|mozecie)\b/;

/** @param text as it was written */
export function isNoPolishOrder(text: string): boolean {
  return TELLS.test(fold(text));
}

import type { Phrases } from './phrases.ts';

/** Nobody keeps more names in mind than these. */
export const MOST_NAMED = 5;

/**
 * The question which of several was meant. Where they are too many to be told, it says how many there are.
 *
 * @param labels what they are called, each once
 * @param word what was said for one of them: "lampkę"
 */
export function askWhich(
  { whichRoom, whichOne, whichOfMany }: Phrases,
  {
    labels,
    byRoom = false,
    word,
  }: { labels: readonly string[]; byRoom?: boolean; word?: string | undefined },
): string {
  if (labels.length > MOST_NAMED) return whichOfMany(labels.length, labels.slice(0, MOST_NAMED));
  return byRoom ? whichRoom(labels) : whichOne(labels, word);
}

/** "salon, kuchnia czy łazienka" */
export function eitherOf(names: readonly string[], or: string): string {
  const last = names.at(-1) ?? '';
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} ${or} ${last}` : last;
}

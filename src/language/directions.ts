/**
 * Words that decide which way an order goes. One slip apart, they mean the opposite, so no slip in one of them is
 * mended unless it can have been meant for one way only.
 */
export interface Directions {
  /** Each word, folded, with its way: `wlacz` goes `on`. */
  readonly ways: ReadonlyMap<string, string>;
  /** Ways that undo each other. */
  readonly opposites: readonly (readonly [string, string])[];
  /** Whether such a word only says where: "on" of "the lamp on the desk". @param words folded */
  readonly isPlace?: (words: readonly string[], at: number) => boolean;
}

/** @param words by way, apart by spaces; a word that goes several ways keeps the first */
export function createDirections(
  words: Readonly<Record<string, readonly string[]>>,
  opposites: Directions['opposites'],
): Directions {
  const ways = new Map<string, string>();
  for (const [way, lines] of Object.entries(words)) {
    for (const word of lines.flatMap((line) => line.split(' '))) {
      if (word && !ways.has(word)) ways.set(word, way);
    }
  }
  return { ways, opposites };
}

export const noDirections: Directions = { ways: new Map(), opposites: [] };

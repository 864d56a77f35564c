/** Rows of a keyboard: a finger lands beside the key. */
const ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

/** Short words have neighbours that are words themselves: `lama`, `root`. */
const SHORTEST_WITHOUT_LETTER = 5;
/** So long a word has hardly any. */
const LONG = 8;

/**
 * Whether a word that is one edit away is a slip of the other, and not a word of its own: letters change places, are
 * said twice, left out, or hit beside the key, and seldom at a word's beginning (J. J. Pollock, A. Zamora, "Automatic
 * spelling correction in scientific and scholarly text", 1984). `balon` is no slip of `salon`, nor `roof` of `room`.
 */
export function isLikelySlip(heard: string, meant: string): boolean {
  let at = 0;
  while (at < heard.length && heard[at] === meant[at]) at += 1;
  if (heard.length === meant.length) {
    const isSwap = heard[at] === meant[at + 1] && heard[at + 1] === meant[at];
    return isSwap || (at > 0 && (heard.length >= LONG || areNeighbours(heard[at], meant[at])));
  }
  if (at === 0) return false;
  if (heard.length < meant.length) return heard.length >= SHORTEST_WITHOUT_LETTER;
  return [heard[at - 1], heard[at + 1]].some(
    (beside) => beside === heard[at] || areNeighbours(heard[at], beside),
  );
}

function areNeighbours(one = ' ', other = ' '): boolean {
  return ROWS.some((row) => {
    const [key, otherKey] = [row.indexOf(one), row.indexOf(other)];
    return key >= 0 && otherKey >= 0 && Math.abs(key - otherKey) === 1;
  });
}

/** Longer words are compared no further than this. */
const MAX_LENGTH = 40;
/** The last four rows of the table, taking turns. */
const rows = [0, 1, 2, 3].map(() => new Uint8Array(MAX_LENGTH + 1));

/**
 * How many letters to add, drop, replace or swap with their neighbour (after F. J. Damerau, "A technique for computer
 * detection and correction of spelling errors", 1964). Between two swapped letters one may have been added or dropped, but not more.
 *
 * @param limit at which counting stops
 * @returns `limit + 1` for everything beyond
 */
export function editDistance(one: string, other: string, limit: number): number {
  const beyond = limit + 1;
  if (Math.abs(one.length - other.length) > limit) return beyond;
  if (one.length > MAX_LENGTH || other.length > MAX_LENGTH) return one === other ? 0 : beyond;
  if (lettersAstray(one, other, limit) > limit) return beyond;
  let [third, second, first, current] = rows as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  for (let column = 0; column <= other.length; column++) first[column] = column;
  for (let row = 1; row <= one.length; row++) {
    const letter = one.charCodeAt(row - 1);
    // Further from the diagonal the distance is beyond the limit anyway.
    const from = Math.max(1, row - limit);
    const to = Math.min(other.length, row + limit);
    let least = from === 1 ? row : beyond;
    current[from - 1] = least;
    if (to < other.length) current[to + 1] = beyond;
    for (let column = from; column <= to; column++) {
      const otherLetter = other.charCodeAt(column - 1);
      let cost = Math.min((first[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
      cost = Math.min(cost, (first[column - 1] ?? 0) + (letter === otherLetter ? 0 : 1));
      if (letter === other.charCodeAt(column - 2)) {
        if (otherLetter === one.charCodeAt(row - 2)) cost = Math.min(cost, (second[column - 2] ?? 0) + 1);
        if (otherLetter === one.charCodeAt(row - 3)) cost = Math.min(cost, (third[column - 2] ?? 0) + 2);
      }
      if (letter === other.charCodeAt(column - 3) && otherLetter === one.charCodeAt(row - 2)) {
        cost = Math.min(cost, (second[column - 3] ?? 0) + 2);
      }
      current[column] = cost;
      least = Math.min(least, cost);
    }
    // A swap may reach back over the row that is too far already.
    if (least > limit + 1) return beyond;
    const oldest = third;
    third = second;
    second = first;
    first = current;
    current = oldest;
  }
  return Math.min(first[other.length] ?? beyond, beyond);
}

/** Letters that the other word has nowhere near: no edit moves a letter further than by one place. */
function lettersAstray(one: string, other: string, limit: number): number {
  let astray = 0;
  for (let at = 0; at < one.length && astray <= limit; at++) {
    const letter = one.charCodeAt(at);
    const end = Math.min(at + limit, other.length - 1);
    let near = Math.max(at - limit, 0);
    while (near <= end && other.charCodeAt(near) !== letter) near++;
    if (near > end) astray++;
  }
  return astray;
}

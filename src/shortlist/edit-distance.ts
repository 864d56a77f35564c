/**
 * Letters to be put in, left out, changed, or swapped with their neighbour to make one word of another: the optimal
 * string alignment distance (Damerau 1964). The work is the product of the lengths.
 */
export function editDistance(one: string, other: string): number {
  const width = other.length + 1;
  let [before, above, here] = [new Uint8Array(width), new Uint8Array(width), new Uint8Array(width)];
  for (let column = 1; column < width; column += 1) above[column] = column;
  for (let row = 1; row <= one.length; row += 1) {
    here[0] = row;
    for (let column = 1; column < width; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      let least = Math.min(
        (above[column] ?? 0) + 1,
        (here[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      const isSwapped = row > 1 && column > 1 && one[row - 1] === other[column - 2];
      if (isSwapped && one[row - 2] === other[column - 1]) {
        least = Math.min(least, (before[column - 2] ?? 0) + 1);
      }
      here[column] = least;
    }
    [before, above, here] = [above, here, before];
  }
  return above[other.length] ?? 0;
}

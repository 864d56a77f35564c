/** Lines around a change that are shown with it. */
const AROUND = 2;

type Line = { readonly mark: ' ' | '-' | '+'; readonly text: string };

/** What is different between two texts, line by line, as `diff -u` shows it without its headings. */
export function lineDiff(before: string, after: string): readonly string[] {
  const lines = compare(before.split('\n'), after.split('\n'));
  const shown = new Set<number>();
  for (const [index, { mark }] of lines.entries()) {
    if (mark === ' ') continue;
    for (let near = index - AROUND; near <= index + AROUND; near += 1) shown.add(near);
  }
  return lines.flatMap(({ mark, text }, index) => {
    if (!shown.has(index)) return [];
    const gap = index > 0 && !shown.has(index - 1) ? ['…'] : [];
    return [...gap, `${mark} ${text}`];
  });
}

/** By the longest common subsequence; what both begin and end with is set aside first, which is nearly all. */
function compare(before: readonly string[], after: readonly string[]): readonly Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (
    end < Math.min(before.length, after.length) - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end += 1;
  }
  const old = before.slice(start, before.length - end);
  const now = after.slice(start, after.length - end);
  const width = now.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  for (let row = old.length - 1; row >= 0; row -= 1) {
    for (let column = now.length - 1; column >= 0; column -= 1) {
      common[row * width + column] =
        old[row] === now[column]
          ? (common[(row + 1) * width + column + 1] ?? 0) + 1
          : Math.max(common[(row + 1) * width + column] ?? 0, common[row * width + column + 1] ?? 0);
    }
  }
  const lines: Line[] = before.slice(0, start).map((text) => ({ mark: ' ', text }));
  let [row, column] = [0, 0];
  while (row < old.length || column < now.length) {
    const [gone, come] = [old[row], now[column]];
    if (gone !== undefined && gone === come) {
      lines.push({ mark: ' ', text: gone });
      row += 1;
      column += 1;
    } else if (
      gone !== undefined &&
      (common[(row + 1) * width + column] ?? 0) >=
        (come === undefined ? 0 : (common[row * width + column + 1] ?? 0))
    ) {
      lines.push({ mark: '-', text: gone });
      row += 1;
    } else {
      lines.push({ mark: '+', text: come ?? '' });
      column += 1;
    }
  }
  for (const text of before.slice(before.length - end)) lines.push({ mark: ' ', text });
  return lines;
}

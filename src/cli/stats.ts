import { COUNTED_BY, encodeStatistics, type Statistics } from '../intent/statistics.ts';
import type { CommandContext } from './command-context.ts';
import { printable } from './printable.ts';
import { withTools } from './remote.ts';
import { textTable } from './text-table.ts';

/** Lines for each of them: the others are in the JSON. */
const SHOWN = 10;

/** Tells what was recognised how in the last days. */
export async function showStats(
  { days, json = false }: { readonly days: number; readonly json?: boolean },
  context: CommandContext,
): Promise<void> {
  const statistics = await withTools(context, ({ stats }) => stats(days));
  context.output.write(json ? `${JSON.stringify(encodeStatistics(statistics))}\n` : toText(statistics));
}

function toText({ from, to, timeZone, transcripts, averageMs, by }: Statistics): string {
  const heading = `${from} to ${to} (${timeZone}): ${transcripts} transcripts`;
  if (averageMs === undefined) return `${heading}\n`;
  const rows = COUNTED_BY.flatMap((name) => {
    const counts = Object.entries(by[name]);
    const shown = counts.slice(0, SHOWN);
    const rest = counts.slice(SHOWN).reduce((sum, [, many]) => sum + many, 0);
    const all: readonly (readonly [string, number])[] = rest > 0 ? [...shown, ['all others', rest]] : shown;
    return all.map(([value, many]) => [`${name.replace('_', ' ')}: ${printable(value)}`, String(many)]);
  });
  return `${[`${heading}, ${averageMs} ms each`, '', ...textTable(rows)].join('\n')}\n`;
}

import type { CostReport, Sums } from '../intent/cost-report.ts';
import { formatDollars, type NanoDollars } from '../intent/money.ts';
import { printable } from './printable.ts';
import { textTable } from './text-table.ts';

/** A report for a person: where the money went, and what an utterance costs. */
export function costTable(report: CostReport): string {
  const { by, from, to, timeZone, rows, total } = report;
  const head = [by, 'calls', 'refused', 'prompt', 'cached', 'completion', 'dollars', 'of it unsure'];
  return [
    `${from} to ${to} (${timeZone})`,
    '',
    ...textTable([head, ...rows.map(({ name, sums }) => line(printable(name), sums)), line('all', total)]),
    '',
    ...notes(report),
    '',
  ].join('\n');
}

function line(name: string, sums: Sums): string[] {
  const { metered, unknown, free, promptTokens, cachedTokens, completionTokens, cost, unsure } = sums;
  const counts = [metered + unknown, free, promptTokens, cachedTokens, completionTokens].map(String);
  return [name, ...counts, formatDollars(cost), unsure === 0 ? '' : formatDollars(unsure)];
}

function notes({
  utterances: { all, bySource, asked },
  per1000,
  average,
  target,
  saved,
  projection,
  unaccounted,
}: CostReport): string[] {
  const { cache, llm, rules, none } = bySource;
  const found: string[] = [];
  if (all > 0) {
    found.push(
      `${all} utterances: ${cache} answered from the cache, ${llm} by a model, ${rules} by rules, ${none} by nobody; a model was asked about ${asked}`,
    );
  }
  if (per1000 !== undefined) found.push(`a thousand utterances cost ${inDollars(per1000)}`);
  if (average !== undefined) {
    const verdict = average <= target ? 'within' : 'above';
    found.push(
      `one that a model was asked about cost ${inDollars(average)}: ${verdict} the ${inDollars(target)} it should`,
    );
  }
  if (saved.cache > 0) found.push(`known answers saved ${inDollars(saved.cache)}`);
  if (saved.rules) found.push(`rules that answered first saved about ${inDollars(saved.rules)}`);
  if (unaccounted !== 0) {
    found.push(
      `the budget counts ${inDollars(unaccounted)} that belong to no call: Redis lost their records, or the budget was corrected`,
    );
  }
  if (projection) {
    const { month, spent, expected, limit } = projection;
    found.push(
      `${month}: ${inDollars(spent)} so far, about ${inDollars(expected)} by its end if it goes on so, of ${inDollars(limit)}`,
    );
  }
  return found;
}

function inDollars(amount: NanoDollars): string {
  return amount < 0 ? `-$${formatDollars(-amount)}` : `$${formatDollars(amount)}`;
}

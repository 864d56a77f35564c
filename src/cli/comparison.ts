import { type Compared, countUnanswered } from '../evaluation/compared.ts';
import type { Row } from '../evaluation/score.ts';
import { formatDollars } from '../intent/money.ts';
import { encodeRow, encodeScore } from './encoded-score.ts';

/** Resolvers side by side, as Markdown tables. */
export function comparisonTables(found: readonly Compared[], { title }: { readonly title: string }): string {
  const isUneven = new Set(found.map(({ score: { all } }) => all.utterances)).size > 1;
  const rowsOf = (of: (one: Compared) => readonly Row[]): readonly (readonly string[])[] => {
    const names = [...new Set(found.flatMap((one) => of(one).map(({ name }) => name)))];
    return names.map((name) => [
      name,
      ...found.map((one) => {
        const row = of(one).find((other) => other.name === name);
        return row ? `${percent(row.exact)} of ${row.utterances}` : '–';
      }),
    ]);
  };
  const resolvers = found.map(({ resolver }) => resolver);
  return [
    `# ${title}`,
    '',
    ...table(
      [
        ...['resolver', 'utterances', 'exact', 'intent', 'wrong actions', 'opposite', 'not understood'],
        ...['ms p50', 'p95', 'p99', 'tokens in', 'out', '$ per 1,000', 'failures'],
      ],
      found.map(({ resolver, score: { all }, answered, ...one }) => [
        resolver,
        String(all.utterances),
        percent(all.exact),
        percent(all.intent),
        String(all.wrongActions),
        String(all.wrongDirection),
        String(all.notUnderstood),
        ...answeredCells(answered),
        formatDollars(one.costPerThousand),
        String(countUnanswered(one)),
      ]),
    ),
    '',
    ...(isUneven
      ? ['Not all of them were asked the same: what is beside each other is not to be compared.', '']
      : []),
    'Understood exactly, by language and kind:',
    '',
    ...table(
      ['', ...resolvers],
      rowsOf(({ byLanguage }) => byLanguage),
    ),
    '',
    'and by intent:',
    '',
    ...table(
      ['', ...resolvers],
      rowsOf(({ score }) => score.byIntent),
    ),
    '',
  ].join('\n');
}

function answeredCells(answered: Compared['answered']): readonly string[] {
  if (!answered) return ['–', '–', '–', '–', '–'];
  const { latency, promptTokens, completionTokens } = answered;
  return [latency.p50, latency.p95, latency.p99, promptTokens, completionTokens].map(String);
}

/** The same for a program; money in decimal dollars. */
export function comparisonJson(
  found: readonly Compared[],
  {
    file,
    noise,
    isWhole,
    failuresOf,
  }: {
    readonly file: string;
    readonly noise: readonly string[];
    /** Whether everybody was asked everything. */
    readonly isWhole: boolean;
    readonly failuresOf?: ((one: Compared) => object) | undefined;
  },
): object {
  return {
    corpus: file,
    noise,
    complete: isWhole,
    resolvers: found.map((one) => ({
      resolver: one.resolver,
      ...encodeScore(one.score),
      by_language: one.byLanguage.map(encodeRow),
      unanswered: one.unanswered,
      latency_ms: one.answered?.latency ?? null,
      prompt_tokens: one.answered?.promptTokens ?? null,
      completion_tokens: one.answered?.completionTokens ?? null,
      cost_usd: formatDollars(one.cost),
      cost_usd_per_thousand: formatDollars(one.costPerThousand),
      ...(failuresOf && { failures: failuresOf(one) }),
    })),
  };
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = heads.map((head, column) =>
    Math.max(head.length, 1, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(heads), line(rule), ...rows.map(line)];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

import { readFile } from 'node:fs/promises';
import { type CostReport, encodeCostReport, encodeSums, type ReportBy } from '../intent/cost-report.ts';
import { formatDollars } from '../intent/money.ts';
import { type Reconciled, readUsageExport, type Tools } from '../tools.ts';
import { tellState } from './budget.ts';
import { type CommandContext, CommandError, EXIT } from './command-context.ts';
import { costTable } from './cost-table.ts';
import { toCsv } from './csv.ts';
import { encodeReconciled, RECONCILED_NAMES, reconciledTable } from './reconciled-table.ts';
import { withTools } from './remote.ts';

export { REPORT_BY } from '../intent/cost-report.ts';

export interface CostOptions {
  readonly by: ReportBy;
  readonly from?: string;
  readonly to?: string;
  readonly format: 'table' | 'json' | 'csv';
  readonly json?: boolean;
  /** A file with what a provider says. */
  readonly reconcile?: string;
}

/**
 * Tells where the money went, or in what a provider's account of it differs.
 *
 * @throws CommandError where it differs, and for days or a file that are none
 */
export async function reportCost(options: CostOptions, context: CommandContext): Promise<void> {
  const format = options.json ? 'json' : options.format;
  await withTools(context, async ({ costs, budget }, config) => {
    // Books that are not there, or another Redis's, look like a house that spends nothing.
    tellState((await budget.show()).state, context.errors);
    if (options.reconcile === undefined) {
      const { from, to, by } = options;
      const report = await costs.report({ from, to, by });
      if ('mistake' in report) throw new CommandError(report.mistake, EXIT.usage);
      context.output.write(written(report, format));
      return;
    }
    const rows = await held(options.reconcile, costs);
    context.output.write(writtenRows(rows, format));
    if (config.budget.time_zone !== 'UTC') {
      context.errors.write(
        `the provider's days are those of UTC, the budget's those of ${config.budget.time_zone}: calls near midnight stand on different days\n`,
      );
    }
    const count = rows.filter(({ verdict }) => verdict === 'different').length;
    if (count > 0) throw new CommandError(`${count} of ${rows.length} lines differ`, EXIT.failed);
  });
}

function written(report: CostReport, format: CostOptions['format']): string {
  switch (format) {
    case 'table':
      return costTable(report);
    case 'json':
      return `${JSON.stringify(encodeCostReport(report, formatDollars))}\n`;
    case 'csv': {
      const names = [report.by, ...Object.keys(encodeSums(report.total, formatDollars))];
      return toCsv(
        names,
        report.rows.map(({ name, sums }) => ({ [report.by]: name, ...encodeSums(sums, formatDollars) })),
      );
    }
  }
}

async function held(file: string, costs: Tools['costs']): Promise<Reconciled[]> {
  const usage = await readFile(file, 'utf8')
    .then(readUsageExport)
    .catch((error: unknown) => {
      const { message } = error as Error;
      throw new CommandError(`cannot use ${file} as a usage export: ${message}`, EXIT.usage);
    });
  return costs.reconcile(usage);
}

function writtenRows(rows: readonly Reconciled[], format: CostOptions['format']): string {
  switch (format) {
    case 'table':
      return reconciledTable(rows);
    case 'json':
      return `${JSON.stringify(rows.map(encodeReconciled))}\n`;
    case 'csv':
      return toCsv(RECONCILED_NAMES, rows.map(encodeReconciled));
  }
}

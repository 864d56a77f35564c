import { InvalidArgumentError } from 'commander';
import type { WindowState } from '../budget/claims.ts';
import type { WindowName } from '../budget/windows.ts';
import { formatDollars, type NanoDollars, parseDollars } from '../intent/money.ts';
import type { CommandContext } from './command-context.ts';
import { printable } from './printable.ts';
import { withTools } from './remote.ts';
import { textTable } from './text-table.ts';

interface BudgetOptions {
  readonly json?: boolean;
}

/** What the state of the books means for who asks; no word where all is well. */
const NOTICES = {
  open: undefined,
  absent: 'no service has opened this budget yet',
  lost: 'Redis was restarted and no service has restored this budget yet: nothing is spent until one does',
  settling: 'this budget is being restored: nothing is spent for a moment',
} as const;

/** Shows what every window allows, and what is spent and set aside in it. */
export async function showBudget({ json = false }: BudgetOptions, context: CommandContext): Promise<void> {
  const { output, errors } = context;
  await withTools(context, async ({ budget }) => {
    const { state, windows } = await budget.show();
    if (json) {
      output.write(`${JSON.stringify({ state, windows: windows.map(inDollars) })}\n`);
      return;
    }
    const rows = windows.map(({ scope, window, limit, spent, reserved, left, resetsAt }) => [
      printable(scope),
      window,
      ...[limit, spent, reserved, left].map(formatDollars),
      resetsAt,
    ]);
    const head = ['scope', 'window', 'limit', 'spent', 'reserved', 'left', 'resets at'];
    output.write(`${textTable([head, ...rows]).join('\n')}\n`);
    tellState(state, errors);
  });
}

/** Where books are not open, what that means for whoever reads them. */
export function tellState(state: keyof typeof NOTICES, errors: CommandContext['errors']): void {
  const notice = NOTICES[state];
  if (notice !== undefined) errors.write(`${notice}\n`);
}

/** Corrects what is spent in the current day or month. */
export async function setBudget(
  {
    window,
    spent,
    scope,
    json = false,
  }: BudgetOptions & { readonly window: WindowName; readonly spent: NanoDollars; readonly scope: string },
  context: CommandContext,
): Promise<void> {
  await withTools(context, async ({ budget }) => {
    const { before, resetsAt } = await budget.set({ scope, window, spent });
    const [was, is] = [formatDollars(before), formatDollars(spent)];
    context.output.write(
      json
        ? `${JSON.stringify({ scope, window, spent_usd: is, before_usd: was, resets_at: resetsAt })}\n`
        : `${printable(scope)} ${window}: spent ${is} dollars, where it said ${was}; resets at ${resetsAt}\n`,
    );
  });
}

/** Goes on from what Redis holds. */
export async function openBudget({ json = false }: BudgetOptions, context: CommandContext): Promise<void> {
  await withTools(context, async ({ budget }) => {
    await budget.open();
    const { state, windows } = await budget.show();
    context.output.write(
      json
        ? `${JSON.stringify({ state, windows: windows.map(inDollars) })}\n`
        : 'open: services go on from what "llm-intent budget show" tells\n',
    );
  });
}

/** Decimal dollars, as text: no float has them exactly. */
function inDollars({ scope, window, limit, spent, reserved, left, resetsAt }: WindowState) {
  return {
    scope,
    window,
    limit_usd: formatDollars(limit),
    spent_usd: formatDollars(spent),
    reserved_usd: formatDollars(reserved),
    left_usd: formatDollars(left),
    resets_at: resetsAt,
  };
}

/** Reads an amount from the command line. @throws InvalidArgumentError */
export function dollarAmount(text: string): NanoDollars {
  const amount = parseDollars(text);
  if (amount === undefined) {
    throw new InvalidArgumentError('expected decimal dollars with at most nine decimals, such as 1.25');
  }
  return amount;
}

import { formatDollars } from '../intent/money.ts';
import type { Reconciled } from '../tools.ts';
import { printable } from './printable.ts';
import { textTable } from './text-table.ts';

type Compared = keyof Reconciled['ours'];

/** What stands beside each other, by the names of the contract. */
const NAMES: Readonly<Record<Compared, string>> = {
  requests: 'requests',
  promptTokens: 'prompt_tokens',
  cachedTokens: 'cached_tokens',
  completionTokens: 'completion_tokens',
  cost: 'cost_usd',
};
const COMPARED = Object.keys(NAMES) as Compared[];

/** For a person: only where books and provider differ, with what each of them says. */
export function reconciledTable(rows: readonly Reconciled[]): string {
  const differing = rows.filter(({ verdict }) => verdict !== 'equal');
  const summary = `${rows.length - differing.length} of ${rows.length} lines are equal`;
  if (differing.length === 0) return `${summary}\n`;
  const lines = differing.flatMap((row) =>
    COMPARED.filter((name) => (row.theirs[name] ?? row.ours[name]) !== row.ours[name] || isUntold(row)).map(
      (name) => [
        row.day,
        printable(row.model),
        NAMES[name],
        shown(name, row.ours[name]),
        shown(name, row.theirs[name]),
        row.verdict,
      ],
    ),
  );
  const table = textTable([['day', 'model', 'what', 'books', 'provider', 'verdict'], ...lines]);
  const note = 'explained: calls whose end nobody heard make up for the difference';
  return [...table, '', summary, note, ''].join('\n');
}

/** Whether the provider says nothing of a model that the books know. */
function isUntold({ theirs }: Reconciled): boolean {
  return Object.keys(theirs).length === 0;
}

function shown(name: Compared, value: number | undefined): string {
  if (value === undefined) return '-';
  return name === 'cost' ? formatDollars(value) : String(value);
}

/** What a line has, in order. */
export const RECONCILED_NAMES: readonly string[] = [
  ...['day', 'model', 'verdict'],
  ...['books', 'provider'].flatMap((whose) => COMPARED.map((name) => `${whose}_${NAMES[name]}`)),
];

/** One line, for a program: what the provider does not tell is null. */
export function encodeReconciled({
  day,
  model,
  ours,
  theirs,
  verdict,
}: Reconciled): Readonly<Record<string, string | number | null>> {
  const encode = (name: Compared, value: number | undefined): string | number | null => {
    if (value === undefined) return null;
    return name === 'cost' ? formatDollars(value) : value;
  };
  return {
    ...{ day, model, verdict },
    ...Object.fromEntries(COMPARED.map((name) => [`books_${NAMES[name]}`, encode(name, ours[name])])),
    ...Object.fromEntries(COMPARED.map((name) => [`provider_${NAMES[name]}`, encode(name, theirs[name])])),
  };
}

import type { Sums } from '../intent/cost-report.ts';
import { type DayBooks, NO_SUMS, sumOf } from './day-books.ts';
import type { ExportedUsage, UsageExport } from './usage-export.ts';

/** What can be held against each other. */
type Compared = 'requests' | 'promptTokens' | 'cachedTokens' | 'completionTokens' | 'cost';

const COMPARED: readonly Compared[] = [
  'requests',
  'promptTokens',
  'cachedTokens',
  'completionTokens',
  'cost',
];

/** One model on one day: what the books say, what the provider says, and whether that is the same. */
export interface Reconciled {
  readonly day: string;
  /** As the books call it; `(all)` where the provider does not tell models apart. */
  readonly model: string;
  readonly ours: Readonly<Record<Compared, number>>;
  /** What the provider tells; amounts in nano-dollars. */
  readonly theirs: Readonly<Partial<Record<Compared, number>>>;
  /** `explained`: calls whose end nobody heard make up for it. */
  readonly verdict: 'equal' | 'explained' | 'different';
}

const ALL = '(all)';
/** A version at the end of a name: `-2025-08-07`, `-20250929`. */
const VERSION = /-\d{4}-?\d{2}-?\d{2}$/;

/** Holds the books against what a provider says, day by day and model by model; the books' days are those of the export. */
export function reconcile(books: readonly DayBooks[], { provider, days, usage }: UsageExport): Reconciled[] {
  const start = `${provider}:`;
  const ours = new Map(
    books.map(({ day, calls }) => {
      const models = [...calls.model].filter(([name]) => name.startsWith(start));
      return [day, new Map(models.map(([name, sums]) => [name.slice(start.length), sums]))] as const;
    }),
  );
  const known = new Set([...ours.values()].flatMap((models) => [...models.keys()]));
  return days.flatMap((day) => {
    const models = ours.get(day) ?? new Map<string, Sums>();
    const told = usage.filter((item) => item.day === day);
    const together = told.filter(({ model }) => model === undefined);
    const apart = told.filter(({ model }) => model !== undefined);
    const byModel = Map.groupBy(apart, ({ model = '' }) => nameOf(model, known));
    // A day of which only its sum is told says nothing about single models.
    const isSumOnly = apart.length === 0 && together.length > 0;
    const names = isSumOnly ? [] : [...new Set([...models.keys(), ...byModel.keys()])].toSorted();
    return [
      ...names.map((model) =>
        compare(day, model, { sums: models.get(model) ?? NO_SUMS, told: byModel.get(model) ?? [] }),
      ),
      ...(together.length > 0 ? [compare(day, ALL, { sums: sumOf(models.values()), told: together })] : []),
    ];
  });
}

/** Providers bill versions of what is asked for by a shorter name. */
function nameOf(model: string, known: ReadonlySet<string>): string {
  const short = model.replace(VERSION, '');
  return !known.has(model) && known.has(short) ? short : model;
}

function compare(
  day: string,
  model: string,
  { sums, told }: { readonly sums: Sums; readonly told: readonly ExportedUsage[] },
): Reconciled {
  const { metered, unknown, promptTokens, cachedTokens, completionTokens, cost, unsure } = sums;
  const ours = { requests: metered, promptTokens, cachedTokens, completionTokens, cost: cost - unsure };
  const theirs: Partial<Record<Compared, number>> = {};
  for (const name of COMPARED) {
    const values = told.flatMap((item) => item[name] ?? []);
    if (values.length > 0) theirs[name] = values.reduce((sum, value) => sum + value, 0);
  }
  const verdicts = COMPARED.map((name): Reconciled['verdict'] => {
    const value = theirs[name];
    if (value === undefined) return told.length === 0 && ours[name] > 0 ? 'different' : 'equal';
    // Each call is rounded up to a whole nano-dollar here, and not there.
    const slack = name === 'cost' ? metered : 0;
    const more = value - ours[name];
    if (Math.abs(more) <= slack) return 'equal';
    return more > 0 && more <= unheard(name, { unknown, unsure }) + slack ? 'explained' : 'different';
  });
  const verdict = (['different', 'explained'] as const).find((one) => verdicts.includes(one)) ?? 'equal';
  return { day, model, ours, theirs, verdict };
}

/** What calls whose end nobody heard can add at most. */
function unheard(name: Compared, { unknown, unsure }: Pick<Sums, 'unknown' | 'unsure'>): number {
  if (unknown === 0) return 0;
  if (name === 'requests') return unknown;
  return name === 'cost' ? unsure : Number.POSITIVE_INFINITY;
}

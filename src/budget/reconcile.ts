import type { Sums } from '../intent/cost-report.ts';
import type { Tariff, TokenUsage } from '../intent/spending.ts';
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

type Unheard = Readonly<Record<Compared, number>>;

/** Tokens whose price is asked for: so many that it is exact, and too few for a dearer step of a long prompt. */
const MANY = 10_000;
const NO_TOKENS: TokenUsage = { promptTokens: 0, cachedTokens: 0, completionTokens: 0 };
const DAY_MS = 24 * 60 * 60 * 1000;

const ALL = '(all)';
/** A version at the end of a name: `-2025-08-07`, `-20250929`. */
const VERSION = /-\d{4}-?\d{2}-?\d{2}$/;

/**
 * Holds the books against what a provider says, day by day and model by model; the books' days are those of the export.
 *
 * @param tariffOf a model of the provider's; undefined where nobody knows its price, and no tokens are explained
 */
export function reconcile(
  books: readonly DayBooks[],
  { provider, days, usage }: UsageExport,
  tariffOf: (model: string) => Pick<Tariff, 'cost'> | undefined,
): Reconciled[] {
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
      ...names.map((model) => {
        const sums = models.get(model) ?? NO_SUMS;
        const unheard = unheardOf(sums, { day, tariff: tariffOf(model) });
        return compare(day, model, { sums, unheard, told: byModel.get(model) ?? [] });
      }),
      ...(together.length > 0
        ? [
            compare(day, ALL, {
              sums: sumOf(models.values()),
              unheard: addUp(
                [...models].map(([model, sums]) => unheardOf(sums, { day, tariff: tariffOf(model) })),
              ),
              told: together,
            }),
          ]
        : []),
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
  {
    sums,
    unheard,
    told,
  }: { readonly sums: Sums; readonly unheard: Unheard; readonly told: readonly ExportedUsage[] },
): Reconciled {
  const { metered, promptTokens, cachedTokens, completionTokens, cost, unsure } = sums;
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
    return more > 0 && more <= unheard[name] + slack ? 'explained' : 'different';
  });
  const verdict = (['different', 'explained'] as const).find((one) => verdicts.includes(one)) ?? 'equal';
  return { day, model, ours, theirs, verdict };
}

/** What calls whose end nobody heard can add at most: no more tokens than what was set aside for them can buy. */
function unheardOf(
  { unknown, unsure }: Pick<Sums, 'unknown' | 'unsure'>,
  { day, tariff }: { readonly day: string; readonly tariff: Pick<Tariff, 'cost'> | undefined },
): Unheard {
  const bought = (usage: Partial<TokenUsage>): number => {
    if (!tariff || unknown === 0) return 0;
    const start = Date.parse(`${day}T00:00:00Z`);
    // A price may change within the day.
    const costs = [start, start + DAY_MS].map((at) => tariff.cost({ ...NO_TOKENS, ...usage }, at));
    const least = Math.min(...costs);
    return least === 0 ? 0 : Math.ceil((unsure * MANY) / least);
  };
  const promptTokens = Math.max(
    bought({ promptTokens: MANY }),
    bought({ promptTokens: MANY, cachedTokens: MANY }),
  );
  return {
    requests: unknown,
    ...{ promptTokens, cachedTokens: promptTokens },
    completionTokens: bought({ completionTokens: MANY }),
    cost: unknown === 0 ? 0 : unsure,
  };
}

function addUp(all: readonly Unheard[]): Unheard {
  const total: Record<Compared, number> = {
    ...{ requests: 0, promptTokens: 0, cachedTokens: 0, completionTokens: 0, cost: 0 },
  };
  for (const one of all) for (const name of COMPARED) total[name] += one[name];
  return total;
}

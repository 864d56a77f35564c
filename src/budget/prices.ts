import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { DocumentError, loadLocated, validate } from '../documents/located-yaml.ts';
import type { Tariff } from '../intent/spending.ts';
import { listedRates } from './list-prices.ts';
import { flat, parsePrice, type Rates } from './rates.ts';
import { createTariff } from './tariff.ts';

/** What models cost that do not run at home. */
export interface Prices {
  /** @returns undefined where nobody knows its price */
  known(provider: string, model: string): Tariff | undefined;
  /** @throws DocumentError that names the model and the file to put its price into, where nobody knows one */
  tariff(provider: string, model: string): Tariff;
}

/** Whose models can have a price here. `local` needs one where its address is not at home. */
const PAID = ['openai', 'anthropic', 'deepseek', 'groq', 'openrouter', 'gemini', 'local'];

const REMEDIES: Readonly<Record<string, string>> = {
  openrouter: 'give the most that it may cost',
  local:
    'its address is not on this machine or network, so words go there that may cost money; let LOCAL_BASE_URL name one that is, or give what it asks (0, if nothing)',
};

const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?$/;

const price = z
  .union([z.string(), z.number()], 'expected dollars a million tokens, such as 0.25')
  .transform((value) => parsePrice(typeof value === 'number' ? plain(value) : value))
  .refine(
    (parsed) => parsed !== undefined,
    'expected dollars a million tokens with at most nine decimals, such as 0.25',
  )
  .transform((parsed) => parsed ?? 0n);

const rates = {
  prompt: price,
  cached: price.optional(),
  cache_write: price.optional(),
  cache_write_hour: price.optional(),
  completion: price,
};

const date = z
  .string()
  .transform((text) => (DATE.test(text) ? Date.parse(text) : Number.NaN))
  .refine(
    (time) => !Number.isNaN(time),
    'expected a day (of UTC) such as 2026-12-01, or a time such as 2026-12-01T08:00:00Z',
  );

const modelPrice = z.strictObject({
  ...rates,
  /** In any order; each holds until the next one. */
  changes: z.array(z.strictObject({ since: date, ...rates })).optional(),
});

const pricesSchema = z.strictObject({
  prices: z
    .strictObject(Object.fromEntries(PAID.map((name) => [name, z.record(z.string(), modelPrice).nullish()])))
    .nullish(),
});

/**
 * Loads the operator's prices, which win over the list that comes with this release.
 *
 * @throws DocumentError with every mistake in the file
 */
export async function loadPrices(file: string, clock: Clock): Promise<Prices> {
  const document = await loadLocated(file);
  const { prices: own } = validate(document, pricesSchema);

  function known(provider: string, model: string): Tariff | undefined {
    const found = own?.[provider]?.[model];
    if (found) {
      const { changes = [], ...first } = found;
      const later = changes
        .toSorted((one, other) => one.since - other.since)
        .map(({ since, ...change }) => ({
          rates: ratesOf(change),
          when: { kind: 'since', start: since } as const,
        }));
      return createTariff([{ rates: ratesOf(first), when: { kind: 'always' } }, ...later], clock);
    }
    const listed = listedRates(provider, model);
    return listed && createTariff(listed, clock);
  }

  return {
    known,
    tariff(provider, model) {
      const tariff = known(provider, model);
      if (tariff) return tariff;
      const path = ['prices', provider, model];
      const remedy = REMEDIES[provider] ?? 'give what its provider asks';
      throw new DocumentError([
        document.mistake(
          path,
          `nobody knows what ${provider}:${model} costs, and a model without a price cannot be kept within a budget: ` +
            `${remedy}, in dollars a million tokens, beneath prices, ${provider}, "${model}"`,
        ),
      ]);
    },
  };
}

function ratesOf({
  prompt,
  cached = prompt,
  completion,
  cache_write: write = prompt,
  cache_write_hour: hour = write,
}: Omit<z.infer<typeof modelPrice>, 'changes'>): Rates {
  return {
    prompt: flat(prompt),
    cached: flat(cached),
    cacheWrite: flat(write),
    cacheWriteHour: flat(hour),
    completion: flat(completion),
    perCall: 0n,
  };
}

/** A number as it was written, where that has an exponent for a computer only: 1e-7. */
function plain(value: number): string {
  const text = String(value);
  return text.includes('e-') ? value.toFixed(12).replace(/0+$/, '') : text;
}

import { type ConditionalPrice, calcPrice, type ModelPrice } from '@pydantic/genai-prices';
import { flat, highest, priceOf, type Rates, type SteppedPrice } from './rates.ts';

/** Rates that hold from a date on, or in some hours of each day (seconds of a UTC day); of several, the last one. */
export interface DatedRates {
  readonly rates: Rates;
  readonly when:
    | { readonly kind: 'always' }
    | { readonly kind: 'since'; readonly start: number }
    | { readonly kind: 'daily'; readonly from: number; readonly to: number };
}

/** What the price list calls those that we call otherwise. */
const LISTED_AS: Readonly<Record<string, string>> = { gemini: 'google' };

/** Prices of nothing: the list knows the model and not what it costs. Those that are free say so in their name. */
const FREE_OF_CHARGE = /:free$/;

const DAY_SECONDS = 86_400;

/**
 * What the price list says of a model, in the list's order: where several hold, the last one is billed.
 *
 * @returns undefined where it does not know the model, or not what both ways of its tokens cost
 */
export function listedRates(provider: string, model: string): readonly DatedRates[] | undefined {
  const found = calcPrice({ input_tokens: 1, output_tokens: 1 }, model, {
    providerId: LISTED_AS[provider] ?? provider,
  });
  if (!found) return undefined;
  const { prices } = found.model;
  const listed = Array.isArray(prices) ? prices.map(dated) : [dated({ prices })];
  const usable = listed.every(
    (entry): entry is DatedRates =>
      entry !== undefined && (FREE_OF_CHARGE.test(model) || !isFree(entry.rates)),
  );
  return usable ? listed : undefined;
}

function dated({ prices, constraint }: ConditionalPrice): DatedRates | undefined {
  const { input_mtok: input, output_mtok: output } = prices;
  if (input === undefined || output === undefined) return undefined;
  const price = (name: string): SteppedPrice | undefined => {
    const value = prices[name];
    return value === undefined ? undefined : stepped(value);
  };
  const rates: Rates = {
    prompt: stepped(input),
    cached: price('cache_read_mtok') ?? stepped(input),
    cacheWrite: price('cache_write_mtok') ?? stepped(input),
    cacheWriteHour: price('cache_write_1h_mtok') ?? price('cache_write_mtok') ?? stepped(input),
    // What of a completion was reasoning is not told apart: the dearer of the two.
    completion: dearer(stepped(output), price('output_reasoning_mtok')),
    perCall: perCall(prices),
  };
  if (constraint === undefined) return { rates, when: { kind: 'always' } };
  if (constraint.type === 'start_date') {
    return { rates, when: { kind: 'since', start: Date.parse(constraint.start_date) } };
  }
  const [from, to] = [secondOfDay(constraint.start_time), secondOfDay(constraint.end_time)];
  return { rates, when: { kind: 'daily', from, to } };
}

function stepped(value: NonNullable<ModelPrice[string]>): SteppedPrice {
  if (typeof value === 'number') return flat(priceOf(value));
  const tiers = value.tiers.toSorted((one, other) => one.start - other.start);
  return [
    ...flat(priceOf(value.base)),
    ...tiers.map(({ start, price }) => ({ over: start, price: priceOf(price) })),
  ];
}

function dearer(one: SteppedPrice, other: SteppedPrice = []): SteppedPrice {
  const steps = [...new Set([...one, ...other].map(({ over }) => over))].sort((low, high) => low - high);
  return steps.map((over) => {
    const prices = [one, other].map((price) => price.findLast((step) => step.over <= over)?.price ?? 0n);
    return { over, price: highest(prices) };
  });
}

/** `requests_kcount` is dollars a thousand calls. */
function perCall({ requests_kcount: thousand }: ModelPrice): bigint {
  if (thousand === undefined) return 0n;
  const dollars =
    typeof thousand === 'number'
      ? thousand
      : Math.max(thousand.base, ...thousand.tiers.map(({ price }) => price));
  return (priceOf(dollars) + 999n) / 1000n;
}

function isFree({ prompt, completion, perCall: fee }: Rates): boolean {
  return fee === 0n && [...prompt, ...completion].every(({ price }) => price === 0n);
}

/** `16:30:00Z`, `00:30:00+02:00` as a second of the UTC day. */
function secondOfDay(time: string): number {
  const at = Date.parse(`2000-01-01T${time}`) / 1000;
  if (Number.isNaN(at)) throw new Error(`the price list gives "${time}" for a time of day`);
  return ((at % DAY_SECONDS) + DAY_SECONDS) % DAY_SECONDS;
}

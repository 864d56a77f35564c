import type { TokenUsage } from '../intent/spending.ts';

/** Nano-dollars a million tokens: a price of up to nine decimals is a whole number of them. */
export type NanoDollarsAMillion = bigint;

/** A price that rises with the length of the prompt: each step holds for prompts of more than `over` tokens. */
export type SteppedPrice = readonly { readonly over: number; readonly price: NanoDollarsAMillion }[];

/** What one model costs, at one time. Steps are in rising order and the first one is over -1: it always holds. */
export interface Rates {
  readonly prompt: SteppedPrice;
  /** Of the prompt, what came from the provider's cache. */
  readonly cached: SteppedPrice;
  /** Of the prompt, what was written to the provider's cache to stay there for five minutes. */
  readonly cacheWrite: SteppedPrice;
  /** As `cacheWrite`, for an hour. */
  readonly cacheWriteHour: SteppedPrice;
  readonly completion: SteppedPrice;
  /** Nano-dollars of every call, whatever it takes. */
  readonly perCall: bigint;
}

const MILLION = 1_000_000n;
const DECIMAL = /^(\d{1,6})(?:\.(\d{1,9}))?$/;

/** Reads decimal dollars a million tokens, exactly. @returns undefined for what is none, or has over nine decimals */
export function parsePrice(text: string): NanoDollarsAMillion | undefined {
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  const [, whole = '0', fraction = ''] = match;
  return BigInt(whole + fraction.padEnd(9, '0'));
}

/** The price that a list gives as a floating-point number: what its shortest decimal says, rounded up. */
export function priceOf(value: number): NanoDollarsAMillion {
  const exact = parsePrice(String(value));
  if (exact !== undefined) return exact;
  if (!(value >= 0 && value < 1_000_000)) throw new RangeError(`${value} dollars a million is no price`);
  return BigInt(Math.ceil(value * 1_000_000_000));
}

export function flat(price: NanoDollarsAMillion): SteppedPrice {
  return [{ over: -1, price }];
}

/** The step that a prompt of so many tokens is billed at. */
function stepAt(price: SteppedPrice, promptTokens: number): NanoDollarsAMillion {
  return price.findLast(({ over }) => promptTokens > over)?.price ?? 0n;
}

/** The dearest step that a prompt of at most so many tokens can reach. */
function dearestUpTo(price: SteppedPrice, promptTokens: number): NanoDollarsAMillion {
  return highest(price.filter(({ over }) => promptTokens > over).map((step) => step.price));
}

/** What no call with at most so many tokens costs more than, at these rates; in nano-dollars, rounded up. */
export function bound(rates: Rates, { prompt, completion }: { prompt: number; completion: number }): bigint {
  const perPromptToken = highest(
    [rates.prompt, rates.cached, rates.cacheWrite, rates.cacheWriteHour].map((price) =>
      dearestUpTo(price, prompt),
    ),
  );
  const perCompletionToken = dearestUpTo(rates.completion, prompt);
  return dollarsFor(BigInt(prompt) * perPromptToken + BigInt(completion) * perCompletionToken, rates);
}

/** What a call is billed at, in nano-dollars, rounded up. */
export function bill(
  rates: Rates,
  { promptTokens, cachedTokens, completionTokens, cacheWrites }: Omit<TokenUsage, 'reportedCost'>,
): bigint {
  const cached = Math.min(cachedTokens, promptTokens);
  const { fiveMinutes, oneHour } = cacheWrites ?? { fiveMinutes: 0, oneHour: 0 };
  const parts = [
    [promptTokens - cached - fiveMinutes - oneHour, rates.prompt],
    [cached, rates.cached],
    [fiveMinutes, rates.cacheWrite],
    [oneHour, rates.cacheWriteHour],
    [completionTokens, rates.completion],
  ] as const;
  const millionths = parts.reduce(
    (sum, [tokens, price]) => sum + BigInt(tokens) * stepAt(price, promptTokens),
    0n,
  );
  return dollarsFor(millionths, rates);
}

function dollarsFor(millionths: bigint, { perCall }: Rates): bigint {
  return (millionths + MILLION - 1n) / MILLION + perCall;
}

/** `Math.max` takes no such numbers. @returns 0 of none */
export function highest(prices: readonly bigint[]): bigint {
  let high = 0n;
  for (const price of prices) if (price > high) high = price;
  return high;
}

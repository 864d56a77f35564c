import { NANO_DOLLARS_A_DOLLAR } from '../intent/money.ts';
import type { Tariff } from '../intent/spending.ts';

/** More than any prompt of ours has, and less than where long ones begin to cost more. */
const TOKENS = 10_000;
const MILLION = 1_000_000;

/** Says who asks: OpenRouter shows it to the account, and ranks applications by it. */
export function openrouterHeaders({
  app_url: url,
  app_title: title,
}: {
  readonly app_url: string;
  readonly app_title: string;
}): Readonly<Record<string, string>> {
  return { 'HTTP-Referer': url, 'X-Title': title };
}

/**
 * What OpenRouter is asked besides: to tell what the call cost, and to give it to no host that asks more than was set
 * aside. Without that limit it may go to a dearer one than its list says.
 */
export function openrouterFields(tariff: Tariff): Readonly<Record<string, unknown>> {
  const dollarsAMillion = (tokens: { prompt: number; completion: number }): number =>
    (tariff.atMost(tokens) * (MILLION / TOKENS)) / NANO_DOLLARS_A_DOLLAR;
  const prompt = dollarsAMillion({ prompt: TOKENS, completion: 0 });
  const completion = dollarsAMillion({ prompt: 0, completion: TOKENS });
  return { usage: { include: true }, provider: { max_price: { prompt, completion } } };
}

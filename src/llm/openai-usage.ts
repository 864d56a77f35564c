import { NANO_DOLLARS_A_DOLLAR, type NanoDollars } from '../intent/money.ts';
import type { TokenUsage } from '../intent/spending.ts';
import { at, tokenCount } from './as-told.ts';

/**
 * Reads what a call took. Strict, for money depends on it: whatever cannot be true counts as not told, and the call then
 * counts at its worst case.
 *
 * @param usage as the server wrote it, which need not be as its documentation says
 * @param options.reportsCost it says in dollars what the call cost, and is believed
 */
export function readUsage(
  usage: unknown,
  { reportsCost }: { readonly reportsCost: boolean },
): TokenUsage | undefined {
  const promptTokens = tokenCount(at(usage, 'prompt_tokens'));
  const told = tokenCount(at(usage, 'completion_tokens'));
  const inAll = tokenCount(at(usage, 'total_tokens') ?? 0);
  if (promptTokens === undefined || told === undefined || inAll === undefined) return undefined;
  // Gemini leaves out of the completion what was thought, and charges for it.
  const completionTokens = Math.max(told, inAll - promptTokens);
  // Nothing is asked without a prompt, nor answered without a token.
  if (!promptTokens || !completionTokens) return undefined;
  // DeepSeek tells it by a name of its own.
  const cached =
    at(at(usage, 'prompt_tokens_details'), 'cached_tokens') ?? at(usage, 'prompt_cache_hit_tokens');
  const cachedTokens = tokenCount(cached ?? 0);
  if (cachedTokens === undefined || cachedTokens > promptTokens) return undefined;
  const reportedCost = reportsCost ? readCost(usage) : undefined;
  return {
    promptTokens,
    cachedTokens,
    completionTokens,
    ...(reportedCost !== undefined && { reportedCost }),
  };
}

/** Of OpenRouter. Where it used a key of the account at another provider, that one wants its money besides. */
function readCost(usage: unknown): NanoDollars | undefined {
  const own = dollars(at(usage, 'cost'));
  if (at(usage, 'is_byok') !== true) return own;
  const upstream = dollars(at(at(usage, 'cost_details'), 'upstream_inference_cost'));
  return own === undefined || upstream === undefined ? undefined : own + upstream;
}

/** No call is that dear: what claims to be is a mistake that must not use up a month. */
const MOST_A_CALL = 10;

function dollars(amount: unknown): NanoDollars | undefined {
  return typeof amount === 'number' && amount >= 0 && amount <= MOST_A_CALL
    ? Math.ceil(amount * NANO_DOLLARS_A_DOLLAR)
    : undefined;
}

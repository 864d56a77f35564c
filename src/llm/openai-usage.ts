import { NANO_DOLLARS_A_DOLLAR } from '../intent/money.ts';
import type { TokenUsage } from '../intent/spending.ts';
import { at, tokenCount } from './as-told.ts';

/**
 * Reads what a call took. Strict, for money depends on it: whatever cannot be true counts as not told, and the call then
 * counts at its worst case.
 *
 * @param usage as the server wrote it, which need not be as its documentation says
 */
export function readUsage(usage: unknown): TokenUsage | undefined {
  const promptTokens = tokenCount(at(usage, 'prompt_tokens'));
  const completionTokens = tokenCount(at(usage, 'completion_tokens'));
  // Nothing is asked without a prompt, nor answered without a token.
  if (!promptTokens || !completionTokens) return undefined;
  // DeepSeek tells it by a name of its own.
  const cached =
    at(at(usage, 'prompt_tokens_details'), 'cached_tokens') ?? at(usage, 'prompt_cache_hit_tokens');
  const cachedTokens = tokenCount(cached ?? 0);
  if (cachedTokens === undefined || cachedTokens > promptTokens) return undefined;
  // OpenRouter says what it took, in dollars.
  const cost = at(usage, 'cost');
  const reportedCost =
    typeof cost === 'number' && cost >= 0 && cost < 1000
      ? Math.ceil(cost * NANO_DOLLARS_A_DOLLAR)
      : undefined;
  return {
    promptTokens,
    cachedTokens,
    completionTokens,
    ...(reportedCost !== undefined && { reportedCost }),
  };
}

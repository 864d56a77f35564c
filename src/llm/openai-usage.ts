import { NANO_DOLLARS_A_DOLLAR } from '../intent/money.ts';
import type { TokenUsage } from '../intent/spending.ts';

/**
 * Reads what a call took. Strict, for money depends on it: whatever cannot be true counts as not told, and the call then
 * counts at its worst case.
 *
 * @param usage as the server wrote it, which need not be as its documentation says
 */
export function readUsage(usage: unknown): TokenUsage | undefined {
  const told = record(usage);
  const promptTokens = count(told?.['prompt_tokens']);
  const completionTokens = count(told?.['completion_tokens']);
  // Nothing is asked without a prompt, nor answered without a token.
  if (!told || !promptTokens || !completionTokens) return undefined;
  const details = record(told['prompt_tokens_details']);
  // DeepSeek tells it by a name of its own.
  const cachedTokens = count(details?.['cached_tokens'] ?? told['prompt_cache_hit_tokens'] ?? 0);
  if (cachedTokens === undefined || cachedTokens > promptTokens) return undefined;
  // OpenRouter says what it took, in dollars.
  const { cost } = told;
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

const MAX_TOKENS = 10_000_000;

function count(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= MAX_TOKENS
    ? (value as number)
    : undefined;
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

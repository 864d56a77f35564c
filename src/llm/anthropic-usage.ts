import type { TokenUsage } from '../intent/spending.ts';
import { at, tokenCount } from './as-told.ts';

/**
 * Reads what a call took, as strictly as `readUsage` does for OpenAI's wire. Here the prompt is told in parts that do not
 * overlap: what was read from the cache, what was written to it, and the rest.
 *
 * @param usage as the server wrote it, which need not be as its documentation says
 */
export function readAnthropicUsage(usage: unknown): TokenUsage | undefined {
  const rest = tokenCount(at(usage, 'input_tokens'));
  const cachedTokens = tokenCount(at(usage, 'cache_read_input_tokens') ?? 0);
  const written = tokenCount(at(usage, 'cache_creation_input_tokens') ?? 0);
  const completionTokens = tokenCount(at(usage, 'output_tokens'));
  if (rest === undefined || cachedTokens === undefined || written === undefined) return undefined;
  const promptTokens = rest + cachedTokens + written;
  if (promptTokens === 0 || !completionTokens) return undefined;
  if (written === 0) return { promptTokens, cachedTokens, completionTokens };

  const parts = at(usage, 'cache_creation') ?? undefined;
  // Five minutes is how long it is kept where nobody asks for more.
  const fiveMinutes = tokenCount(parts === undefined ? written : at(parts, 'ephemeral_5m_input_tokens'));
  const oneHour = tokenCount(parts === undefined ? 0 : at(parts, 'ephemeral_1h_input_tokens'));
  if (fiveMinutes === undefined || oneHour === undefined || fiveMinutes + oneHour !== written)
    return undefined;
  return { promptTokens, cachedTokens, completionTokens, cacheWrites: { fiveMinutes, oneHour } };
}

import type { TokenUsage } from '../intent/spending.ts';
import type { Message } from './prompt.ts';
import { SHAPE_REMINDER } from './prompt.ts';
import { REPLY_SCHEMA_BYTES } from './reply-schema.ts';
import { type CountTokens, createMessageCounter } from './token-counter.ts';

/** What is known of a prompt's length before it is sent. */
interface PromptSize {
  /** Surely not more than this: what a reservation needs. */
  readonly atMost: number;
  /** Likely this. */
  readonly likely: number;
}

/** Measures the prompts of one model. */
export interface TokenEstimator {
  measure(messages: readonly Message[]): PromptSize;
  /**
   * Learns from what the provider counted.
   *
   * @returns by how many tokens the estimate was wrong; undefined for the first, which had nothing to learn from
   */
  learn(size: PromptSize, usage: TokenUsage): number | undefined;
}

/** Role, separators and whatever else a chat template puts around a message. */
const OVERHEAD_A_MESSAGE = 16;
const OVERHEAD = 64 + REPLY_SCHEMA_BYTES + Buffer.byteLength(SHAPE_REMINDER);
/** Of Polish and English, for most tokenizers. */
const BYTES_A_TOKEN = 3.2;
const NEWEST = 0.3;

/**
 * What a server makes of the schema and of its own template cannot be told from the text, but is the same each time: it is
 * learnt. No tokenizer makes more tokens than there are bytes.
 *
 * @param count the model's own tokenizer, where we can run it
 */
export function createTokenEstimator(count: CountTokens | undefined): TokenEstimator {
  const counted = count && createMessageCounter(count);
  let offset: number | undefined;

  return {
    measure(messages) {
      const overhead = OVERHEAD + OVERHEAD_A_MESSAGE * messages.length;
      if (counted) {
        const tokens = counted(messages);
        return { atMost: tokens + overhead, likely: tokens + Math.round(offset ?? 0) };
      }
      const bytes = messages.reduce((total, { content }) => total + Buffer.byteLength(content), 0);
      return { atMost: bytes + overhead, likely: Math.round(bytes / BYTES_A_TOKEN + (offset ?? 0)) };
    },
    learn({ likely }, { promptTokens }) {
      const error = promptTokens - likely;
      if (offset === undefined) {
        offset = error;
        return undefined;
      }
      offset += NEWEST * error;
      return Math.abs(error);
    },
  };
}

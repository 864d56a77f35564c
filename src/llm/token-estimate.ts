import type { TokenUsage } from '../intent/spending.ts';
import { type Message, SHAPE_REMINDER } from './prompt.ts';
import { REPLY_SCHEMA } from './reply-schema.ts';
import { type CountTokens, createMessageCounter } from './token-counter.ts';

/** What is known of a prompt's length before it is sent. */
export interface PromptSize {
  /** No tokenizer makes fewer of it. */
  readonly atLeast: number;
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

/** Headings around the schema, and what a template says before everything else. */
const OVERHEAD = 64;
/** Role, separators and whatever else a chat template that we do not know puts around a message. */
const OVERHEAD_A_MESSAGE = 16;
/** A model is told its shape by the schema, or where a server takes none by the reminder: never by both. */
const SHAPE_BYTES = Math.max(
  Buffer.byteLength(JSON.stringify(REPLY_SCHEMA)),
  Buffer.byteLength(SHAPE_REMINDER),
);
/** Of Polish and English, for most tokenizers. */
const BYTES_A_TOKEN = 3.2;
/** Of whatever is said at home, for any tokenizer. */
const MOST_BYTES_A_TOKEN = 10;
/** Our own count of a prompt may be off from what its provider has by less than this share. */
const LEAST_SHARE = 0.5;
const NEWEST = 0.3;

/** What a text likely takes where no tokenizer can be run. */
export function tokensByLength(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_A_TOKEN);
}

/**
 * What a server makes of the schema and of its own template cannot be told from the text, but is the same each time: it is
 * learnt. A bound must hold from the first call on and whatever a server changes, so nothing learnt goes into it: it takes
 * the schema at its longest, a line for each of its parts. Without the tokenizer it takes bytes, of which no tokenizer
 * makes more tokens.
 *
 * @param count the model's own tokenizer, where we can run it
 */
export function createTokenEstimator(count: CountTokens | undefined): TokenEstimator {
  const counted = count && createMessageCounter(count);
  const overhead = OVERHEAD + (count ? shapeTokens(count) : SHAPE_BYTES);
  let offset: number | undefined;

  return {
    measure(messages) {
      if (counted) {
        const tokens = counted(messages);
        return {
          atLeast: Math.floor(tokens * LEAST_SHARE),
          atMost: tokens + overhead,
          likely: tokens + Math.round(offset ?? 0),
        };
      }
      const bytes = messages.reduce((total, { content }) => total + Buffer.byteLength(content), 0);
      const atMost = bytes + overhead + OVERHEAD_A_MESSAGE * messages.length;
      return {
        atLeast: Math.floor(bytes / MOST_BYTES_A_TOKEN),
        atMost,
        likely: Math.round(bytes / BYTES_A_TOKEN + (offset ?? 0)),
      };
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

function shapeTokens(count: CountTokens): number {
  return Math.max(count(JSON.stringify(REPLY_SCHEMA, undefined, 2)), count(SHAPE_REMINDER));
}

import type { Turn } from '../intent/turn.ts';

/** How much of a talk is given to a model. */
export interface TalkLimits {
  readonly seconds: number;
  /** What was said and what became of it are a message each. */
  readonly messages: number;
  readonly tokens: number;
}

/** Tokens a message takes beside its text, as OpenAI counts them. */
const MESSAGE_TOKENS = 3;

/**
 * The newest turns within the limits, the oldest first. A talk is not cut within: behind a turn that is too much, older
 * ones are left out, too.
 *
 * @param now milliseconds since the epoch
 * @param countTokens of a text
 */
export function recentTurns(
  turns: readonly Turn[],
  { limits, now, countTokens }: { limits: TalkLimits; now: number; countTokens: (text: string) => number },
): Turn[] {
  const oldest = now - limits.seconds * 1000;
  const newestFirst = turns.filter(({ at }) => at > oldest).sort((one, other) => other.at - one.at);
  const kept: Turn[] = [];
  let [messages, tokens] = [0, 0];
  for (const turn of newestFirst) {
    const texts = [turn.said, turn.understood].filter((text) => text !== '');
    messages += texts.length;
    if (messages > limits.messages) break;
    for (const text of texts) tokens += countTokens(text) + MESSAGE_TOKENS;
    if (tokens > limits.tokens) break;
    kept.unshift(turn);
  }
  return kept;
}

import type { NanoDollars } from '../intent/money.ts';
import type { Bill, Tariff, TokenUsage } from '../intent/spending.ts';
import type { PromptSize } from './token-estimate.ts';

/** Makes a bill of what a provider says a call took. */
export interface Meter {
  /**
   * @param usage absent where it told nothing that can be true
   * @param asked how long the prompt is, how long the reply may be in tokens, and what was set aside for both, and when
   */
  billOf(
    usage: TokenUsage | undefined,
    asked: {
      readonly size: PromptSize;
      readonly maxTokens: number;
      readonly atMost: NanoDollars;
      /** Milliseconds since 1970-01-01 UTC. */
      readonly at: number;
    },
  ): Exclude<Bill, { readonly kind: 'free' }>;
}

/** Some let hidden reasoning run past the limit and charge for it. No call takes more times what was set aside. */
const DEAREST = 4;

/**
 * Believes what the tokens of a call may have been. Numbers that cannot be true neither make a call cheap nor use up the
 * budget: it then counts at its worst case. What was more than was set aside, and is still thinkable, counts as told, for
 * that is what will be asked for.
 *
 * @param doubt told what cannot be true, once, until numbers are true again
 */
export function createMeter({
  tariff,
  doubt,
}: {
  readonly tariff: Tariff;
  readonly doubt: (problem: string) => void;
}): Meter {
  let isDoubted = false;

  function tell(problem: string): void {
    if (!isDoubted) doubt(problem);
    isDoubted = true;
  }

  return {
    billOf(usage, { size, maxTokens, atMost, at }) {
      if (!usage) {
        if (atMost > 0)
          tell('tells no number of tokens that can be true: each call counts at its worst case');
        return { kind: 'unknown' };
      }
      const cost = tariff.cost(usage, at);
      const wrong = atMost > 0 ? whatIsWrong(usage, { size, maxTokens }) : undefined;
      if (wrong) {
        tell(`${wrong}: such a call counts at its worst case at least`);
        if (cost < atMost || cost > DEAREST * atMost) return { kind: 'unknown' };
      } else if (cost > atMost && atMost > 0) {
        tell('charges more than its price allows: give its real price in prices.yaml');
      } else isDoubted = false;
      return { kind: 'metered', usage, cost };
    },
  };
}

function whatIsWrong(
  { promptTokens, completionTokens }: TokenUsage,
  { size, maxTokens }: { readonly size: PromptSize; readonly maxTokens: number },
): string | undefined {
  const { atLeast, atMost } = size;
  if (promptTokens < atLeast || promptTokens > atMost) {
    return `counts ${promptTokens} tokens in a prompt that has ${atLeast} to ${atMost}`;
  }
  return completionTokens > maxTokens
    ? `counts ${completionTokens} tokens in a reply that was to have ${maxTokens} at most`
    : undefined;
}

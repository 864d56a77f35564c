import type { Clock } from '../clock.ts';
import type { Mode } from '../intent/mode.ts';
import { originOf } from '../intent/origin.ts';
import type { Spending } from '../intent/spending.ts';
import type { AskModel } from '../llm/ask-model.ts';
import type { OwnJudgement } from '../mode/own-judgement.ts';

/** The mode that holds, and what it follows from. */
export interface ModeWatch extends Pick<OwnJudgement, 'asked' | 'reserved'> {
  mode(): Mode;
}

/** Everything is asked, always. */
export const FULL_ONLY: ModeWatch = {
  mode: () => 'full',
  asked: () => undefined,
  reserved: () => undefined,
};

/** Lets the mode hear whether calls still fit into the budget. */
export function watchSpending(spending: Spending, watch: ModeWatch): Spending {
  return {
    settle: spending.settle,
    async reserve(expense, limits) {
      const verdict = await spending.reserve(expense, limits);
      // What costs nothing always fits.
      if (verdict !== 'ledger_unavailable' && expense.atMost > 0) watch.reserved(verdict, expense);
      return verdict;
    },
  };
}

/** Lets the mode hear how models do: one utterance at all of them, as who waits for it sees it. */
export function watchModels(ask: AskModel, { watch, clock }: { watch: ModeWatch; clock: Clock }): AskModel {
  return async (question, context) => {
    const start = clock.monotonic();
    const answer = await ask(question, context);
    const failed = answer.kind === 'pass' && answer.isTrouble === true;
    if (failed || answer.kind === 'answer') {
      watch.asked({
        durationMs: clock.monotonic() - start,
        failed,
        isTimeout: failed && answer.reason === 'timeout',
        origin: question.origin ?? originOf({}),
      });
    }
    return answer;
  };
}

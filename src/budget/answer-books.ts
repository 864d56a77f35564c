import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import type { Recognition, Source } from '../intent/recognition.ts';
import { answeredByRulesOnPurpose } from '../intent/rules-on-purpose.ts';
import { createDayCounts } from '../redis/day-counts.ts';
import { ledgerKeys } from './ledger-keys.ts';
import { DAY_KEPT_SECONDS } from './ledger-lua.ts';

/** What is counted of the answers of a day; `saved` is nano-dollars, everything else utterances. */
export type AnswerCount =
  | Source
  /** A model was asked, whoever answered in the end. */
  | 'asked'
  /** Rules answered, and no model had to be asked. */
  | 'spared'
  /** What known answers did not cost again. */
  | 'saved';

export const ANSWER_COUNTS: readonly AnswerCount[] = [
  'cache',
  'llm',
  'rules',
  'none',
  'asked',
  'spared',
  'saved',
];

/** Counts answers beside the money, so that a report can tell what an utterance costs and what was saved. */
export interface AnswerBooks {
  /** Off the path; never fails. */
  answered(recognition: Recognition): void;
  /** Writes what is not written yet, for so many milliseconds at most. */
  close(limitMs: number): Promise<void>;
}

/**
 * @param dayAt whose book a moment belongs to
 * @param rulesGoFirst whether rules are asked before models
 * @param failed told when it begins that nothing can be written; it is tried again
 */
export function createAnswerBooks({
  redis,
  keyPrefix,
  dayAt,
  rulesGoFirst,
  clock,
  failed,
}: {
  readonly redis: Redis;
  readonly keyPrefix: string;
  readonly dayAt: (now: number) => string;
  readonly rulesGoFirst: boolean;
  readonly clock: Clock;
  readonly failed: (error: Error) => void;
}): AnswerBooks {
  const { days } = ledgerKeys(keyPrefix);
  const books = createDayCounts({
    ...{ redis, dayAt, clock, failed },
    scriptName: 'budgetCountAnswers',
    heardKey: `${days}heard:`,
    bookOf: (day) => `${days}${day}:answers`,
    keptSeconds: DAY_KEPT_SECONDS,
  });
  const count: (name: AnswerCount, amount: number) => void = books.count;

  return {
    answered(recognition) {
      const { source, use, saved } = recognition;
      count(source, 1);
      if (use) count('asked', 1);
      if (answeredByRulesOnPurpose(recognition, { rulesGoFirst })) count('spared', 1);
      if (saved) count('saved', saved);
    },
    close: books.close,
  };
}

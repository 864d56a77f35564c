import { Counter, type Registry } from 'prom-client';
import type { QuestionOutcome } from '../recognise/asking.ts';

const OUTCOMES = Object.keys({
  asked: 0,
  nowhere: 0,
  not_kept: 0,
  confirmed: 0,
  chosen: 0,
  declined: 0,
} satisfies Record<QuestionOutcome, 0>);

/** What Prometheus is told about what was asked back. */
export interface TalkMetrics {
  question(kind: 'confirm' | 'choose', outcome: QuestionOutcome): void;
}

export function createTalkMetrics(registry: Registry): TalkMetrics {
  const questions = new Counter({
    name: 'intent_questions_total',
    help: 'Questions asked back, by what for and by what became of them; one that could not be kept takes no answer.',
    labelNames: ['kind', 'outcome'],
    registers: [registry],
  });
  // What never happened is 0: what appears out of nothing is no increase for Prometheus.
  for (const kind of ['confirm', 'choose'] as const) {
    for (const outcome of OUTCOMES) questions.inc({ kind, outcome }, 0);
  }
  return { question: (kind, outcome) => questions.inc({ kind, outcome }) };
}

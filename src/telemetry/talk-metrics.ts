import { Counter, type Registry } from 'prom-client';
import type { QuestionOutcome } from '../recognise/asking.ts';

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
  return { question: (kind, outcome) => questions.inc({ kind, outcome }) };
}

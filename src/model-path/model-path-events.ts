import type { LedgerEvents } from '../budget/ledger-events.ts';
import type { LimitsEvents } from '../limits/limits.ts';
import type { ModelEvents } from '../llm/model-events.ts';

/** What becomes of it all, for metrics, health and the log. */
export interface ModelPathEvents {
  readonly model: ModelEvents;
  readonly ledger: LedgerEvents;
  readonly trouble: (part: ModelPathPart, operation: string, message: string) => void;
  readonly recovered: (part: ModelPathPart, operation: string) => void;
  readonly limited: LimitsEvents['limited'];
  readonly lookedUp: (outcome: 'hit' | 'miss' | 'shared') => void;
}

/** What can be in trouble, and be done without for as long. */
type ModelPathPart = 'cache' | 'limits';

import type { ThresholdReached } from './thresholds.ts';
import type { WindowName } from './windows.ts';

/** What the ledger tells whoever watches it. */
export interface LedgerEvents {
  /** Nothing can be paid for: Redis does not answer, or its books are being restored. */
  readonly closed: (reason: 'unreachable' | 'settling') => void;
  readonly opened: () => void;
  /** There is no money for a try, in a window of this scope. */
  readonly refused: (limit: { readonly scope: string; readonly window: WindowName }) => void;
  /** So much of a limit is spent; told once a window and scope, to one replica. */
  readonly threshold: (reached: ThresholdReached) => void;
  /** Something failed and is tried again. */
  readonly trouble: (operation: string, error: Error) => void;
  /** What a try cost was not booked in time, and stays booked at its worst case. */
  readonly forgotten: (id: string) => void;
}

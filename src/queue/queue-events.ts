import type { TroubleListener } from '../stream/persist.ts';
import type { QueueStatus } from './queued-request.ts';

/** What happens to requests that wait, for metrics, logs and whoever listens. No word of them is in it. */
export interface QueueEvents extends TroubleListener {
  readonly status: (change: {
    readonly queueId: string;
    readonly status: QueueStatus;
    readonly priority: number;
    readonly attempts: number;
  }) => void;
  /** A try failed for a reason of ours, or took the process down; it is tried again until `failures` reaches the limit. */
  readonly failed: (failure: {
    readonly queueId: string;
    readonly failures: number;
    readonly error: Error;
  }) => void;
  /** @param problem holds no address, which may be a secret */
  readonly called: (call: {
    readonly queueId: string;
    readonly outcome: 'delivered' | 'again' | 'given_up';
    readonly problem?: string | undefined;
  }) => void;
  /** A session ended before it was asked to, and another one follows. */
  readonly interrupted: (error: Error) => void;
}

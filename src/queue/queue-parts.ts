import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import type { CallBack } from './call-back.ts';
import type { QueueEvents } from './queue-events.ts';
import type { QueueKeys } from './queue-keys.ts';
import type { SaidRequest } from './queued-request.ts';

/** How requests that wait are worked on; defaults stand in the configuration's schema. */
interface QueueSettings {
  readonly leaseMs: number;
  /** How long Redis may leave a command unanswered before its connection is replaced. */
  readonly silenceMs: number;
  /** How long work may go on after a stop. */
  readonly drainMs: number;
  /** Worked on at once, at most. */
  readonly concurrency: number;
  /** Failures of ours after which a request is given up. */
  readonly maxFailures: number;
  /** How long it is known what became of one. */
  readonly keptMs: number;
  /** Calls for one request, at most. */
  readonly callTries: number;
}

/** What works on the queue. */
export interface QueueParts {
  readonly redis: Redis;
  readonly keys: QueueKeys;
  /**
   * Understands a request. @returns what is kept of the answer
   * @throws ModelUnavailable where it has to wait on; the signal's reason when it is aborted
   */
  readonly run: (request: SaidRequest, signal: AbortSignal) => Promise<Readonly<Record<string, unknown>>>;
  /** Absent where nobody may be called. */
  readonly callBack?: CallBack | undefined;
  readonly settings: QueueSettings;
  readonly events: QueueEvents;
  readonly clock: Clock;
}

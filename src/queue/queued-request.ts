import { createHash } from 'node:crypto';
import type { CacheMode } from '../intent/recognise.ts';
import type { FallbackReason } from '../intent/recognition.ts';
import type { Transcript } from '../intent/transcript.ts';

/** What waits until a model can be asked. */
export interface QueuedRequest {
  readonly transcript: Transcript;
  readonly cacheMode?: CacheMode;
  /** 0 to 10; the highest goes first. */
  readonly priority: number;
  /** Who is told of its end. */
  readonly callbackUrl?: string;
  /** By which whoever asks tells that it is the same again: one key waits once. */
  readonly key?: string;
}

/** Where a request is. The last three are ends. */
export type QueueStatus = 'queued' | 'processing' | 'completed' | 'failed' | 'expired';

/** What becomes of a request, for whoever asked. Times are milliseconds since the epoch. */
export interface QueueRecord {
  readonly status: QueueStatus;
  readonly priority: number;
  /** How often a model was asked about it. */
  readonly attempts: number;
  /** Why it could not be answered at once. */
  readonly reason: FallbackReason;
  readonly created: number;
  /** It waits no longer than this. */
  readonly expires: number;
  readonly started?: number;
  readonly ended?: number;
  /** Of one that is completed: the output fields but what was said. */
  readonly result?: Readonly<Record<string, unknown>>;
  /** Whoever is to be told of its end. */
  readonly callback?: 'pending' | 'delivered' | 'given_up';
}

/** What is kept of a request while it waits, as JSON. */
export type SaidRequest = Pick<QueuedRequest, 'transcript' | 'cacheMode'>;

/** Reads a record. @param now milliseconds since the epoch, on Redis's clock: what nobody came to in time has expired */
export function readRecord(fields: Readonly<Record<string, string>>, now: number): QueueRecord | undefined {
  const { status, reason, result, callback } = fields;
  if (status === undefined) return undefined;
  const expires = Number(fields['expires']);
  const isLate = (status === 'queued' || status === 'processing') && expires <= now;
  return {
    status: isLate ? 'expired' : (status as QueueStatus),
    priority: Number(fields['priority']),
    attempts: Number(fields['attempts']),
    reason: reason as FallbackReason,
    created: Number(fields['created']),
    expires,
    ...(fields['started'] !== undefined && { started: Number(fields['started']) }),
    ...(fields['ended'] !== undefined && { ended: Number(fields['ended']) }),
    ...(result !== undefined && { result: JSON.parse(result) }),
    ...(callback !== undefined && { callback: callback as NonNullable<QueueRecord['callback']> }),
  };
}

/** A record as it is told over HTTP. */
export function encodeRecord(queueId: string, record: QueueRecord): Readonly<Record<string, unknown>> {
  const { status, priority, attempts, reason, created, expires, started, ended, result, callback } = record;
  const iso = (time: number): string => new Date(time).toISOString();
  return {
    queue_id: queueId,
    ...{ status, priority, attempts, reason },
    ...{ created_at: iso(created), expires_at: iso(expires) },
    ...(started !== undefined && { started_at: iso(started) }),
    ...(ended !== undefined && { ended_at: iso(ended) }),
    ...(result && { result }),
    ...(status === 'failed' && { error: 'it failed too often here; the log tells why' }),
    ...(callback && { callback }),
  };
}

/** Whoever speaks there is answered in order: one request of a lane at a time. Names nobody. */
export function laneOf({ room, sessionId }: Transcript): string {
  const lane = room ?? sessionId;
  return lane === undefined ? '' : createHash('sha256').update(lane).digest('base64url').slice(0, 16);
}

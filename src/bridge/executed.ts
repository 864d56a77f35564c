import type { Action } from '../intent/recognition.ts';

/**
 * What became of an action.
 *
 * - `done`: Home Assistant did it
 * - `failed`: it did not, or nobody knows
 * - `skipped`: it was not asked for it: expired, not confirmed, forbidden, overdue
 * - `scheduled`: it will be asked for it later
 * - `answered`: it was a question
 */
export type ExecutedStatus = 'done' | 'failed' | 'skipped' | 'scheduled' | 'answered';

/** What became of an action, as it is told. */
export interface Executed {
  readonly status: ExecutedStatus;
  /** For `XADD`: names and values, alternating. */
  readonly fields: readonly string[];
}

export interface Outcome {
  readonly status: ExecutedStatus;
  /** What to say, in the speaker's language; absent where there is nothing to add. */
  readonly responseText?: string;
  /** Why not, in one word and what else is known: `unavailable: light.salon`. */
  readonly error?: string;
  /** Milliseconds since the epoch: when it will be done. */
  readonly at?: number;
  readonly scheduleId?: string;
}

/** Whom an outcome is told about. */
export interface ExecutedFor {
  readonly sourceMessageId: string;
  readonly frameId: string | undefined;
  readonly language: string;
  readonly room: string | undefined;
  readonly user: string | undefined;
}

/** @param now milliseconds since the epoch */
export function encodeExecuted(
  { intent, entities }: Action,
  {
    outcome,
    origin,
    trace,
    now,
  }: {
    outcome: Outcome;
    origin: ExecutedFor;
    trace: { readonly traceparent?: string; readonly tracestate?: string };
    now: number;
  },
): Executed {
  const { status, responseText, error, at, scheduleId } = outcome;
  const fields: Readonly<Record<string, string | undefined>> = {
    schema_version: '1',
    source_message_id: origin.sourceMessageId,
    frame_id: origin.frameId,
    status,
    intent,
    entities: JSON.stringify(entities),
    at: at === undefined ? undefined : new Date(at).toISOString(),
    schedule_id: scheduleId,
    error,
    response_text: responseText,
    language: origin.language,
    room: origin.room,
    user: origin.user,
    executed_at: new Date(now).toISOString(),
    ...trace,
  };
  return {
    status,
    fields: Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [name, value])),
  };
}

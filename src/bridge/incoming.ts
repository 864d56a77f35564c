import type { Action, Slots } from '../intent/recognition.ts';
import { decodeOutput, SCHEMA_VERSION } from '../intent/recognition-codec.ts';
import { parseTraceparent } from '../intent/trace-parent.ts';
import type { TraceParent } from '../intent/transcript.ts';

/** What was understood, as the bridge finds it on the stream of intents. */
export interface Incoming {
  /** What it answers, the same however often it comes: the id of the transcript's entry, with its stream where that was told. */
  readonly source: string;
  readonly sourceMessageId: string;
  readonly frameId: string | undefined;
  readonly language: string | undefined;
  readonly room: string | undefined;
  readonly user: string | undefined;
  /** In spoken order; empty where nothing is to be done. */
  readonly actions: readonly Action[];
  readonly query: Action | undefined;
  /** What the service said to it already. */
  readonly responseText: string | undefined;
  /** True where policy wants a spoken yes and nobody has said it. */
  readonly awaitsConfirmation: boolean;
  /** True where somebody said yes to exactly this. */
  readonly isConfirmed: boolean;
  /** Milliseconds since 1970-01-01 UTC: after this, nothing is to be done. */
  readonly expiresAt: number | undefined;
  readonly trace: TraceParent | undefined;
}

/**
 * Reads an entry of the stream of intents.
 *
 * @param fields names and values, alternating
 * @returns undefined for what asks for nothing: not understood, refused, too old
 * @throws SyntaxError or TypeError for what no service of this release writes; no word of it is in the message
 */
export function readIncoming(fields: readonly string[]): Incoming | undefined {
  const output = decodeOutput(fields);
  // Read all the same, "turn it off" might be the opposite of what a later shape means by it.
  if ((output['schema_version'] ?? SCHEMA_VERSION) !== SCHEMA_VERSION) {
    throw new TypeError(
      `its schema_version is not ${SCHEMA_VERSION}: a later service wrote it; start the bridge of that release`,
    );
  }
  if (output['status'] !== 'recognized') return undefined;
  const sourceMessageId = text(output['source_message_id']);
  if (sourceMessageId === undefined) throw new TypeError('it has no source_message_id');
  const stream = text(output['source_stream']);
  const isQuery = output['kind'] === 'query';
  const expiry = Date.parse(text(output['expires_at']) ?? '');
  const isConfirmed = output['confirmed'] === 'true';
  return {
    source: stream === undefined ? sourceMessageId : `${stream}/${sourceMessageId}`,
    sourceMessageId,
    frameId: text(output['frame_id']),
    language: text(output['language']),
    room: text(output['room']),
    user: text(output['user']),
    actions: isQuery ? [] : toActions(output['actions']),
    query: isQuery ? toActions([output['query']])[0] : undefined,
    responseText: text(output['response_text']),
    awaitsConfirmation: output['requires_confirmation'] === 'true' && !isConfirmed,
    isConfirmed,
    expiresAt: Number.isNaN(expiry) ? undefined : expiry,
    trace: parseTraceparent(text(output['traceparent']) ?? '', text(output['tracestate'])),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function toActions(value: unknown): readonly Action[] {
  if (!Array.isArray(value)) throw new TypeError('its actions are no list');
  return value.map((action: unknown): Action => {
    const { intent, entities, at, repeat } = (action ?? {}) as Partial<Record<keyof Action, unknown>>;
    if (typeof intent !== 'string' || !/^[a-z0-9_]+\.[a-z0-9_]+$/.test(intent)) {
      throw new TypeError('it has an action without a name such as light.turn_on');
    }
    if (at !== undefined && (typeof at !== 'string' || Number.isNaN(Date.parse(at)))) {
      throw new TypeError(`it asks for ${intent} at what is no time`);
    }
    return {
      intent,
      entities: (entities ?? {}) as Slots,
      ...(at !== undefined && { at }),
      ...(typeof repeat === 'string' && { repeat }),
    };
  });
}

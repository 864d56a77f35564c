import { parseTraceContext, parseTraceparent } from './trace-parent.ts';
import type { TraceParent, Transcript } from './transcript.ts';

/** UTF-8 bytes of text one transcript may have. */
export const MAX_TRANSCRIPT_BYTES = 4096;
/** Characters of JSON read out of `metadata`, `result` and `trace_context`; more is passed over unread. */
const MAX_JSON_LENGTH = 65_536;
/** How deep a `result` may nest another `result`. */
const MAX_ENVELOPES = 3;
/** Characters a room, user, session or frame id may have. */
const MAX_LABEL_LENGTH = 256;

/** What an input entry turned out to hold. */
export type DecodedEntry =
  | { readonly kind: 'transcript'; readonly transcript: Transcript }
  | { readonly kind: 'skip'; readonly reason: 'blank' | 'init' }
  | {
      readonly kind: 'unusable';
      readonly reason: 'missing_transcript' | 'oversize';
      readonly error: string;
      readonly frameId: string;
      readonly trace?: TraceParent;
    };

type FieldRecord = Readonly<Record<string, unknown>>;

/**
 * Decodes the fields of an entry on the input stream, in every shape the contract lists: flat fields first, then
 * the JSON in `metadata`, then the JSON envelope in `result`. Where one name has several values, the outermost
 * usable one counts. Context that cannot be read (broken JSON, a room that is a list) is treated as unknown,
 * because what was said is still good.
 *
 * @param fields field names and values, alternating, as Redis returns them
 */
export function decodeEntry({
  id,
  fields,
  defaultLanguage,
}: {
  id: string;
  fields: readonly string[];
  defaultLanguage: string;
}): DecodedEntry {
  const flat: Record<string, unknown> = Object.create(null);
  for (let index = 0; index + 1 < fields.length; index += 2) {
    flat[fields[index] as string] = fields[index + 1];
  }
  const records = recordsOf(flat);
  const frameId = label(records, 'frame_id') ?? id;

  const text = first(records, 'transcript', asText);
  if (isInit(flat, frameId, text)) return { kind: 'skip', reason: 'init' };

  const trace = traceOf(records);
  const unusable = (reason: 'missing_transcript' | 'oversize', error: string): DecodedEntry => ({
    kind: 'unusable',
    reason,
    error,
    frameId,
    ...(trace && { trace }),
  });
  if (text === undefined) {
    return unusable('missing_transcript', 'the entry has no field "transcript" that holds text');
  }
  if (exceedsBytes(text, MAX_TRANSCRIPT_BYTES)) {
    return unusable('oversize', `the transcript has more than ${MAX_TRANSCRIPT_BYTES} bytes`);
  }
  if (isBlank(text)) return { kind: 'skip', reason: 'blank' };

  const confidence = first(records, 'confidence', asConfidence);
  const room = label(records, 'room');
  const user = label(records, 'user');
  const sessionId = label(records, 'session_id');
  const spokenAt = first(records, 'timestamp', asTime) ?? first(records, 'processed_at', asTime);
  return {
    kind: 'transcript',
    transcript: {
      text,
      frameId,
      language: first(records, 'language', asLanguage) ?? defaultLanguage,
      ...(confidence !== undefined && { confidence }),
      ...(room !== undefined && { room }),
      ...(user !== undefined && { user }),
      ...(sessionId !== undefined && { sessionId }),
      ...(spokenAt !== undefined && { spokenAt }),
      ...(trace && { trace }),
    },
  };
}

/** The entry some upstreams add so that the stream exists. */
function isInit(flat: FieldRecord, frameId: string, text: string | undefined): boolean {
  return text === '_init' || (text === undefined && ('_init' in flat || frameId === '_init'));
}

/** The places a value may stand, outermost first. */
function recordsOf(flat: FieldRecord): readonly FieldRecord[] {
  if (flat['metadata'] === undefined && flat['result'] === undefined) return [flat];
  const records: FieldRecord[] = [];
  let record: FieldRecord | undefined = flat;
  for (let depth = 0; record && depth <= MAX_ENVELOPES; depth += 1) {
    records.push(record);
    const metadata = asRecord(record['metadata']);
    if (metadata) records.push(metadata);
    record = asRecord(record['result']);
  }
  return records;
}

function asRecord(value: unknown): FieldRecord | undefined {
  const parsed = typeof value === 'string' ? parseJson(value) : value;
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  // Without a prototype, so that `constructor` and the like are fields only where the sender wrote them.
  return Object.assign(Object.create(null), parsed);
}

function parseJson(text: string): unknown {
  if (text.length > MAX_JSON_LENGTH) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function first<Value>(
  records: readonly FieldRecord[],
  name: string,
  read: (value: unknown) => Value | undefined,
): Value | undefined {
  for (const record of records) {
    const value = record[name];
    if (value === undefined) continue;
    const usable = read(value);
    if (usable !== undefined) return usable;
  }
  return undefined;
}

function traceOf(records: readonly FieldRecord[]): TraceParent | undefined {
  const tracestate = first(records, 'tracestate', asText);
  return (
    first(records, 'traceparent', (value) =>
      typeof value === 'string' ? parseTraceparent(value, tracestate) : undefined,
    ) ?? first(records, 'trace_context', (value) => parseTraceContext(asRecord(value), tracestate))
  );
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function label(records: readonly FieldRecord[], name: string): string | undefined {
  return first(records, name, asLabel);
}

const CONTROL = /\p{Cc}/u;

function asLabel(value: unknown): string | undefined {
  const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
  if (typeof text !== 'string' || text.length > MAX_LABEL_LENGTH) return undefined;
  const trimmed = text.trim();
  return trimmed === '' || CONTROL.test(trimmed) ? undefined : trimmed;
}

// BCP 47 in outline (RFC 5646, section 2.1): a primary subtag, then others. Some upstreams write `pl_PL`.
const LANGUAGE = /^[a-z]{2,8}([-_][a-z0-9]{1,8})*$/i;

function asLanguage(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 35) return undefined;
  const tag = value.trim();
  return LANGUAGE.test(tag) ? tag.replaceAll('_', '-') : undefined;
}

/** `0`, empty and missing mean unknown, and so does what is no number between 0 and 1. */
function asConfidence(value: unknown): number | undefined {
  const confidence = asNumber(value);
  return confidence !== undefined && confidence > 0 && confidence <= 1 ? confidence : undefined;
}

/** Epoch seconds stay below this until the year 5138; epoch milliseconds were above it in 1973 already. */
const SECONDS_LIMIT = 1e11;
const MAX_DATE = 8.64e15;

function asTime(value: unknown): number | undefined {
  const epoch = asNumber(value);
  const time =
    epoch === undefined
      ? typeof value === 'string' && value.length <= 64
        ? Date.parse(value)
        : Number.NaN
      : epoch < SECONDS_LIMIT
        ? epoch * 1000
        : epoch;
  return time > 0 && time <= MAX_DATE ? time : undefined;
}

function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > 32 || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

function exceedsBytes(text: string, limit: number): boolean {
  // A UTF-16 unit takes one to three bytes, so most texts need no counting.
  return text.length > limit || (text.length * 3 > limit && Buffer.byteLength(text) > limit);
}

/** Nothing but white space, control and invisible formatting characters. */
function isBlank(text: string): boolean {
  return !/[^\s\p{C}\p{Z}]/u.test(text);
}

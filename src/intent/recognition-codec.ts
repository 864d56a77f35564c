import { assertNever } from './assert-never.ts';
import type { ModelUse } from './model-use.ts';
import { formatDollars, NANO_DOLLARS_A_DOLLAR, type NanoDollars } from './money.ts';
import type { Meaning, RecognizedTranscript } from './recognition.ts';
import { formatTraceContext, parseTraceparent } from './trace-parent.ts';

/** The version of the output's shape; a change that could break a consumer raises it. */
export const SCHEMA_VERSION = '1';

/** What an output field can hold before it is written as text. */
type OutputValue = string | number | boolean | object;

/** Receives the fields of one output in the contract's order. Fields without a value are never offered. */
interface FieldSink {
  write(name: string, value: OutputValue): void;
  writeMoney(name: string, amount: NanoDollars): void;
}

/**
 * Flat fields for `XADD`: names and values, alternating; objects as JSON.
 *
 * @param sourceMessageId id of the input entry this answers
 * @param sourceStream given where there are several input streams, because their ids can be the same
 * @param withTraceContext also writes the trace as JSON, for consumers that know no `traceparent`
 */
export function encodeEntry(
  recognized: RecognizedTranscript,
  {
    sourceMessageId,
    sourceStream,
    withTraceContext = false,
  }: { sourceMessageId: string; sourceStream?: string; withTraceContext?: boolean },
): string[] {
  const fields: string[] = ['schema_version', SCHEMA_VERSION, 'source_message_id', sourceMessageId];
  if (sourceStream !== undefined) fields.push('source_stream', sourceStream);
  writeFields(recognized, {
    write: (name, value) => {
      fields.push(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
    },
    // Not as a number: the smallest would be written as 1.2e-7.
    writeMoney: (name, amount) => {
      fields.push(name, formatDollars(amount));
    },
  });
  const trace = withTraceContext ? parseTraceparent(recognized.traceparent ?? '') : undefined;
  if (trace) fields.push('trace_context', formatTraceContext(trace));
  return fields;
}

/** The same fields as one JSON object: numbers as numbers, `entities` an object. */
export function encodeObject(recognized: RecognizedTranscript): Record<string, OutputValue> {
  const fields: Record<string, OutputValue> = { schema_version: SCHEMA_VERSION };
  writeFields(recognized, {
    write: (name, value) => {
      fields[name] = value;
    },
    writeMoney: (name, amount) => {
      fields[name] = amount / NANO_DOLLARS_A_DOLLAR;
    },
  });
  return fields;
}

const JSON_FIELDS = new Set(['entities', 'actions', 'query', 'candidates']);

/**
 * Reads an output entry back: its JSON fields as values, all others as the text they are.
 *
 * @throws SyntaxError when a JSON field holds something else, which we never write; it repeats nothing of that
 */
export function decodeOutput(fields: readonly string[]): Record<string, unknown> {
  const output: Record<string, unknown> = {};
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = fields[index] as string;
    const text = fields[index + 1] as string;
    output[name] = JSON_FIELDS.has(name) ? parseField(name, text) : text;
  }
  return output;
}

function parseField(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says of it quotes words.
    throw new SyntaxError(`its field ${name} is no JSON`);
  }
}

function writeFields(recognized: RecognizedTranscript, sink: FieldSink): void {
  const { write } = sink;
  const { transcript, recognition } = recognized;
  write('frame_id', transcript.frameId);
  write('transcript', transcript.text);
  write('language', transcript.language);
  if (transcript.room !== undefined) write('room', transcript.room);
  if (transcript.user !== undefined) write('user', transcript.user);
  if (transcript.sessionId !== undefined) write('session_id', transcript.sessionId);

  write('status', recognition.meaning.status);
  writeMeaning(recognition.meaning, sink);
  write('source', recognition.source);
  if (recognition.fallbackReason !== undefined) write('fallback_reason', recognition.fallbackReason);
  if (recognition.use) writeUse(recognition.use, sink);
  if (recognition.saved) sink.writeMoney('saved_usd', recognition.saved);

  if (recognized.expiresAt !== undefined) write('expires_at', recognized.expiresAt);
  write('latency_ms', recognized.latencyMs);
  write('processor_id', recognized.processorId);
  write('processed_at', recognized.processedAt);
  if (recognized.traceparent !== undefined) write('traceparent', recognized.traceparent);
  if (recognized.tracestate !== undefined) write('tracestate', recognized.tracestate);
}

function writeUse(use: ModelUse, { write, writeMoney }: FieldSink): void {
  write('provider', use.provider);
  write('model', use.model);
  write('prompt_version', use.promptVersion);
  if (use.variant !== undefined) write('variant', use.variant);
  if (use.promptTokens > 0) write('prompt_tokens', use.promptTokens);
  if (use.completionTokens > 0) write('completion_tokens', use.completionTokens);
  if (use.cachedTokens > 0) write('cached_tokens', use.cachedTokens);
  if (use.cost > 0) writeMoney('cost_usd', use.cost);
}

function writeMeaning(meaning: Meaning, { write }: FieldSink): void {
  switch (meaning.status) {
    case 'recognized':
      if (meaning.kind === 'action') writeActions(meaning, write);
      else {
        write('intent', 'none');
        write('query', meaning.query);
      }
      write('kind', meaning.kind);
      break;
    case 'ambiguous':
      write('intent', 'none');
      write('candidates', meaning.candidates);
      break;
    case 'unclear':
    case 'unavailable':
    case 'refused':
    case 'expired':
      write('intent', 'none');
      break;
    default:
      assertNever(meaning);
  }
  if (meaning.status === 'expired') return;
  if (meaning.confidence !== undefined) write('confidence', meaning.confidence);
  if (meaning.responseText !== undefined) write('response_text', meaning.responseText);
}

/**
 * `intent` names an action only where it may simply be done: one action, now, no confirmation. A consumer that
 * reads nothing else therefore never unlocks a door or acts at the wrong time.
 */
function writeActions(meaning: Extract<Meaning, { kind: 'action' }>, write: FieldSink['write']): void {
  const [only] = meaning.actions;
  const simplyDo =
    only !== undefined &&
    meaning.actions.length === 1 &&
    only.at === undefined &&
    !meaning.requiresConfirmation;
  write('intent', simplyDo ? only.intent : 'none');
  if (simplyDo) write('entities', only.entities);
  write('actions', meaning.actions);
  if (meaning.requiresConfirmation) write('requires_confirmation', true);
  if (meaning.isConfirmed) write('confirmed', true);
}

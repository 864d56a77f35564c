import type { TraceParent } from './transcript.ts';

// W3C Trace Context, section 3.2: version 00 has exactly four fields; a later version may append more.
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;
const SPAN_ID = /^(?!0{16})[0-9a-f]{16}$/;
// Section 3.2.2.5: 1 = sampled, 2 = a random trace id; who hands a trace on sets all other flags to zero.
const KNOWN_FLAGS = 0b11;
// Section 3.3.1.1 asks for at least 512 characters to be carried on.
const MAX_TRACESTATE = 1024;

/**
 * Reads a `traceparent` header value.
 *
 * @returns undefined where the value does not follow W3C Trace Context: a broken trace is no reason to refuse
 *   what was said.
 */
export function parseTraceparent(header: string, tracestate?: string): TraceParent | undefined {
  const [, version, traceId, spanId, flags, rest] = TRACEPARENT.exec(header.trim()) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  return traceParent({ traceId, spanId, traceFlags: Number.parseInt(flags, 16), tracestate });
}

/**
 * Reads the older JSON form, `{"trace_id", "span_id", "trace_flags"}`, its flags a number or hexadecimal text.
 */
export function parseTraceContext(context: unknown, tracestate?: string): TraceParent | undefined {
  if (typeof context !== 'object' || context === null) return undefined;
  const { trace_id: traceId, span_id: spanId, trace_flags: flags } = context as Record<string, unknown>;
  if (typeof traceId !== 'string' || typeof spanId !== 'string') return undefined;
  const traceFlags = typeof flags === 'string' ? Number.parseInt(flags, 16) : (flags ?? 1);
  if (typeof traceFlags !== 'number' || !Number.isInteger(traceFlags)) return undefined;
  return traceParent({
    traceId: traceId.toLowerCase(),
    spanId: spanId.toLowerCase(),
    traceFlags,
    tracestate,
  });
}

/** Writes a `traceparent` header value. */
export function formatTraceparent({ traceId, spanId, traceFlags }: TraceParent): string {
  return `00-${traceId}-${spanId}-${traceFlags < 16 ? '0' : ''}${traceFlags.toString(16)}`;
}

/** Writes the older JSON form. */
export function formatTraceContext({ traceId, spanId, traceFlags }: TraceParent): string {
  return JSON.stringify({ trace_id: traceId, span_id: spanId, trace_flags: traceFlags });
}

function traceParent({
  traceId,
  spanId,
  traceFlags,
  tracestate,
}: {
  traceId: string;
  spanId: string;
  traceFlags: number;
  tracestate: string | undefined;
}): TraceParent | undefined {
  if (!TRACE_ID.test(traceId) || !SPAN_ID.test(spanId)) return undefined;
  const state = tracestate?.trim();
  const known = { traceId, spanId, traceFlags: traceFlags & KNOWN_FLAGS };
  return state && state.length <= MAX_TRACESTATE ? { ...known, tracestate: state } : known;
}

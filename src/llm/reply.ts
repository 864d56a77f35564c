/** One candidate that a model picked. Nothing in it is checked but its shape. */
export interface Pick {
  readonly id: string;
  readonly slots: readonly { readonly name: string; readonly value: string }[];
  readonly at: string | null;
}

/** A reply in the shape of the schema. */
export interface Reply {
  readonly kind: 'action' | 'query' | 'ambiguous' | 'unclear';
  readonly picks: readonly Pick[];
  /** 0–1. */
  readonly confidence: number;
}

/** Something, or what to tell the model is wrong with it. */
export type Checked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly complaint: string };

export function wrong(complaint: string): { readonly ok: false; readonly complaint: string } {
  return { ok: false, complaint };
}

const KINDS: ReadonlySet<unknown> = new Set(['action', 'query', 'ambiguous', 'unclear']);
/** Nobody orders more in one breath. */
const MAX_PICKS = 8;
const MAX_SLOTS = 8;
/** In a fence is how models without a schema like to write JSON. */
const FENCED = /^```(?:json)?\s*([\s\S]*?)\s*```$/;

/** Reads a reply's text. Strict: what is no JSON as a whole is prose, and nothing is taken from prose. */
export function parseReply(text: string): Checked<Reply> {
  const trimmed = text.trim();
  if (trimmed === '') return wrong('The reply was empty.');
  let value: unknown;
  try {
    value = JSON.parse(FENCED.exec(trimmed)?.[1] ?? trimmed);
  } catch {
    return wrong('The reply was not one JSON object.');
  }
  if (!isRecord(value)) return wrong('The reply was not one JSON object.');
  const { kind, picks, confidence } = value;
  if (!hasOnly(value, ['kind', 'picks', 'confidence'])) {
    return wrong('The reply has fields other than kind, picks, confidence.');
  }
  if (!KINDS.has(kind)) return wrong('"kind" must be action, query, ambiguous or unclear.');
  if (typeof confidence !== 'number' || !(confidence >= 0 && confidence <= 1)) {
    return wrong('"confidence" must be a number from 0 to 1.');
  }
  if (!Array.isArray(picks)) return wrong('"picks" must be a list.');
  if (picks.length > MAX_PICKS) return wrong(`More than ${MAX_PICKS} picks.`);
  if (!picks.every(isPick)) {
    return wrong(
      'Each pick must be {"id", "slots": [{"name", "value"}], "at"}, values as strings, "at" string or null.',
    );
  }
  return { ok: true, value: { kind: kind as Reply['kind'], picks, confidence } };
}

function isPick(value: unknown): value is Pick {
  return (
    isRecord(value) &&
    hasOnly(value, ['id', 'slots', 'at']) &&
    typeof value['id'] === 'string' &&
    (value['at'] === null || typeof value['at'] === 'string') &&
    Array.isArray(value['slots']) &&
    value['slots'].length <= MAX_SLOTS &&
    value['slots'].every(isSlot)
  );
}

function isSlot(value: unknown): boolean {
  return (
    isRecord(value) &&
    hasOnly(value, ['name', 'value']) &&
    typeof value['name'] === 'string' &&
    typeof value['value'] === 'string'
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasOnly(value: Record<string, unknown>, fields: readonly string[]): boolean {
  return Object.keys(value).every((field) => fields.includes(field));
}

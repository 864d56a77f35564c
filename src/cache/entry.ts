import { z } from 'zod';
import type { NanoDollars } from '../intent/money.ts';
import type { Meaning } from '../intent/recognition.ts';

/** What a model made of a sentence, before policy. */
export interface CacheEntry {
  readonly meaning: Meaning;
  /** What it cost to find out: what each hit saves. */
  readonly cost: NanoDollars;
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Raised when the shape of an entry changes: replicas of two releases then pass over each other's. */
const VERSION = 1;

const slot = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);
const action = z.strictObject({
  intent: z.string().min(1),
  entities: z.record(z.string(), slot),
});
const confidence = z.number().min(0).max(1);

/** Those that may be kept. */
const meaning = z.union([
  z.strictObject({
    status: z.literal('recognized'),
    kind: z.literal('action'),
    actions: z.array(action).min(1),
    confidence,
    requiresConfirmation: z.boolean(),
    responseText: z.string().optional(),
  }),
  z.strictObject({
    status: z.literal('recognized'),
    kind: z.literal('query'),
    query: action,
    confidence,
  }),
  z.strictObject({
    status: z.literal('unclear'),
    confidence: confidence.optional(),
    responseText: z.string(),
  }),
  z.strictObject({ status: z.literal('unavailable'), confidence, responseText: z.string() }),
]);

const wholeNumber = z.number().int().min(0);
const stored = z.strictObject({
  version: z.literal(VERSION),
  meaning,
  cost: wholeNumber,
  madeAt: wholeNumber,
  expiresAt: wholeNumber,
});

export function encodeEntry({ meaning, cost, madeAt, expiresAt }: CacheEntry): string {
  return JSON.stringify({ version: VERSION, meaning, cost, madeAt, expiresAt });
}

/** Reads an entry back. @returns undefined for anything that we would not have written */
export function decodeEntry(text: string): CacheEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = stored.safeParse(value);
  if (!parsed.success) return undefined;
  const { version: _, ...entry } = parsed.data;
  // A field that is absent was never written as undefined: the shapes are the same.
  return entry as CacheEntry;
}

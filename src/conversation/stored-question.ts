import { z } from 'zod';
import type { Question } from '../intent/question.ts';
import { storedAction } from './stored-action.ts';

const shared = { id: z.string(), text: z.string(), confidence: z.number(), said: z.string().optional() };
const stored = z.discriminatedUnion('kind', [
  z.object({
    ...shared,
    kind: z.literal('confirm'),
    actions: z.array(storedAction).min(1),
    response: z.string().optional(),
    ways: z.array(z.string()),
  }),
  z.object({
    ...shared,
    kind: z.literal('choose'),
    candidates: z.array(z.looseObject({ label: z.string() }).and(storedAction)).min(1),
    isQuery: z.literal(true).optional(),
  }),
]);

/** A question with where it was asked: an answer has to match as much of it as was known. */
export interface StoredQuestion {
  readonly question: Question;
  readonly room?: string;
  readonly sessionId?: string;
}

const kept = z.object({ question: stored, room: z.string().optional(), sessionId: z.string().optional() });

export function encodeQuestion(question: StoredQuestion): string {
  return JSON.stringify(question);
}

/** @returns undefined for what we would not have written, and for nothing */
export function decodeQuestion(text: string): StoredQuestion | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = kept.safeParse(value);
  // A field that is absent was never written as undefined: the shapes are the same.
  return parsed.success ? (parsed.data as StoredQuestion) : undefined;
}

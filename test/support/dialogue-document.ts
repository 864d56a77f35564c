import { z } from 'zod';
import { loadLocated, validate } from '../../src/documents/located-yaml.ts';

const slots = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]));
const action = {
  intent: z.string(),
  entities: slots.default({}),
  at: z.string().optional(),
  repeat: z.string().optional(),
};
const turn = z.strictObject({
  says: z.string().min(1),
  after: z.number().positive().default(3),
  room: z.string().optional(),
  user: z.string().optional(),
  session: z.string().optional(),
  ...action,
  intent: z.string().optional(),
  actions: z.array(z.strictObject(action)).min(1).optional(),
  question: z.boolean().default(false),
  confirm: z.boolean().default(false),
  confirmed: z.boolean().default(false),
  choices: z.array(z.string()).optional(),
  status: z.enum(['unclear', 'unavailable', 'refused']).optional(),
  answer: z.string().optional(),
});
const script = z.strictObject({
  about: z.string().min(1),
  now: z.iso.datetime({ offset: true }).default('2026-03-02T12:00:00+01:00'),
  room: z.string().optional(),
  user: z.string().optional(),
  session: z.string().optional(),
  turns: z.array(turn).min(2).max(5),
});

export type DialogueTurn = z.output<typeof turn>;
export type Dialogue = z.output<typeof script>;

/** Reads scripts of talks; what the fields mean is told at the head of `test/golden/dialogues/pl.yaml`. */
export async function loadDialogues(file: string): Promise<readonly Dialogue[]> {
  return validate(await loadLocated(file), z.array(script).min(1));
}

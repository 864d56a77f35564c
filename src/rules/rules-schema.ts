import { z } from 'zod';
import { foldedWords } from '../language/words.ts';

const ACTION = /^[a-z_]+\.[a-z0-9_]+$/;
const DOMAIN = /^[a-z_]+$/;

/** One or several: `light` or `[light, switch]`. */
const severalOrOne = (item: z.ZodString) =>
  z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(item).min(1));

const byLanguage = <Value extends z.ZodType>(value: Value) =>
  z.record(z.string().regex(/^[a-z]{2,3}$/, 'expected a language: pl, en'), value);

const slotValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())], {
  error: 'expected a text, a number, true or false, or a list of texts',
});

const action = z.string().regex(ACTION, 'expected an action as Home Assistant writes it: light.turn_on');
const about = {
  action,
  kind: z.enum(['action', 'query']).default('action'),
  description: z.string().optional(),
  threshold: z
    .number({ error: 'expected a number from 0 to 1' })
    .min(0, 'expected a number from 0 to 1')
    .max(1, 'expected a number from 0 to 1')
    .optional(),
  critical: z.boolean({ error: 'expected true or false' }).default(true),
  slots: z.record(z.string(), slotValue).default({}),
  response: byLanguage(z.string()).default({}),
};
const entityDomain = z.string().regex(DOMAIN, 'expected a kind of thing: light, cover, media_player');

const standIn = z.strictObject({
  target: severalOrOne(entityDomain),
  device_class: severalOrOne(z.string()).optional(),
});

/** A rule in sentence templates. */
export const sentenceRuleSchema = z
  .strictObject({
    ...about,
    target: severalOrOne(entityDomain).optional(),
    device_class: severalOrOne(z.string()).optional(),
    otherwise: z
      .preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(standIn).min(1))
      .optional(),
    scope: z.enum(['room', 'home', 'all']).default('room'),
    timed: z.boolean({ error: 'expected true or false' }).default(false),
    one_each: z.string().optional(),
    alone: z.boolean({ error: 'expected true or false' }).default(false),
    sentences: byLanguage(z.array(z.string()).min(1)),
  })
  .refine(({ target, otherwise }) => !otherwise || target, {
    path: ['otherwise'],
    message: 'this stands in for a "target", and there is none',
  })
  .refine(({ one_each, kind }) => one_each === undefined || kind === 'action', {
    path: ['one_each'],
    message: 'a question is one',
  });

/**
 * One of several rules that are written as one: what differs, and which expansion rules stand in the places that the
 * sentences leave open.
 */
export const variantSchema = z.looseObject({ rules: z.record(z.string(), z.string()).default({}) });

/** A rule in a regular expression. */
export const patternRuleSchema = z.strictObject({
  ...about,
  pattern: z.string().min(1),
  language: z.string().optional(),
  entities: z.array(z.enum(['room_from_context'], { error: 'expected room_from_context' })).default([]),
});

const listSchema = z
  .strictObject({
    values: z
      .array(
        z.strictObject({
          in: z.union([z.string(), byLanguage(z.string())], { error: 'expected a text, or one by language' }),
          out: z.union([z.string(), z.number(), z.boolean()], { error: 'expected a text or a number' }),
        }),
      )
      .min(1)
      .optional(),
    from: z.number().optional(),
    to: z.number().optional(),
    step: z.number().positive().default(1),
    multiplier: z.number().default(1),
    wildcard: z.literal(true).optional(),
    words: z.int('expected a whole number of words').positive('expected at least one word').optional(),
  })
  .superRefine(({ values, from, to, wildcard, words }, context) => {
    if (words !== undefined && !wildcard) {
      context.addIssue({
        code: 'custom',
        path: ['words'],
        message: 'only a list with wildcard: true has a limit of words',
      });
    }
    const kinds = [values !== undefined, from !== undefined || to !== undefined, wildcard !== undefined];
    const range = from !== undefined && to !== undefined && from < to;
    if (kinds.filter(Boolean).length !== 1 || (kinds[1] && !range)) {
      context.addIssue('expected one of: values, from and a larger to, wildcard: true');
    }
  });

/** The file as a whole; its rules are read one by one, by the form they have. */
export const rulesSchema = z.strictObject({
  lists: z.record(z.string().regex(/^[a-z0-9_]+$/), listSchema).default({}),
  expansion_rules: byLanguage(z.record(z.string(), z.string())).default({}),
  skip_words: byLanguage(
    z.array(z.string().refine((word) => foldedWords(word).length > 0, 'expected a word or several')),
  ).default({}),
  single_things: byLanguage(
    z.array(z.string().regex(/^\p{L}+$/u, 'expected one word, as it is written: lampkę')),
  ).default({}),
  /** None where packs alone are to be understood. */
  intents: z.array(z.looseObject({})),
});

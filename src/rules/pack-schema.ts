import { z } from 'zod';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const value = z.union([scalar, z.array(z.string())]);
const text = scalar.transform(String);
const context = z.record(z.string(), z.unknown());

const listValue = z.union([
  scalar.transform((plain) => ({ in: String(plain), out: plain, context: undefined })),
  z
    .looseObject({ in: text, out: value.optional(), context: context.optional() })
    .transform(({ in: said, out, context: more }) => ({ in: said, out: out ?? said, context: more })),
]);

/** A list: one of its three kinds. Parts of a whole are what a range says as well. */
const list = z.union(
  [
    z
      .looseObject({ values: z.array(listValue) })
      .transform(({ values }) => ({ kind: 'values', values }) as const),
    z
      .looseObject({
        range: z.looseObject({
          from: z.number(),
          to: z.number(),
          step: z.number().positive().optional(),
          fractions: z.enum(['halves', 'tenths']).nullish(),
          multiplier: z.number().optional(),
        }),
      })
      .transform(({ range }) => ({ kind: 'range', range }) as const),
    z.looseObject({ wildcard: z.literal(true) }).transform(() => ({ kind: 'wildcard' }) as const),
  ],
  { error: 'expected values, a range or wildcard: true' },
);

const rules = z.record(z.string(), text);
const lists = z.record(z.string(), list);

const block = z.looseObject({
  sentences: z.array(z.string()),
  slots: z.record(z.string(), value.nullable()).nullish(),
  response: z.string().nullish(),
  requires_context: context.nullish(),
  excludes_context: context.nullish(),
  /** What things called by a name have to be: domains, or a group of them that `intents.yaml` names. */
  name_domains: z.union([z.array(z.string()), z.string()]).nullish(),
  /** The domain that the words themselves tell. */
  inferred_domain: z.string().nullish(),
  expansion_rules: rules.nullish(),
  lists: lists.nullish(),
});

const vocabulary = { lists: lists.nullish(), expansion_rules: rules.nullish() };

/** A file of a sentence pack that names the intents itself. What it says beside this is for others. */
export const packSchema = z.looseObject({
  language: z.string().min(2),
  settings: z.looseObject({ ignore_whitespace: z.boolean().default(false) }).nullish(),
  ...vocabulary,
  skip_words: z.array(text).nullish(),
  intents: z.record(z.string(), z.looseObject({ data: z.array(block) })).nullish(),
});

/** A file in the folder of one intent: the sentences that fill the same slots. */
export const combinationSchema = z.looseObject({ language: z.string().min(2), data: z.array(block) });

/** A file of lists and rules that several languages or files share. */
export const sharedSchema = z.looseObject({ language: z.string().min(2).nullish(), ...vocabulary });

/** What `intents.yaml` says of one intent. */
export const intentSchema = z.looseObject({
  slot_combinations: z.record(
    z.string(),
    z.looseObject({
      context_area: z.boolean().nullish(),
      name_domain_groups: z.record(z.string(), z.array(z.string())).nullish(),
    }),
  ),
});

export type PackBlockContent = z.output<typeof block>;
export type PackListContent = z.output<typeof list>;
/** The lists and expansion rules of a file, or of one block in it. */
export type PackVocabularyContent = Pick<PackBlockContent, 'lists' | 'expansion_rules'>;

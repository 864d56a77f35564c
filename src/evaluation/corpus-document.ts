import { z } from 'zod';
import {
  DocumentError,
  type DocumentPath,
  type LocatedDocument,
  loadLocated,
  type Mistake,
  readLocated,
  validate,
} from '../documents/located-yaml.ts';
import { loadCorpusLines } from './corpus-lines.ts';
import type { ExpectedAction, ExpectedReading, GoldUtterance } from './gold.ts';

/** The sorts of utterances a corpus may name; a typing mistake would otherwise open a row of its own. */
const KINDS = [
  'single',
  'query',
  'compound',
  'ellipsis',
  'follow_up',
  'timed',
  'negated',
  'hypothetical',
  'small_talk',
  'news',
  'ambiguous',
  'unavailable',
  'sensitive',
  'other',
] as const;

const STATUSES = ['recognized', 'unclear', 'ambiguous', 'unavailable', 'refused'] as const;

const text = z
  .string('expected text; put it in quotes if it looks like a number')
  .refine((said) => said.trim() !== '', 'expected something that was said');
const intent = z
  .string()
  .regex(/^[A-Za-z_]+(\.[a-z_]+)?$/, 'expected an action as Home Assistant writes it: light.turn_on');
const slots = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.array(z.string())], 'expected text, a number, yes or no'),
);
const hour = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected an hour in quotes such as "21:00"');
const at = z
  .string()
  .regex(
    /^(any|(\d{4}-\d{2}-\d{2}T)?([01]\d|2[0-3]):[0-5]\d)$/,
    'expected an hour in quotes such as "21:00", a day with it such as "2026-01-15T07:00", or any',
  );

const action = {
  intent,
  entities: slots.optional(),
  entities_include: slots.optional(),
  at: at.optional(),
  repeat: z.string().startsWith('FREQ=', 'expected a recurrence rule such as FREQ=DAILY').optional(),
};
const reading = {
  status: z.enum(STATUSES, `expected one of ${STATUSES.join(', ')}`).optional(),
  question: z.boolean().optional(),
  confirm: z.boolean().optional(),
  actions: z.array(z.strictObject(action)).min(1).optional(),
  ...action,
  intent: intent.optional(),
};
const kind = z.enum(KINDS, `expected one of ${KINDS.join(', ')}`);
const where = {
  kind: kind.optional(),
  language: z.string().optional(),
  room: z.string().optional(),
  said_at: hour.optional(),
  before: z.array(text).optional(),
};
const readingSchema = z.strictObject(reading);
const utterance = z.strictObject({
  says: z.union(
    [text, z.array(text).min(1, 'expected at least one text')],
    'expected text, or a list of texts that mean the same',
  ),
  ...where,
  ...reading,
  or: z.array(readingSchema).optional(),
});
const corpus = z
  .array(
    z.strictObject(
      {
        about: z.string().optional(),
        ...where,
        utterances: z.array(utterance).min(1, 'expected at least one utterance'),
      },
      'expected a group of utterances',
    ),
    'expected a list of groups, each with its utterances',
  )
  .min(1, 'expected at least one group of utterances');

type ReadingContent = z.output<typeof readingSchema>;
type Problem = { readonly field: string; readonly message: string };

/**
 * Reads a corpus from a YAML file, or from one of JSON lines where its name ends in `.jsonl`. What the fields in YAML
 * mean is told at the head of `test/golden/corpus/pl.yaml`.
 *
 * @throws DocumentError with everything that is wrong, each with its place
 */
export async function loadCorpus(file: string): Promise<readonly GoldUtterance[]> {
  return file.endsWith('.jsonl') ? loadCorpusLines(file) : corpusOf(await loadLocated(file));
}

/** As `loadCorpus`, from the text of the file. */
export function readCorpus(content: string, file: string): readonly GoldUtterance[] {
  return corpusOf(readLocated(content, file));
}

function corpusOf(document: LocatedDocument): readonly GoldUtterance[] {
  if (document.content === undefined) {
    throw new DocumentError([document.mistake([], 'the corpus is empty; expected groups of utterances')]);
  }
  const mistakes: Mistake[] = [];
  const places = new Map<string, string>();
  const utterances = validate(document, corpus).flatMap((group, groupIndex) =>
    group.utterances.flatMap(({ says, or = [], ...own }, index) => {
      const path: DocumentPath = [groupIndex, 'utterances', index];
      const {
        kind: sort = 'single',
        language,
        room,
        said_at: saidAt,
        before = [],
      } = { ...group, ...defined(own) };
      const read = (content: ReadingContent, at: DocumentPath): ExpectedReading => {
        const expected = readingOf(content, { isQuestion: sort === 'query' });
        if (!('problem' in expected)) return expected;
        mistakes.push(document.mistake([...at, expected.problem.field], expected.problem.message));
        return { status: 'unclear' };
      };
      const readings = [
        read(own, path),
        ...or.map((other, position) => read(other, [...path, 'or', position])),
      ] as const;
      return [says].flat().map((said, position): GoldUtterance => {
        const at = [...path, 'says', ...(Array.isArray(says) ? [position] : [])];
        const place = `${document.file}:${document.mistake(at, '').line}`;
        // Twice it would count twice, or be right and wrong at once.
        const context = JSON.stringify([said, language, room, saidAt, before]);
        const earlier = places.get(context);
        if (earlier === undefined) places.set(context, place);
        else
          mistakes.push(
            document.mistake(at, `"${said}" stands at ${earlier} already, said in the same place`),
          );
        return {
          says: said,
          kind: sort,
          before,
          readings,
          place,
          ...(language !== undefined && { language }),
          ...(room !== undefined && { room }),
          ...(saidAt !== undefined && { saidAt }),
        };
      });
    }),
  );
  if (mistakes.length > 0) throw new DocumentError(mistakes);
  return utterances;
}

/** What an utterance does not say itself, its group says for it. */
function defined<Content extends object>(content: Content): Content {
  return Object.fromEntries(Object.entries(content).filter(([, value]) => value !== undefined)) as Content;
}

function readingOf(
  content: ReadingContent,
  { isQuestion }: { isQuestion: boolean },
): ExpectedReading | { problem: Problem } {
  const { status = 'recognized', question = isQuestion, confirm, actions, intent: only } = content;
  if (status !== 'recognized') {
    const field = (
      ['intent', 'actions', 'confirm', 'entities', 'entities_include', 'at', 'repeat'] as const
    ).find((name) => content[name] !== undefined);
    return field
      ? { problem: { field, message: `what is ${status} has no ${field}; leave out one of the two` } }
      : { status };
  }
  if ((only === undefined) === (actions === undefined)) {
    const message =
      only === undefined
        ? 'expected an intent, or actions where it means several, or a status such as unclear'
        : 'expected either an intent or actions, not both';
    return { problem: { field: only === undefined ? 'says' : 'actions', message } };
  }
  const expected = actions ?? [{ ...content, intent: only ?? '' }];
  if (question && expected.length > 1) {
    return { problem: { field: 'actions', message: 'a question asks one thing; expected an intent' } };
  }
  if (expected.some(({ entities, entities_include }) => entities && entities_include)) {
    return {
      problem: { field: 'entities_include', message: 'expected either entities or entities_include' },
    };
  }
  return {
    status,
    kind: question ? 'query' : 'action',
    actions: expected.map(actionOf),
    ...(confirm !== undefined && { needsConfirmation: confirm }),
  };
}

function actionOf(content: z.output<z.ZodObject<typeof action>>): ExpectedAction {
  const { intent: name, entities, entities_include: some, at: time, repeat } = content;
  return {
    intent: name,
    entities: entities ?? some ?? {},
    allowsMore: some !== undefined,
    ...(time !== undefined && { at: time }),
    ...(repeat !== undefined && { repeat }),
  };
}

import { assertNever } from '../intent/assert-never.ts';
import type { Catalogue } from '../intent/catalogue.ts';
import { formatWithOffset, parseLocalTime } from '../intent/local-time.ts';
import type { Action } from '../intent/recognition.ts';
import type { ShortlistEntry } from '../intent/shortlist-entry.ts';
import { type Checked, type Pick, type Reply, wrong } from './reply.ts';
import { groundSlot } from './slot-value.ts';

/** What a model's reply comes to once everything in it has been checked against what was offered. */
export type Grounded =
  | { readonly kind: 'action'; readonly actions: readonly LabelledAction[]; readonly confidence: number }
  | { readonly kind: 'query'; readonly query: LabelledAction; readonly confidence: number }
  | {
      readonly kind: 'ambiguous';
      readonly candidates: readonly LabelledAction[];
      /** True where all of them only ask. */
      readonly isQuery?: true;
      readonly confidence: number;
    }
  | { readonly kind: 'unclear'; readonly confidence: number };

/** @property label of the candidate it comes from */
type LabelledAction = Action & { readonly label: string };

/** What a reply is held against. */
export interface Ground {
  /** `c1` is the first. */
  readonly candidates: readonly ShortlistEntry[];
  readonly catalogue: Catalogue;
  /** The slots that say where: an area, an entity. */
  readonly targetOf: (entry: ShortlistEntry) => Action['entities'];
  /** What was said, now first. */
  readonly said: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly timeZone: string;
  /** What the words alone say against all that would be done, whatever a model makes of them. */
  readonly objectionTo: (actions: readonly LabelledAction[]) => keyof typeof OBJECTIONS | undefined;
}

const YEAR_MS = 366 * 86_400_000;
/** The clock on the wall has no seconds: "now" may be a minute ago. */
const MINUTE_MS = 60_000;
const ID = /^c([1-9]\d?)$/;

/**
 * Holds a reply against what was offered and said. Only candidates of the list and values their actions take come out; a
 * question never with something to do, nor does anything that the words speak against. Anything else is wrong as a whole: half of what was said is not what was said.
 */
export function groundReply({ kind, picks, confidence }: Reply, ground: Ground): Checked<Grounded> {
  if (kind === 'unclear') return { ok: true, value: { kind, confidence } };
  const actions: LabelledAction[] = [];
  const kinds = new Set<'action' | 'query'>();
  for (const pick of picks) {
    const grounded = groundPick(pick, ground);
    if (!grounded.ok) return grounded;
    kinds.add(grounded.value.kind);
    if (!actions.some((other) => isSame(other, grounded.value.action))) actions.push(grounded.value.action);
  }
  const [first, second] = actions;
  if (!first) return wrong(`"${kind}" needs picks; if nothing fits, reply unclear.`);
  if (kinds.size > 1) return wrong('Questions (marked ?) and actions must not be mixed.');
  const isQuestion = kinds.has('query');
  const objection = isQuestion ? undefined : ground.objectionTo(actions);
  if (objection) return wrong(OBJECTIONS[objection]);
  switch (kind) {
    case 'action':
      if (isQuestion) return wrong('Candidates marked ? only ask: kind must be query.');
      return { ok: true, value: { kind, actions, confidence } };
    case 'query':
      if (!isQuestion) return wrong('A query may only pick a candidate marked ?.');
      if (second) return wrong('A query takes exactly one pick.');
      return { ok: true, value: { kind, query: first, confidence } };
    case 'ambiguous':
      if (!second) return wrong('"ambiguous" needs two or more different picks.');
      return {
        ok: true,
        value: { kind, candidates: actions, ...(isQuestion && { isQuery: true }), confidence },
      };
    default:
      return assertNever(kind);
  }
}

const OBJECTIONS = {
  'nothing ordered':
    'Nothing was ordered: it negates or asks. For a question pick what is marked ?, else reply unclear.',
  'turned round': 'That is the opposite of what was said. Pick what was said, else reply unclear.',
  'time left out':
    'It was asked for later or on a condition: set "at" if a time was said, else reply unclear.',
  'no time said': 'No time was said: "at" must be null, and if it was not asked for now, reply unclear.',
};

function groundPick(
  { id, slots, at }: Pick,
  { candidates, catalogue, targetOf, said, now, timeZone }: Ground,
): Checked<{ readonly kind: 'action' | 'query'; readonly action: LabelledAction }> {
  const entry = candidates[Number(ID.exec(id)?.[1]) - 1];
  if (!entry) return wrong(`There is no such candidate; ids are c1 to c${candidates.length}.`);
  const known = catalogue.get(entry.intent);
  if (!known) return wrong(`${id} cannot be picked.`);

  const entities: Record<string, Action['entities'][string]> = { ...targetOf(entry) };
  const filled = new Set<string>();
  for (const { name, value } of slots) {
    const kinds = known.slots.get(name);
    if (!kinds)
      return wrong(`${id} has no such slot; it takes ${[...known.slots.keys()].join(', ') || 'none'}.`);
    if (filled.has(name) || Object.hasOwn(entities, name))
      return wrong(`${id}: slot ${name} is filled twice.`);
    const grounded = groundSlot(value, kinds, said);
    if (grounded === undefined) {
      return wrong(
        `${id}: slot ${name} does not take that value; numbers in range, text only as it was said.`,
      );
    }
    filled.add(name);
    entities[name] = grounded;
  }
  const missing = [...known.required].find((name) => !Object.hasOwn(entities, name));
  if (missing !== undefined) return wrong(`${id}: slot ${missing} is needed.`);
  const { requiredAny } = known;
  if (requiredAny.size > 0 && ![...requiredAny].some((name) => Object.hasOwn(entities, name)))
    return wrong(`${id}: one of the slots ${[...requiredAny].join(', ')} is needed.`);
  const action = { intent: entry.intent, entities, label: entry.label };
  if (at === null) return { ok: true, value: { kind: known.kind, action } };

  if (known.kind === 'query') return wrong(`${id} is a question: "at" must be null.`);
  const time = parseLocalTime(at, timeZone);
  if (time === undefined) return wrong(`${id}: "at" must be a local time like 2026-01-31T21:00.`);
  if (time <= now - MINUTE_MS || time > now + YEAR_MS) return wrong(`${id}: "at" must be later than now.`);
  return {
    ok: true,
    value: { kind: known.kind, action: { ...action, at: formatWithOffset(time, timeZone) } },
  };
}

function isSame(one: LabelledAction, other: LabelledAction): boolean {
  return (
    one.intent === other.intent &&
    one.at === other.at &&
    JSON.stringify(one.entities) === JSON.stringify(other.entities)
  );
}

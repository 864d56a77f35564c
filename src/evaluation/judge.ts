import { assertNever } from '../intent/assert-never.ts';
import { PLACES } from '../intent/place-slots.ts';
import type { Action, Meaning, Slots } from '../intent/recognition.ts';
import { areOpposite } from './direction.ts';
import type { ExpectedAction, ExpectedReading, GoldUtterance } from './gold.ts';

/** How an answer compares with the gold. */
export interface Verdict {
  /** Status, intents and slots are right. */
  readonly isExact: boolean;
  /** Status and intents are right; slots may be wrong. */
  readonly hasIntent: boolean;
  /** An action was published that nobody asked for: worse than none. */
  readonly isWrongAction: boolean;
  /** An action was published that does the opposite of what was asked for. */
  readonly isWrongDirection: boolean;
  /** It was not understood, though it was about the home. */
  readonly isNotUnderstood: boolean;
}

/** Compares what was understood with every reading that is right. */
export function judge({ readings }: GoldUtterance, meaning: Meaning): Verdict {
  const isExact = readings.some((reading) => fits(reading, meaning, { withSlots: true }));
  const done = meaning.status === 'recognized' && meaning.kind === 'action' ? meaning.actions : [];
  const asked = readings.flatMap((reading) => (reading.status === 'recognized' ? reading.actions : []));
  const isWrongAction = !isExact && done.length > 0;
  return {
    isExact,
    hasIntent: isExact || readings.some((reading) => fits(reading, meaning, { withSlots: false })),
    isWrongAction,
    isWrongDirection: isWrongAction && done.some((action) => turnsRound(action, asked)),
    isNotUnderstood: meaning.status === 'unclear' && isAboutHome(readings),
  };
}

/** Whether something was to be understood: small talk, and what may be refused as unclear, is not. */
export function isAboutHome(readings: readonly ExpectedReading[]): boolean {
  return readings.every(({ status }) => status !== 'unclear');
}

/** What was understood, in a word or two: the columns of the confusion table. */
export function meaningLabel(meaning: Meaning): string {
  if (meaning.status !== 'recognized') return `(${meaning.status})`;
  if (meaning.kind === 'query') return `? ${meaning.query.intent}`;
  return meaning.actions.map(({ intent }) => intent).join(' + ');
}

/** As `meaningLabel`, of what was to be understood. */
export function readingLabel(reading: ExpectedReading): string {
  if (reading.status !== 'recognized') return `(${reading.status})`;
  const intents = reading.actions.map(({ intent }) => intent).join(' + ');
  return reading.kind === 'query' ? `? ${intents}` : intents;
}

function fits(reading: ExpectedReading, meaning: Meaning, { withSlots }: { withSlots: boolean }): boolean {
  if (reading.status !== 'recognized' || meaning.status !== 'recognized') {
    return reading.status === meaning.status;
  }
  if (reading.kind !== meaning.kind) return false;
  const done = meaning.kind === 'query' ? [meaning.query] : meaning.actions;
  const waits = meaning.kind === 'action' && meaning.requiresConfirmation;
  if (reading.needsConfirmation !== undefined && reading.needsConfirmation !== waits) return false;
  return (
    done.length === reading.actions.length &&
    reading.actions.every((expected, index) => fitsAction(expected, done[index], { withSlots }))
  );
}

function fitsAction(
  expected: ExpectedAction,
  action: Action | undefined,
  { withSlots }: { withSlots: boolean },
): boolean {
  if (action?.intent !== expected.intent) return false;
  if (!withSlots) return true;
  return (
    fitsTime(expected.at, action.at) &&
    expected.repeat === action.repeat &&
    fitsSlots(expected, action.entities)
  );
}

/** @param at ISO 8601 with zone */
function fitsTime(expected: string | undefined, at: string | undefined): boolean {
  if (expected === undefined || at === undefined) return expected === at;
  if (expected.includes('T')) return at.startsWith(expected);
  return expected === 'any' || at.includes(`T${expected}`);
}

/** Where an entity is named, the room or floor beside it changes nothing. */
function fitsSlots({ entities, allowsMore }: ExpectedAction, slots: Slots): boolean {
  const wanted = withoutIdlePlaces(entities, slots);
  const found = withoutIdlePlaces(slots, entities);
  return (
    Object.entries(wanted).every(([slot, value]) => slot in found && isSame(value, found[slot])) &&
    (allowsMore || Object.keys(found).every((slot) => slot in wanted))
  );
}

function withoutIdlePlaces(slots: Slots, other: Slots): Slots {
  const { entity_id: entity } = slots;
  const names = entity !== undefined && entity !== 'all' && other['entity_id'] !== undefined;
  if (!names) return slots;
  return Object.fromEntries(
    Object.entries(slots).filter(([slot]) => !PLACES.has(slot) || slot === 'entity_id'),
  );
}

/** Lists in any order; text without regard to case and diacritics, which speech recognition loses. */
function isSame(wanted: Slots[string], found: Slots[string] | undefined): boolean {
  if (found === undefined) return false;
  return canonical(wanted) === canonical(found);
}

function canonical(value: Slots[string]): string {
  switch (typeof value) {
    case 'string':
      return plain(value);
    case 'number':
    case 'boolean':
      return String(value);
    case 'object':
      return value.length === 1 ? plain(value[0] ?? '') : JSON.stringify(value.map(plain).sort());
    default:
      return assertNever(value);
  }
}

/** Without case, diacritics and punctuation. */
export function plain(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{M}+/gu, '')
    .replaceAll('ł', 'l')
    .replaceAll(/[^\p{L}\p{N}._:]+/gu, ' ')
    .trim();
}

/** Whether an action is the opposite of one that was asked for, and is not itself asked for. */
function turnsRound(action: Action, asked: readonly ExpectedAction[]): boolean {
  return (
    asked.every(
      ({ intent, entities }) => intent !== action.intent || areOpposite({ intent, entities }, action),
    ) && asked.some((expected) => areOpposite(expected, action))
  );
}

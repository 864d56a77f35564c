import { isDeepStrictEqual } from 'node:util';
import { assertNever } from '../intent/assert-never.ts';
import type { Action, Meaning, Recognition } from '../intent/recognition.ts';
import type { CacheKey } from './key.ts';

/** How long answers are kept, in milliseconds. */
export interface KeepFor {
  readonly answer: number;
  /** An answer that a model gave again when the first one had expired: it is asked for often here, and stays the same. */
  readonly confirmed: number;
  /** What nobody understood, or what the home has not: the next try may know better. */
  readonly unclear: number;
}

/**
 * How long an answer may be kept; 0 = not at all. Kept is only what a model found and what would be found again: not
 * what rules said because the model was out, nothing of policy, nothing for a certain time, no question that the talk goes
 * on from ("which lamp?"), and no words about how things stand now.
 *
 * @param areaOf where an entity stands
 * @param before what was answered to the same, and has expired
 */
export function keepFor(
  { meaning, source, fallbackReason }: Recognition,
  {
    key,
    lifetimes,
    areaOf,
    before,
  }: {
    key: CacheKey;
    lifetimes: KeepFor;
    areaOf: (entityId: string) => string | undefined;
    before?: Meaning | undefined;
  },
): number {
  if (source !== 'llm' || fallbackReason !== undefined) return 0;
  const isElsewhere = (action: Action): boolean =>
    key.place !== undefined && !isAbout(action, key.place, areaOf);
  switch (meaning.status) {
    case 'recognized':
      return actionsOf(meaning).some((action) => action.at !== undefined || isElsewhere(action)) ||
        (meaning.kind === 'query' && meaning.responseText !== undefined)
        ? 0
        : isSame(meaning, before)
          ? Math.max(lifetimes.answer, lifetimes.confirmed)
          : lifetimes.answer;
    case 'unclear':
    case 'unavailable':
      return lifetimes.unclear;
    case 'ambiguous':
    case 'refused':
    case 'expired':
      return 0;
    default:
      return assertNever(meaning);
  }
}

function actionsOf(meaning: Extract<Meaning, { status: 'recognized' }>): readonly Action[] {
  return meaning.kind === 'action' ? meaning.actions : [meaning.query];
}

/** Whether both do or ask the same, however sure of it they are. */
function isSame(meaning: Extract<Meaning, { status: 'recognized' }>, before: Meaning | undefined): boolean {
  return (
    before?.status === 'recognized' &&
    before.kind === meaning.kind &&
    isDeepStrictEqual(actionsOf(before), actionsOf(meaning))
  );
}

function isAbout(
  { entities }: Action,
  place: string,
  areaOf: (entityId: string) => string | undefined,
): boolean {
  const { area, entity_id: target } = entities;
  if (area !== undefined) return area === place;
  return target !== undefined && [target].flat().every((id) => areaOf(String(id)) === place);
}

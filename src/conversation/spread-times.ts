import type { LanguageKnowledge } from '../language/languages.ts';
import { type Clause, contradict } from './put-together.ts';
import { dayOf, hasDay, type TimedPart } from './timed-part.ts';
import { actionsOf } from './understand.ts';

function isHourAlone(when: Clause['when']): boolean {
  return typeof when !== 'string' && (when.clock ?? when.part) !== undefined && !hasDay(when);
}

function isOnlyLasting(when: Clause['when']): boolean {
  return typeof when !== 'string' && Object.keys(when).every((key) => key === 'lasts' || key === 'until');
}

/** A time that is said once and meant of several. */
export function spreadTimes(
  clauses: readonly Clause[],
  {
    parts,
    isWhole,
    knowledge,
  }: {
    parts: readonly (TimedPart & { readonly join: string })[];
    isWhole: readonly boolean[];
    knowledge: LanguageKnowledge;
  },
): readonly Clause[] | 'scope' {
  const { together } = knowledge.linking;
  const isTogether = (index: number): boolean => {
    const join = parts[index]?.join ?? '';
    return join === '' || together.has(join);
  };
  const timed = clauses.map((clause) => ({ ...clause }));
  const isOfUnknownDay = parts.some(({ when, hasTime }) => hasTime && isHourAlone(when));
  const { when: lastSaid, trailsWithDay } = parts.at(-1) ?? {};
  if (trailsWithDay && isOfUnknownDay && parts.length > 1) {
    // "At 7 … and at 9 tomorrow": the day may be of both. "Every day" is: nobody begins or ends once what goes on.
    const isTold = parts.every(({ when, hasTime }) => hasTime && (isHourAlone(when) || when === lastSaid));
    if (!isTold || typeof lastSaid !== 'object' || lastSaid.repeat === undefined) return 'scope';
    return timed.map((clause) =>
      typeof clause.when === 'string' ? clause : { ...clause, when: { ...dayOf(lastSaid), ...clause.when } },
    );
  }
  let carried: Clause['when'] | undefined;
  for (const [index, part] of parts.entries()) {
    const clause = timed[index];
    if (!clause) continue;
    if (part.hasTime) {
      const isNow = typeof part.when !== 'string' && part.when.isNow === true;
      // For how long the one is done says nothing of the next.
      carried = isNow || isOnlyLasting(part.when) ? undefined : part.when;
      continue;
    }
    if (carried === undefined) continue;
    const before = parts.slice(0, index).findLast(({ hasTime }) => hasTime);
    if (isTogether(index) && (before?.leads || !isWhole[index])) timed[index] = { ...clause, when: carried };
    else return 'scope';
  }
  const last = parts.at(-1);
  const isLastOnly =
    parts.filter(({ hasTime }) => hasTime).length === 1 && last?.trails === true && !last.leads;
  if (!isLastOnly || parts.some((_, index) => index > 0 && !isTogether(index))) return timed;
  const all = timed.map((clause) => ({ ...clause, when: last.when }));
  // "Turn it on and turn it off in ten minutes" is no order to do both then.
  return contradict(all.flatMap(({ understood }) => actionsOf(understood))) ? timed : all;
}

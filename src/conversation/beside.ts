import type { Action } from '../intent/recognition.ts';
import { undoOf } from '../intent/undo.ts';
import type { LanguageKnowledge } from '../language/languages.ts';
import type { Reader } from './clause-reader.ts';
import { waysApart } from './clauses.ts';
import type { Clause, Composed } from './put-together.ts';
import type { PartedWord } from './said-words.ts';
import type { SaidWord } from './transplant.ts';
import { actionsOf } from './understand.ts';
import { withoutLinks } from './without-links.ts';

/** Whether anything else is done than before. */
export function isFurther(heard: readonly Clause[], bases: readonly Clause[]): boolean {
  return !heard.every(({ understood }) =>
    bases.some((base) => isSame(actionsOf(base.understood), actionsOf(understood))),
  );
}

/**
 * All that was done alike is done otherwise together; else the last that fits, unless several are named by one word.
 */
export function transplanted(
  words: readonly SaidWord[],
  { bases, reader, knowledge }: { bases: readonly Clause[]; reader: Reader; knowledge: LanguageKnowledge },
): readonly Clause[] | undefined {
  const { pronouns, plurals, pairs } = knowledge.linking;
  const isOfSeveral = words.some(({ folded }) => plurals.has(folded) || pairs.has(folded));
  const isOfOne = !isOfSeveral && words.some(({ folded }) => pronouns.has(folded));
  const found = (base: Clause): Clause | undefined => {
    const sentence = reader.beside(words, base);
    return sentence && { ...sentence, when: {} };
  };
  const [last] = bases.slice(-1);
  // "Ją" is the last of things that are of different kinds.
  const like = isOfOne ? isSameKind : isAlike;
  const alike = last ? bases.filter((base) => like(base, last)) : [];
  const all = alike.map(found);
  // "Podnieś" behind "opuść roletę i zgaś lampkę" is about the one that it undoes.
  const undone = isOfOne || isOfSeveral ? [] : bases.filter((base) => undoes(found(base), base));
  if (undone.length > 0 && !alike.some((base) => undone.includes(base))) {
    return undone.flatMap((base) => found(base) ?? []);
  }
  if (all.length > 0 && all.every((clause) => clause !== undefined)) return all;
  if (isOfSeveral && alike.length > 1) return undefined;
  for (const base of bases.toReversed()) {
    const clause = found(base);
    if (clause) return [clause];
  }
  return undefined;
}

function undoes(clause: Clause | undefined, base: Clause): boolean {
  const [undo] = actionsOf(base.understood).map(undoOf);
  const actions = clause ? actionsOf(clause.understood) : [];
  return undo !== undefined && actions.length === 1 && isSame(actions, [undo]);
}

/** "To samo w kuchni i w łazience". */
export function eachBeside(
  words: readonly PartedWord[],
  {
    bases,
    reader,
    knowledge,
    put,
  }: {
    bases: readonly Clause[];
    reader: Reader;
    knowledge: LanguageKnowledge;
    put: (clauses: readonly Clause[]) => Composed | undefined;
  },
): Composed | undefined {
  const [base, ...others] = bases;
  const parts = waysApart(words, knowledge).at(-1) ?? [];
  if (!base || others.length > 0 || parts.length < 2) return undefined;
  const clauses = parts.flatMap(({ from, to }): Clause[] => {
    const found = reader.beside(withoutLinks(words.slice(from, to), knowledge), base);
    return found ? [{ ...found, when: {} }] : [];
  });
  return clauses.length === parts.length ? put(clauses) : undefined;
}

function isSameKind(one: Clause, other: Clause): boolean {
  const intentOf = ({ understood }: Clause): string | undefined => actionsOf(understood)[0]?.intent;
  return intentOf(one) === intentOf(other);
}

/** The same was done to each, whatever kinds of things they are: "włącz telewizor i choinkę". */
export function isAlike(one: Pick<Clause, 'understood'>, other: Pick<Clause, 'understood'>): boolean {
  const verbOf = ({ understood }: Pick<Clause, 'understood'>): string | undefined =>
    actionsOf(understood)[0]?.intent.split('.')[1];
  return verbOf(one) === verbOf(other);
}

/** The same done to the same, whenever. */
export function isSame(one: readonly Action[], other: readonly Action[]): boolean {
  const plain = (actions: readonly Action[]): string =>
    JSON.stringify(
      actions.map(({ intent, entities }) => [
        intent,
        Object.entries(entities).sort(([a], [b]) => (a < b ? -1 : 1)),
      ]),
    );
  return plain(one) === plain(other);
}

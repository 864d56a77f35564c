import { doneTo } from '../intent/place-slots.ts';
import type { Action } from '../intent/recognition.ts';
import type { Utterance } from '../intent/utterance.ts';
import { knowledgeOf } from '../language/languages.ts';
import { phraseAt } from '../language/phrase-at.ts';
import { createReader } from './clause-reader.ts';
import { mayBeOrders } from './compose.ts';
import type { Composed } from './put-together.ts';
import { foldedOf, saidWords } from './said-words.ts';
import { type SaidWord, textOf } from './transplant.ts';
import { actionsOf, onlyActionOf, type Understand, type Understood } from './understand.ts';
import { withoutLinks } from './without-links.ts';

/** Words behind an exception that may belong to the order again: "all lights except the lamp off please". */
const MOST_BEHIND = 3;

interface TouchedThing {
  readonly id: string;
  readonly area?: string;
}

/** What an action is done to. */
export type Touched = (action: Action) => readonly TouchedThing[];

interface Found {
  readonly words: readonly SaidWord[];
  readonly understood: Understood;
}

/**
 * Understands an order about all of something but for what is named: "zgaś wszystkie światła oprócz kuchni". What is left
 * is named thing by thing; if nobody can tell what that is, nothing is done. Where only a thing of this room is left out, all
 * that was meant is of this room, too.
 *
 * @param touched everything that an action is done to
 * @returns undefined where it is nothing of the kind
 */
export function exceptedIn(
  utterance: Utterance,
  { understand, touched }: { understand: Understand; touched: Touched },
): Composed | undefined {
  const knowledge = knowledgeOf(utterance.language);
  const { linking, cautions, phrases } = knowledge;
  const words = saidWords(utterance.text);
  const said = foldedOf(words);
  const from = said.findIndex((_, at) => at > 0 && phraseAt(said, at, linking.exceptions) > 0);
  if (from < 0) return undefined;
  const behind = from + phraseAt(said, from, linking.exceptions);
  const reader = createReader(utterance, { understand, knowledge });
  for (let end = words.length; end > behind && end >= words.length - MOST_BEHIND; end--) {
    const [before, after] = [words.slice(0, from), words.slice(end)];
    const core = withoutLinks([...before, ...after], knowledge);
    if (!mayBeOrders(utterance.text, core, knowledge)) continue;
    const base = reader.firstOf([core]);
    const action = onlyActionOf(base?.understood);
    if (!base || !action) continue;
    const names = namesIn(words.slice(behind, end));
    const composed = names && without(names, base, action);
    const not = textOf(words.slice(from, end));
    return composed ?? { kind: 'complaint', text: phrases.partly([textOf(core)], not) };
  }
  return undefined;

  /** What is left out, each by itself; undefined where something stands between them. */
  function namesIn(excepted: readonly SaidWord[]): readonly (readonly SaidWord[])[] | undefined {
    const folded = foldedOf(excepted);
    const names: SaidWord[][] = [[]];
    for (let at = 0; at < excepted.length; ) {
      const joined = phraseAt(folded, at, linking.joins);
      if (joined > 0) names.push([]);
      else names.at(-1)?.push(...excepted.slice(at, at + 1));
      at += Math.max(joined, 1);
    }
    const isNegated = folded.some((word) => cautions.negations.has(word) || linking.alternatives.has(word));
    return isNegated || names.some(({ length }) => length === 0) ? undefined : names;
  }

  function without(
    names: readonly (readonly SaidWord[])[],
    base: Found,
    action: Action,
  ): Composed | undefined {
    const left = names.map((name) => leftOut(name, base, action));
    if (!left.every((things) => things !== undefined)) return undefined;
    const [isOneThing, [first]] = [left.every(({ length }) => length === 1), left.flat()];
    const isWholeRoom = (area: string): boolean =>
      touched({ ...action, entities: { area } }).every(({ id }) => left.flat().some((one) => one.id === id));
    const here = hereOf(base, action);
    const isOfHere =
      isOneThing && here !== undefined && first?.area === here.area && !isWholeRoom(here.area ?? '');
    const all = isOfHere ? here.things : touched(action);
    const kept = all.filter(({ id }) => !left.flat().some((one) => one.id === id));
    const { meaning, template } = isOfHere ? here.understood : base.understood;
    if (kept.length === 0 || meaning.status !== 'recognized' || meaning.kind !== 'action') return undefined;
    const ids = kept.map(({ id }) => id);
    const understood: Understood = {
      template,
      meaning: {
        ...meaning,
        actions: [doneTo(action, ids)],
        responseText: phrases.except(meaning.responseText ?? phrases.done, names.map(textOf)),
      },
    };
    return {
      kind: 'understood',
      understood,
      clauses: [{ words: saidWords(utterance.text), understood, when: {} }],
    };
  }

  /** What one name is of, all of it among what would be done; undefined where nobody knows. */
  function leftOut(
    said: readonly SaidWord[],
    base: Found,
    { intent, ...action }: Action,
  ): readonly TouchedThing[] | undefined {
    // "Tych w kuchni".
    const place = said.findIndex(({ folded }) => cautions.inside.has(folded));
    const isPointed = said.slice(0, place).every(({ folded }) => knowledge.leanings?.pointers.has(folded));
    const name = place > 0 && isPointed ? said.slice(place) : said;
    const places = [...cautions.inside].map((folded): SaidWord[] => [{ written: folded, folded }, ...name]);
    const ids = new Set(touched({ intent, ...action }).map(({ id }) => id));
    for (const part of [...(cautions.places.has(name[0]?.folded ?? '') ? [] : places), name]) {
      const found = reader.beside(part, base)?.understood;
      const only = onlyActionOf(found);
      if (only?.intent !== intent) continue;
      const things = touched(only);
      const isAmong = things.length > 0 && things.every(({ id }) => ids.has(id));
      if (isAmong && things.length < ids.size) return things;
    }
    return undefined;
  }

  /** The same order about this room only, where it was one about the home. */
  function hereOf(base: Found, action: Action) {
    const isOfHome = action.entities['area'] === undefined && action.entities['floor'] === undefined;
    const [here] = linking.here;
    if (utterance.room === undefined || !isOfHome || here === undefined) return undefined;
    const found = reader.firstOf([[...base.words, { written: here, folded: here }]]);
    const [only] = found ? actionsOf(found.understood) : [];
    const area = only?.entities['area'];
    if (!found || only?.intent !== action.intent || typeof area !== 'string') return undefined;
    return { area, things: touched(only), understood: found.understood };
  }
}

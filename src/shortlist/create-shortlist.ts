import type { ShortlistEntry } from '../intent/shortlist-entry.ts';
import type { Language, Utterance } from '../intent/utterance.ts';
import { foldedWords } from '../language/words.ts';
import type { Home } from '../lexicon/home.ts';
import type { Rules } from '../rules/rules.ts';
import type { KnownAction } from './action-words.ts';
import { createListener, type Heard } from './hear.ts';
import { createFitting, type Target, targetsOf } from './targets.ts';

/** The readings of an utterance worth asking a model about, best first, at most 16. Pure and synchronous. */
export type Shortlist = (utterance: Utterance) => readonly ShortlistEntry[];

const MAX_ENTRIES = 16;
/** Readings of one action, so that one that is certain leaves room for others. */
const MAX_OF_ACTION = 4;
/** How much better each further reading of an action has to be than the first of another one. */
const AGAIN = 0.06;
/** What it is worth to be said in many ways: what people ask for most is written about most. */
const COMMON = 0.004;
/** More than sums of a few dozen numbers differ by when they are made in another order. */
const ROUNDING = 1e-9;
/** Characters that are listened to; a transcript with more is no order. */
const MAX_LENGTH = 400;

interface Reading {
  readonly action: KnownAction;
  readonly target: Target;
  readonly score: number;
  /** By which it is compared with others. */
  readonly rank: number;
}

/**
 * Finds readings for any utterance, one that no rule fits too: its words are evidence for actions by the sentences of
 * the rules, for areas and entities by their names, and a reading is as good as the share of the words it explains.
 *
 * @param languages whose sentences are known, the home's first: one that is not among them is heard as that one
 */
export function createShortlist({
  home,
  rules,
  languages,
}: {
  home: Home;
  rules: Rules;
  languages: readonly Language[];
}): Shortlist {
  const listeners = new Map(
    languages.map((language) => [language, createListener({ rules, home, language })]),
  );
  const [standard] = listeners.values();
  const fitting = createFitting(home);

  return ({ text, language, room }) => {
    const listen = listeners.get(language) ?? standard;
    const heard = listen?.(foldedWords(text.slice(0, MAX_LENGTH)));
    if (!heard || heard.weight === 0) return [];
    const area = room === undefined ? undefined : home.areaOfRoom(room);
    const targets = targetsOf(heard, { home, room: area }).map((target) => ({
      target,
      targetFor: fitting(target, heard),
      named: [...target.ofWords.keys()].filter((word) => (target.ofWords[word] ?? 0) > 0),
    }));
    const told = toldByActions(heard);
    const mostOfTarget = Math.max(...targets.map(({ target }) => mostWorth(target, heard)));
    const best: Reading[] = [];
    // Counted by hand: so much is compared that iterators would make half as much again as all that is made here.
    for (let position = 0; position < heard.actions.length; position += 1) {
      const action = heard.actions[position] as KnownAction;
      const common = COMMON * Math.log(1 + action.sentences);
      const most = (told[position] ?? 0) / heard.weight + common + mostOfTarget;
      if (!hasRoom(best, most, MAX_ENTRIES)) continue;
      const ofAction: Reading[] = [];
      for (let at = 0; at < targets.length; at += 1) {
        const { target, targetFor, named } = targets[at] as (typeof targets)[number];
        const meant = targetFor(action);
        if (!meant) continue;
        let explained = told[position] ?? 0;
        for (const word of named) {
          const more = (target.ofWords[word] ?? 0) - (heard.ofActions[word]?.[position] ?? 0);
          if (more > 0) explained += more;
        }
        const score = explained / heard.weight + common + meant.worth;
        if (!hasRoom(best, score, MAX_ENTRIES) || !hasRoom(ofAction, score, MAX_OF_ACTION)) continue;
        insert(ofAction, { action, target: meant, score, rank: score }, MAX_OF_ACTION);
      }
      // What is asked is which action it is, before where.
      for (let count = 0; count < ofAction.length; count += 1) {
        const reading = ofAction[count] as Reading;
        const rank = reading.score - AGAIN * count;
        if (hasRoom(best, rank, MAX_ENTRIES)) insert(best, { ...reading, rank }, MAX_ENTRIES);
      }
    }
    return best.sort((one, other) => other.score - one.score).map(entryOf);
  };
}

/** No reading about that target is better by more than this than what its action is worth by itself. */
function mostWorth({ ofWords, worth }: Target, { weight }: Heard): number {
  let named = 0;
  for (const ofWord of ofWords) named += ofWord;
  return named / weight + worth + ROUNDING;
}

/** What all words together tell about each action. */
function toldByActions({ actions, ofActions }: Heard): Float64Array {
  const told = new Float64Array(actions.length);
  for (const row of ofActions) {
    for (let action = 0; action < row.length; action += 1)
      told[action] = (told[action] ?? 0) + (row[action] ?? 0);
  }
  return told;
}

/** Whether one of that rank is among the few best of many. Asked before it is made: nearly all are not. */
function hasRoom(best: readonly Reading[], rank: number, most: number): boolean {
  const last = best[most - 1];
  return last === undefined || last.rank < rank;
}

/** Into its place, behind those that are as good. */
function insert(best: Reading[], reading: Reading, most: number): void {
  let at = best.length;
  while (at > 0 && (best[at - 1]?.rank ?? 0) < reading.rank) at -= 1;
  best.splice(at, 0, reading);
  if (best.length > most) best.pop();
}

function entryOf({ action: { intent, domain }, target: { area, entity }, score }: Reading): ShortlistEntry {
  const names = [entity?.names[0] ?? entity?.id, area?.names[0] ?? area?.id];
  return {
    intent,
    domain,
    label: names.filter((name) => name !== undefined).join(', '),
    score: Math.min(1, Math.max(0, score)),
    ...(area && { area: area.id }),
    ...(entity && { entity_id: entity.id }),
  };
}

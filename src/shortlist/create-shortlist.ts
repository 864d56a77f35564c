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
/** Characters that are listened to; a transcript with more is no order. */
const MAX_LENGTH = 400;

interface Reading {
  readonly action: KnownAction;
  readonly target: Target;
  readonly score: number;
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
    const readings: Reading[] = [];
    for (const target of targetsOf(heard, { home, room: area })) {
      for (const [position, action] of heard.actions.entries()) {
        const fit = fitting(action, target, heard);
        if (!fit) continue;
        const common = COMMON * Math.log(1 + action.sentences);
        const score = explained(heard, position, target) + common + target.worth - fit.cost;
        readings.push({ action, target: fit.target, score });
      }
    }
    return best(readings).map(entryOf);
  };
}

/** How much of what was said is explained by an action and its target, 0–1. */
function explained(
  { size, weight, ofActions, actions }: Heard,
  position: number,
  { ofWords }: Target,
): number {
  let told = 0;
  for (let word = 0; word < size; word += 1) {
    told += Math.max(ofActions[word * actions.length + position] ?? 0, ofWords[word] ?? 0);
  }
  return told / weight;
}

/** The best of all, of which each action has at most a few: what is asked is which action it is, before where. */
function best(readings: readonly Reading[]): readonly Reading[] {
  // Sorting is stable: what scores the same stays in the order of the home and of the rules.
  const inOrder = readings.toSorted((one, other) => other.score - one.score);
  const counts = new Map<KnownAction, number>();
  const ranked: { readonly reading: Reading; readonly rank: number }[] = [];
  for (const reading of inOrder) {
    const count = counts.get(reading.action) ?? 0;
    if (count === MAX_OF_ACTION) continue;
    counts.set(reading.action, count + 1);
    ranked.push({ reading, rank: reading.score - AGAIN * count });
  }
  return ranked
    .sort((one, other) => other.rank - one.rank)
    .slice(0, MAX_ENTRIES)
    .map(({ reading }) => reading)
    .sort((one, other) => other.score - one.score);
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

import type { Slots } from '../intent/recognition.ts';
import type { ShortlistEntry } from '../intent/shortlist-entry.ts';
import type { Utterance } from '../intent/utterance.ts';
import { knowledgeOf } from '../language/languages.ts';
import { withoutFillers } from '../language/without-fillers.ts';
import { foldedWords } from '../language/words.ts';
import type { Home } from '../lexicon/home.ts';
import { createPlaceNamed } from '../lexicon/place-named.ts';
import type { Rules } from '../rules/rules.ts';
import type { Shortlist } from './create-shortlist.ts';

/**
 * Of the shortlist what a model is offered. What cannot be done anywhere in this home is not worth asking about. And what
 * names neither area nor thing is about everything of its kind in the home: a question may be, an action only where the
 * words say all, and no model picks it unawares, for it is called so.
 *
 * @param rules those whose actions are offered
 * @param targetOf where a reading is done; undefined where nowhere
 */
export function createOffered({
  shortlist,
  home,
  rules,
  targetOf,
}: {
  shortlist: Shortlist;
  home: Home;
  rules: Rules;
  targetOf: (entry: ShortlistEntry) => Slots | undefined;
}): Shortlist {
  const kinds = new Map(
    [...Map.groupBy(rules.rules, ({ action }) => action)].map(([action, alike]) => [
      action,
      {
        isAboutThings: alike.some(({ target }) => target !== undefined),
        isQuestion: alike.every(({ kind }) => kind === 'query'),
      },
    ]),
  );
  const placeNamed = createPlaceNamed(home);

  return (utterance) => {
    const mayBeAll = saysAll(utterance) && placeNamed(utterance) === undefined;
    const { everywhere } = knowledgeOf(utterance.language).phrases;
    return shortlist(utterance).flatMap((entry): ShortlistEntry[] => {
      const slots = targetOf(entry);
      if (!slots) return [];
      const kind = kinds.get(entry.intent);
      if (!kind?.isAboutThings || entry.area !== undefined || entry.entity_id !== undefined) return [entry];
      // Where it comes to one area, something else of its kind is meant than what stands elsewhere.
      const isEverywhere = kind.isQuestion || (mayBeAll && slots['area'] === undefined);
      return isEverywhere ? [{ ...entry, label: everywhere }] : [];
    });
  };
}

function saysAll({ text, language }: Utterance): boolean {
  const { cautions, fillers } = knowledgeOf(language);
  return withoutFillers(foldedWords(text), fillers).some((word) => cautions.totals.has(word));
}

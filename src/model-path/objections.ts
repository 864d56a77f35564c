import type { Action } from '../intent/recognition.ts';
import type { Utterance } from '../intent/utterance.ts';
import { objectionTo } from '../language/objection.ts';
import type { NamedAction } from '../language/untimely.ts';
import type { Home } from '../lexicon/home.ts';

/**
 * What the words say against what a model made of them.
 *
 * @param spokenIn the languages that a tag may stand for
 */
export function createObjections({
  home,
  spokenIn,
}: {
  home: Home;
  spokenIn: (language: string) => readonly string[];
}): (
  actions: readonly Action[],
  utterance: Pick<Utterance, 'text' | 'language'>,
) => ReturnType<typeof objectionTo> {
  return (actions, { text, language }) =>
    spokenIn(language)
      .map((spoken) => objectionTo(named(actions, { home, language: spoken }), { text, language: spoken }))
      .find((objection) => objection !== undefined);
}

/** With everything that the things are called: a name may sound like a time, as that of a lamp for the night. */
function named(
  actions: readonly Action[],
  { home, language }: { home: Home; language: string },
): readonly NamedAction[] {
  return actions.map((action) => {
    const { entity_id: ids, area } = action.entities;
    const things = [ids ?? []].flat().map((id) => home.entity(String(id)));
    const about = [...things, home.area(String(area))];
    return { ...action, names: about.flatMap((thing) => (thing ? home.namesIn(thing, language) : [])) };
  });
}

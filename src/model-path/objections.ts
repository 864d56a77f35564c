import type { Action } from '../intent/recognition.ts';
import type { Utterance } from '../intent/utterance.ts';
import { type Objection, objectionsIn } from '../language/objection.ts';
import type { NamedAction } from '../language/untimely.ts';
import type { Home } from '../lexicon/home.ts';

/**
 * What the words say against what a model makes of them: all that can be told before it answers, and then the rest.
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
  utterance: Pick<Utterance, 'text' | 'language'>,
) => (actions: readonly Action[]) => Objection | undefined {
  return ({ text, language: tag }) => {
    const readings = spokenIn(tag).map((language) => ({
      language,
      objectionTo: objectionsIn({ text, language }),
    }));
    return (actions) =>
      readings
        .map(({ language, objectionTo }) => objectionTo(named(actions, { home, language })))
        .find((objection) => objection !== undefined);
  };
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

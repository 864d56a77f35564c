import type { Language } from '../intent/utterance.ts';
import type { Home } from './home.ts';

/** Enough to see what it is about. */
const SHOWN = 3;

/** For the operator: what could not be told apart by its forms, and what becomes of these. One line each. */
export function collisionNotices(home: Home, languages: Iterable<Language>): readonly string[] {
  return [...languages].flatMap((language) => {
    const groups = Map.groupBy(home.collisionsIn(language), ({ ids }) => ids.join(' and '));
    return [...groups].map(([ids, collisions]) => {
      const forms = collisions.slice(0, SHOWN).map(({ form }) => `"${form}"`);
      const rest = collisions.length > SHOWN ? ` and ${collisions.length - SHOWN} more` : '';
      const outcome = collisions[0]?.meaning === 'nobody' ? 'means neither' : 'may mean either';
      return `${language}: ${ids} share forms: ${forms.join(', ')}${rest}. What is said so ${outcome}; "forms" lists what each is called`;
    });
  });
}

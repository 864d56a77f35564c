import type { Language } from '../intent/utterance.ts';
import { ENTRANCE_CLASSES, RELAY_DOMAINS } from '../intent/ways-in.ts';
import { knowledgeOf, languagesWithForms } from '../language/languages.ts';
import { foldedWords } from '../language/words.ts';
import { COVER_CLASSES } from './device-classes.ts';
import type { Entity, Home } from './home.ts';
import { nameKey } from './spoken-names.ts';

/**
 * Whether something may let people in although no device class says so: a cover or a relay that is called a gate, and
 * any cover without a class where names are in a language whose words for gates are not known.
 *
 * @param language what the home's names are in, where that is none of the languages known well
 */
export function mayBeEntrance(entity: Entity, language: Language): boolean {
  const { domain, deviceClass = '' } = entity;
  if (domain === 'cover') {
    if (COVER_CLASSES.has(deviceClass)) return false;
    return knowledgeOf(language).entrances === undefined || isCalledSo(entity, 'cover');
  }
  if (!RELAY_DOMAINS.includes(domain) || ENTRANCE_CLASSES.includes(deviceClass)) return false;
  return isCalledSo(entity, 'relay');
}

/** For the operator: covers that nobody can tell from a garage door, and relays that are called gates. */
export function entranceNotices(home: Home, language: Language): readonly string[] {
  return home.entities.flatMap((entity) => {
    const { id, domain, deviceClass } = entity;
    if (domain === 'cover' && deviceClass === undefined) {
      const asks = mayBeEntrance(entity, language)
        ? 'every order to it asks back'
        : 'orders to it are just done';
      return [
        `${id} has no device_class, so nobody can tell whether it is a blind or a garage door: ${asks}; add one, such as shutter, garage or gate`,
      ];
    }
    if (!mayBeEntrance(entity, language) || domain === 'cover') return [];
    return [
      `${id} is called like a way in: every order to it asks back, and as a ${domain} it can be turned on but not opened; a cover with device_class gate can`,
    ];
  });
}

/** A relay beside a gate is none; a cover beside one may be. */
function isCalledSo({ id, names }: Entity, as: 'cover' | 'relay'): boolean {
  const own = id.slice(id.indexOf('.') + 1);
  return languagesWithForms.some((language) => {
    const { entrances, nameForms = (name: string) => [name] } = knowledgeOf(language);
    if (!entrances) return false;
    const { doors, places, beside } = entrances;
    const words = new Set(
      [...doors, ...(as === 'cover' ? places : [])].flatMap((word) => nameForms(word).flatMap(foldedWords)),
    );
    const prepositions = new Set(beside.flatMap(foldedWords));
    return [own, ...names].some((name) => {
      const said = nameKey(name).split(' ');
      const end = as === 'relay' ? said.findIndex((word, at) => at > 0 && prepositions.has(word)) : -1;
      return said.slice(0, end < 0 ? said.length : end).some((word) => words.has(word));
    });
  });
}

import { hash } from 'node:crypto';
import type { Utterance } from '../intent/utterance.ts';

/** Under what an answer is kept. No word of what was said can be read from it. */
export interface CacheKey {
  /** Of the answer: it serves every room where the sentence names its own. */
  readonly entry: string;
  /** Of the question under way: always one room's, because the answer may turn out to be about that room after all. */
  readonly call: string;
  /** Id of the area that the sentence names; an answer about anything else is not kept. */
  readonly place?: string;
}

/** What an answer depends on besides what was said. */
export interface Circumstances {
  /** Hash of the rules, the home, and how they are used. */
  readonly catalogue: string;
  readonly promptVersion: string;
  /** Who may be asked, all of them, in order, and where. */
  readonly models: string;
  /** Of every kind of prompt. */
  readonly temperatures: readonly number[];
}

/** @returns undefined for what must neither be kept nor shared */
export type CacheKeys = (utterance: Utterance) => CacheKey | undefined;

/**
 * Makes keys of utterances. Who said it is no part of them: only policy asks that, and policy is asked after the cache.
 *
 * @param spell one spelling for what is the same to a model
 * @param standsAlone whether it means the same whatever was said before and whenever it is said; false when in doubt
 * @param placeNamed the one area that it is about by its own words, so that the room does not count; when in doubt none
 */
export function createCacheKeys({
  circumstances: { catalogue, promptVersion, models, temperatures },
  spell,
  standsAlone,
  placeNamed,
}: {
  circumstances: Circumstances;
  spell: (text: string, language: string) => string;
  standsAlone: (text: string, language: string) => boolean;
  placeNamed: (utterance: Utterance) => string | undefined;
}): CacheKeys {
  const circumstances = [catalogue, promptVersion, models, ...temperatures];
  return (utterance) => {
    const { text, language, room = null } = utterance;
    if (!standsAlone(text, language)) return undefined;
    const spelled = spell(text, language);
    const place = placeNamed(utterance);
    // JSON keeps the parts apart, whatever is in them; null is no room, and no room's name.
    const call = digest([...circumstances, language, spelled, 'room', room]);
    if (place === undefined) return { entry: call, call };
    return { entry: digest([...circumstances, language, spelled, 'place', place]), call, place };
  };
}

function digest(parts: readonly (string | number | null)[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url');
}

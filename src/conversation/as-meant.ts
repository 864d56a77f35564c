import { isDeepStrictEqual } from 'node:util';
import { PLACES } from '../intent/place-slots.ts';
import type { Utterance } from '../intent/utterance.ts';
import { foldedWords } from '../language/words.ts';
import type { Composed } from './put-together.ts';
import { actionsOf, type MeantText } from './understand.ts';

/** How sure several orders still are after each slip in them, as one is. */
const AFTER_SLIP = 0.95;

/**
 * What words mean together with their slips mended. Where ways to mend them mean different things, nobody knows which was
 * meant; and nothing is written down, named or announced that was not heard.
 *
 * @param ways what may have been meant
 * @param read what an utterance means as it is heard
 */
export function asMeant(
  utterance: Utterance,
  ways: readonly MeantText[],
  read: (utterance: Utterance) => Composed | undefined,
): Composed | undefined {
  const found = ways.flatMap(({ text, mends }) => {
    const composed = read({ ...utterance, text });
    return composed?.kind === 'understood' ? [{ composed, mends }] : [];
  });
  const [first, ...others] = found;
  if (!first) return undefined;
  const { composed, mends } = first;
  const actions = actionsOf(composed.understood);
  const isOne = others.every((other) => isDeepStrictEqual(actionsOf(other.composed.understood), actions));
  const { meaning } = composed.understood;
  if (!isOne || meaning.status !== 'recognized') return undefined;
  const mended = new Set(mends.flatMap(({ meant }) => foldedWords(meant)));
  const isQuoted = actions.some(({ entities }) =>
    Object.entries(entities).some(
      ([slot, value]) =>
        !PLACES.has(slot) && typeof value === 'string' && foldedWords(value).some((word) => mended.has(word)),
    ),
  );
  if (isQuoted) return undefined;
  const confidence = Math.round(meaning.confidence * AFTER_SLIP ** mends.length * 100) / 100;
  const sure =
    meaning.kind === 'action'
      ? { ...meaning, confidence, isMended: true as const }
      : { ...meaning, confidence };
  return { ...composed, understood: { ...composed.understood, meaning: sure } };
}

import { addFiller } from './fillers.ts';
import { freeText, type GoldUtterance } from './gold.ts';
import { plain } from './judge.ts';
import { createRandom, type Random } from './random.ts';
import { slip } from './slips.ts';

/** What can happen to words between a mouth and this service, in the order in which it happens. */
export const NOISES = ['typos', 'fillers', 'diacritics', 'case'] as const;

export type Noise = (typeof NOISES)[number];

/**
 * What a noise does to a text.
 *
 * @param isKept words that have to arrive as they are, because the gold quotes them
 */
type Distortion = (
  text: string,
  context: { readonly random: Random; readonly language: string; readonly isKept: (word: string) => boolean },
) => string;

const DISTORTIONS: Readonly<Record<Noise, Distortion>> = {
  fillers: addFiller,
  typos: addSlip,
  diacritics: loseDiacritics,
  case: changeCase,
};

/** @param seed the same one gives an utterance the same noise, whatever else is in the corpus */
export function createNoise(
  noises: readonly Noise[],
  { seed }: { seed: string },
): (utterance: GoldUtterance, language: string) => string {
  const wanted = NOISES.filter((noise) => noises.includes(noise));
  return (utterance, language) => {
    const quoted = new Set(plain(freeText(utterance)).split(' '));
    const isKept = (word: string): boolean => quoted.has(plain(word));
    return wanted.reduce((text, noise) => {
      const random = createRandom(`${seed} ${noise} ${utterance.says}`);
      return DISTORTIONS[noise](text, { random, language, isKept });
    }, utterance.says);
  };
}

/** "światło" becomes "swiatlo", as many speech recognisers and keyboards have it. */
export function loseDiacritics(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}+/gu, '')
    .replaceAll('ł', 'l')
    .replaceAll('Ł', 'L')
    .normalize('NFC');
}

/** How speech recognisers write: as a sentence, all small, shouting, Like A Title; with a full stop or none. */
export function changeCase(text: string, { random }: { random: Random }): string {
  const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
  const ways: readonly ((all: string) => string)[] = [
    (all) => capital(all),
    (all) => (/[\p{L}\p{N}]$/u.test(all) ? `${capital(all)}.` : capital(all)),
    (all) => all.toUpperCase(),
    (all) => all.split(' ').map(capital).join(' '),
  ];
  return random.pick(ways)(text.toLowerCase());
}

const SHORTEST_TO_SLIP = 4;

/** One slip of a finger or of the speech recogniser in one word, of those long enough to still be known by it. */
function addSlip(text: string, { random, language, isKept }: Parameters<Distortion>[1]): string {
  const words = text.split(' ');
  const candidates = [...words.keys()].filter((index) => {
    const word = words[index] ?? '';
    return word.length >= SHORTEST_TO_SLIP && /^\p{L}+[,.?!]?$/u.test(word) && !isKept(word);
  });
  if (candidates.length === 0) return text;
  const chosen = random.pick(candidates);
  return words.map((word, index) => (index === chosen ? slip(word, { random, language }) : word)).join(' ');
}

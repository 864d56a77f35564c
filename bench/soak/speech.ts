import { createRandom, type Random } from '../../src/evaluation/random.ts';
import type { Home } from '../../src/lexicon/home.ts';

/** Something that is said. */
export interface Saying {
  readonly text: string;
  readonly language: 'pl' | 'en';
  readonly room: string;
  /** Absent where nobody knows who speaks. */
  readonly user?: string;
}

type Say = (about: { readonly place: string; readonly thing: string; readonly number: number }) => string;

/** One kind of thing that people say, with how often it comes. */
interface Kind {
  readonly share: number;
  readonly pl: readonly Say[];
  readonly en: readonly Say[];
  /** What whoever said it is asked, and says next in the same room. */
  readonly isAsked?: true;
}

const KINDS: readonly Kind[] = [
  {
    share: 0.26,
    pl: [
      ({ place }) => `zapal światło ${place}`,
      ({ place }) => `wyłącz światła ${place}`,
      ({ place, number }) => `ustaw jasność ${place} na ${number} procent`,
    ],
    en: [
      ({ place }) => `turn on the lights ${place}`,
      ({ place }) => `switch off the light ${place}`,
      ({ place, number }) => `set the brightness ${place} to ${number} percent`,
    ],
  },
  {
    share: 0.22,
    pl: [({ thing }) => `włącz ${thing}`, ({ thing }) => `wyłącz ${thing}, proszę`],
    en: [({ thing }) => `turn on the ${thing}`, ({ thing }) => `could you turn off the ${thing}`],
  },
  {
    share: 0.12,
    pl: [({ place }) => `jaka jest temperatura ${place}`, ({ thing }) => `czy ${thing} jest włączony`],
    en: [({ place }) => `what is the temperature ${place}`, ({ thing }) => `is the ${thing} on`],
  },
  {
    share: 0.14,
    pl: [
      () => 'a teraz zgaś',
      () => 'trochę jaśniej',
      ({ place }) => `${place} też`,
      () => 'jeszcze raz',
      () => 'nie, jednak nie',
    ],
    en: [() => 'now turn it off', () => 'a bit brighter', ({ place }) => `and ${place}`, () => 'never mind'],
  },
  {
    share: 0.06,
    pl: [
      ({ place, number }) => `zgaś światło ${place} za ${number} minut`,
      ({ number }) => `ustaw minutnik na ${number} minut`,
    ],
    en: [({ place, number }) => `turn off the light ${place} in ${number} minutes`],
  },
  {
    share: 0.04,
    pl: [({ place, thing }) => `zapal światło ${place} i wyłącz ${thing}`],
    en: [({ place, thing }) => `turn on the light ${place} and turn off the ${thing}`],
  },
  {
    share: 0.06,
    pl: [() => 'otwórz bramę garażową', () => 'otwórz drzwi wejściowe', () => 'rozbrój alarm'],
    en: [() => 'open the garage door', () => 'unlock the front door'],
    isAsked: true,
  },
];
const ANSWERS = { pl: ['tak', 'tak, proszę', 'nie', 'no dobra'], en: ['yes', 'yes please', 'no'] } as const;

/** Rooms of the home, and others that it does not know. */
const ROOMS = 40;
const USERS = ['anna', 'jan', 'zofia'] as const;
/** Whoever speaks is recognised in one of three cases. */
const KNOWN_SHARE = 1 / 3;
const POLISH_SHARE = 0.7;
const SYLLABLES = 'ba ko zdrę mie lup szi fra nto wy ęk'.split(' ');

/**
 * An endless row of what is said in a home: orders, questions, what leans on what was said before, what wants a yes and its answer,
 * and in one of ten cases what means nothing. The same seed gives the same row.
 */
export function createSpeech(home: Home, seed: string): { next(): Saying } {
  const random = createRandom(seed);
  const rooms = Array.from({ length: ROOMS }, (_, index) => home.areas[index]?.names[0] ?? `pokój ${index}`);
  /** Who was asked something, by room. */
  const asked = new Map<string, Omit<Saying, 'text'>>();

  function wordsOf(kind: Kind, language: Saying['language']): string {
    const area = random.pick(home.areas);
    const { names } = random.pick(home.entities);
    return random.pick(kind[language])({
      place: area.where[language] ?? area.id,
      // The first name is Polish, and the last one of many is not.
      thing: (language === 'pl' ? names[0] : names.at(-1)) ?? 'lampa',
      number: 1 + random.below(100),
    });
  }

  return {
    next() {
      const room = random.pick(rooms);
      const waiting = asked.get(room);
      if (waiting) {
        asked.delete(room);
        return { ...waiting, text: random.pick(ANSWERS[waiting.language]) };
      }
      const language = random.next() < POLISH_SHARE ? 'pl' : 'en';
      const who = {
        language,
        room,
        ...(random.next() < KNOWN_SHARE && { user: random.pick(USERS) }),
      } as const;
      const kind = kindAt(random.next());
      if (kind?.isAsked) asked.set(room, who);
      return { ...who, text: kind ? wordsOf(kind, language) : babble(random) };
    },
  };
}

/** @returns undefined for what means nothing */
function kindAt(chance: number): Kind | undefined {
  let passed = 0;
  for (const kind of KINDS) {
    passed += kind.share;
    if (chance < passed) return kind;
  }
  return undefined;
}

function babble(random: Random): string {
  const words = Array.from({ length: 2 + random.below(4) }, () =>
    Array.from({ length: 1 + random.below(3) }, () => random.pick(SYLLABLES)).join(''),
  );
  return words.join(' ');
}

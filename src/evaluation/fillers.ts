import type { Random } from './random.ts';

interface Fillers {
  readonly before: readonly string[];
  readonly between: readonly string[];
  readonly after: readonly string[];
}

/** What people say around an order without meaning anything by it. */
const FILLERS: Readonly<Record<string, Fillers>> = {
  pl: {
    before: [
      'yyy',
      'eee',
      'hej',
      'ej',
      'no',
      'no to',
      'no dobra',
      'dobra',
      'okej',
      'słuchaj',
      'wiesz co',
      'proszę',
      'proszę cię',
      'kochanie',
      'to może',
      'a',
    ],
    between: ['yyy', 'eee', 'no', 'proszę', 'jakby', 'tak', 'wiesz', 'może'],
    after: ['proszę', 'dobra', 'dzięki', 'co', 'okej', 'proszę cię', 'dziękuję', 'jeśli możesz', 'no'],
  },
  en: {
    before: [
      'uh',
      'um',
      'hey',
      'okay',
      'ok',
      'so',
      'well',
      'right',
      'listen',
      'please',
      'alright',
      'hmm',
      'oh',
    ],
    between: ['uh', 'um', 'er', 'please', 'like', 'you know'],
    after: ['please', 'thanks', 'thank you', 'okay', 'if you can', 'mate'],
  },
};

/** Adds one filler: before the sentence, behind it, or between two words; never beside a word that is quoted. */
export function addFiller(
  text: string,
  { random, language, isKept }: { random: Random; language: string; isKept: (word: string) => boolean },
): string {
  const fillers = FILLERS[language.toLowerCase().split('-')[0] ?? ''];
  const words = text.split(' ');
  if (!fillers) return text;
  const gaps = Array.from({ length: words.length + 1 }, (_, gap) => gap).filter((gap) =>
    // Nobody stops behind a preposition.
    [words[gap - 1], words[gap]].every(
      (word, side) => word === undefined || !(isKept(word) || (side === 0 && word.length <= 2)),
    ),
  );
  // Twice as often at the ends: nobody stops in the middle of every second order.
  const places = [...gaps, ...gaps.filter((gap) => gap === 0 || gap === words.length)];
  if (places.length === 0) return text;
  const gap = random.pick(places);
  if (gap === 0) return [random.pick(fillers.before), ...words].join(' ');
  if (gap < words.length) return words.toSpliced(gap, 0, random.pick(fillers.between)).join(' ');
  const filler = random.pick(fillers.after);
  const [, said = text, end = ''] = /^(.*?)([.?!]*)$/u.exec(text) ?? [];
  return `${said} ${filler}${end}`;
}

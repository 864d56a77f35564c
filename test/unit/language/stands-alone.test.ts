import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCorpus } from '../../../src/evaluation/corpus-document.ts';
import { englishLeanings } from '../../../src/language/en/leanings.ts';
import { polishLeanings } from '../../../src/language/pl/leanings.ts';
import { standsAlone } from '../../../src/language/stands-alone.ts';
import { foldedWords } from '../../../src/language/words.ts';

test.for([
  ['pl', 'zapal światło w salonie'],
  ['pl', 'proszę, zgaś światło'],
  ['pl', 'rozjaśnij światło'],
  ['pl', 'ustaw temperaturę na 22 stopnie'],
  ['pl', 'czy brama jest otwarta'],
  ['pl', 'w kuchni zapal światło'],
  ['pl', 'jak ciepło jest w salonie'],
  ['pl', 'dodaj mleko do listy zakupów'],
  ['en', 'turn on the kitchen lights'],
  ['en', 'lights off please'],
  ['en', 'set the bedroom to 21 degrees'],
  ['en', 'is the garage door open'],
])('%s: "%s" stands alone', ([language = '', text = '']) => {
  expect(standsAlone(text, language)).toBe(true);
});

test.for([
  // On what was said before.
  ['pl', 'a teraz zgaś'],
  ['pl', 'jaśniej'],
  ['pl', 'zgaś je'],
  ['pl', 'zapal tam'],
  ['pl', 'dobra zgaś'],
  ['pl', 'w łazience też'],
  ['pl', 'w sypialni'],
  ['pl', 'zamknij w kuchni'],
  ['pl', 'ustaw na 40'],
  ['pl', 'ustaw 40 procent'],
  ['pl', 'w kuchni zamknij'],
  ['pl', 'lampa przy oknie'],
  ['pl', 'tak'],
  ['pl', 'nie, w kuchni zapal światło'],
  ['pl', 'zapal światło u mnie'],
  ['pl', 'włącz to samo światło'],
  ['en', 'turn it off'],
  ['en', 'and the kitchen'],
  ['en', 'turn off in the kitchen'],
  ['en', 'the one by the window'],
  ['en', 'set to 40 percent'],
  ['en', 'turn on my lamp'],
  ['en', 'a bit brighter'],
  // On time.
  ['pl', 'zgaś światło za 10 minut'],
  ['pl', 'zgaś światło za pół godziny'],
  ['pl', 'jutro rano zapal światło'],
  ['pl', 'o 21 zgaś światło'],
  ['pl', 'zgaś światło 21:30'],
  ['pl', 'kiedy wyjdę, zgaś światło jeśli się świeci'],
  ['pl', 'zapal światło do dziewiątej'],
  ['pl', 'zgaś światło wpół do siódmej'],
  ['en', 'turn off the light by 9 pm'],
  ['en', 'turn off the light in ten minutes'],
  ['en', 'turn off the lights at nine'],
  ['en', 'turn on the lights when I come home'],
  ['en', 'turn on the lights tomorrow'],
  // On nothing that is known.
  ['de', 'mach das Licht an'],
  ['pl', ''],
])('%s: "%s" does not', ([language = '', text = '']) => {
  expect(standsAlone(text, language)).toBe(false);
});

const CORPUS = join(import.meta.dirname, '../../golden/corpus');

test.for(['pl', 'en'])(
  'nothing in the corpus that follows on or names a time stands alone (%s)',
  async (language) => {
    const cases = await loadCorpus(join(CORPUS, `${language}.yaml`));
    const leaning = cases.filter(({ kind, before }) => kind === 'timed' || before.length > 0);
    expect(leaning.length).toBeGreaterThan(5);
    expect(leaning.filter(({ says }) => standsAlone(says, language)).map(({ says }) => says)).toEqual([]);
  },
);

test.for([
  ['pl', 0.5],
  ['en', 0.5],
] as const)('most simple orders and questions in the corpus do (%s)', async ([language, share]) => {
  const cases = await loadCorpus(join(CORPUS, `${language}.yaml`));
  const simple = cases.filter(({ kind }) => kind === 'single' || kind === 'query');
  const alone = simple.filter(({ says }) => standsAlone(says, language));
  expect(alone.length / simple.length).toBeGreaterThan(share);
});

test.for([
  ['pl', polishLeanings],
  ['en', englishLeanings],
] as const)('every word is folded (%s)', ([, leanings]) => {
  for (const words of Object.values(leanings) as ReadonlySet<string>[]) {
    for (const word of words) expect(foldedWords(word)).toEqual([word]);
  }
});

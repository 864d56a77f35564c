import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadHome } from '../../../src/lexicon/home-document.ts';
import { loadRules } from '../../../src/rules/load-rules.ts';
import { rulesResolver } from '../../support/rules-resolver.ts';

const config = join(import.meta.dirname, '../../../config');
const resolver = rulesResolver({
  rules: await loadRules(join(config, 'intents.yaml')),
  home: await loadHome(join(config, 'home.yaml')),
});

/** What is done in the living room, or what is said instead. */
async function done(text: string, language: string): Promise<unknown> {
  const outcome = await resolver.resolve({ text, language, room: 'salon' }, {
    signal: new AbortController().signal,
  } as Parameters<typeof resolver.resolve>[1]);
  if (outcome.kind !== 'answer') return outcome.kind;
  const { meaning } = outcome;
  if (meaning.status !== 'recognized' || meaning.kind !== 'action') return meaning.status;
  return meaning.actions.map(({ entities }) => entities);
}

const SALON = ['light.salon_sufit', 'light.salon_stojaca'];
const DOWNSTAIRS = [
  ...['light.salon_sufit', 'light.salon_kinkiet', 'light.salon_stojaca', 'light.przedpokoj'],
  ...['light.gabinet_biurko', 'light.taras', 'light.garaz'],
];

test.for([
  ['zgaś światło oprócz kinkietu', 'pl', SALON],
  ['zgaś wszystkie światła oprócz kinkietu', 'pl', SALON],
  ['zgaś wszystko na dole poza kuchnią', 'pl', DOWNSTAIRS],
  ['zgaś światło na dole, tylko nie w kuchni', 'pl', DOWNSTAIRS],
  ['opuść wszystkie rolety oprócz lewej', 'pl', ['cover.salon_prawa']],
  ['all the lights except the wall light off please', 'en', SALON],
  ['turn off the lights downstairs but not in the kitchen', 'en', DOWNSTAIRS],
] as const)('what is left is named: %s', async ([said, language, entity_id]) => {
  expect(await done(said, language)).toEqual([{ entity_id }]);
});

test.for([
  ['zgaś wszystko oprócz telewizora', 'pl'],
  ['zgaś światło na dole oprócz sypialni', 'pl'],
  ['zgaś wszystkie światła oprócz kuchni i zasłoń rolety', 'pl'],
  ['nie gaś wszystkich świateł oprócz kuchni', 'pl'],
  ['zapal światło w kuchni ale nie w salonie', 'pl'],
  ['turn off everything except the tv', 'en'],
  ['turn off the lights except when I am home', 'en'],
])('where nobody knows what is left, nothing is done: %s', async ([said = '', language = '']) => {
  expect(await done(said, language)).toBe('pass');
});

import { expect, test } from 'vitest';
import { readHome } from '../../../src/lexicon/home-document.ts';
import { createMatcher } from '../../../src/rules/create-matcher.ts';
import { createInterpreter } from '../../../src/rules/interpret.ts';
import { readRules } from '../../../src/rules/load-rules.ts';

const home = readHome(
  `areas:
  - { id: salon, name: salon }
  - { id: garaz, name: garaż }
  - { id: ogrod, name: ogród }
  - { id: taras, name: taras }
entities:
  - { id: cover.brama, name: brama, area: garaz, device_class: garage }
  - { id: cover.taras, name: przejście, area: taras, device_class: gate }
  - { id: lock.furtka, name: furtka, area: ogrod }
  - { id: light.lampka, name: lampka, area: salon }
  - { id: light.zielona, name: lampka zielona, area: salon }
  - { id: cover.zaluzja, name: żaluzja, area: salon, device_class: blind }
  - { id: cover.druga, name: druga, area: salon, device_class: blind }
`,
  'home.yaml',
);
const rules = readRules(
  `intents:
  - { action: cover.open_cover, target: cover, device_class: [gate, garage], scope: home, sentences: { pl: ["otwórz (bramę|furtkę)"] } }
  - { action: lock.unlock, target: lock, sentences: { pl: ["otwórz {name}"] } }
  - { action: light.turn_on, target: light, sentences: { pl: ["włącz (lampkę|lampki)"] } }
  - { action: light.turn_on, target: light, sentences: { pl: ["włącz {name}"] } }
  - { action: cover.close_cover, target: cover, device_class: blind, sentences: { pl: ["zamknij (żaluzję|żaluzje)"] } }
  - { action: cover.close_cover, target: cover, sentences: { pl: ["zamknij {name}"] } }
`,
  'intents.yaml',
);
const match = createMatcher({ rules, home });
const interpret = createInterpreter({ home, threshold: 0.5 });

function done(text: string, room: string) {
  const utterance = { text, language: 'pl', room };
  const meaning = interpret(utterance, match(utterance))?.meaning;
  return meaning?.status === 'recognized' && meaning.kind === 'action' ? meaning.actions[0] : meaning?.status;
}

test.for(['otwórz furtkę', 'otworz furtke'])(
  'what is called so elsewhere goes before a kind that nothing here is of: %s',
  (text) => {
    expect(done(text, 'salon')).toMatchObject({
      intent: 'lock.unlock',
      entities: { entity_id: 'lock.furtka' },
    });
    expect(done(text, 'taras')).toMatchObject({
      intent: 'cover.open_cover',
      entities: { entity_id: 'cover.taras' },
    });
  },
);

test.for(['włącz lampkę', 'wlacz lampke'])(
  'a name is the same in its case, with diacritics and without: %s',
  (text) => {
    expect(done(text, 'salon')).toMatchObject({ entities: { entity_id: 'light.lampka' } });
  },
);

test('several of a name are the kind of things, where the diacritics tell', () => {
  expect(done('zamknij żaluzję', 'salon')).toMatchObject({ entities: { entity_id: 'cover.zaluzja' } });
  expect(done('zamknij żaluzje', 'salon')).toEqual({
    intent: 'cover.close_cover',
    entities: { area: 'salon' },
  });
});

import { expect, test } from 'vitest';
import { readHome } from '../../../src/lexicon/home-document.ts';
import { createMatcher } from '../../../src/rules/create-matcher.ts';
import { createInterpreter } from '../../../src/rules/interpret.ts';
import { readRules } from '../../../src/rules/load-rules.ts';

const home = readHome(
  `areas:
  - { id: salon, name: salon, aliases: [living room] }
  - { id: kuchnia, name: kuchnia, aliases: [kitchen] }
  - { id: sypialnia, name: sypialnia, aliases: [bedroom] }
entities:
  - { id: light.sufit, name: lampa sufitowa, area: salon }
  - { id: light.stojaca, name: lampa stojąca, aliases: [lampka przy kanapie], area: salon }
  - { id: light.kinkiet, name: kinkiet, area: salon }
  - { id: light.blat, name: oświetlenie blatu, aliases: [lampka nad blatem], area: kuchnia }
  - { id: light.kuchnia, name: oświetlenie kuchni, area: kuchnia }
  - { id: light.nocna, name: lampka nocna, aliases: [bedside lamp], area: sypialnia }
  - { id: light.glowne, name: światło główne, area: sypialnia }
  - { id: cover.lewa, name: lewa, area: salon, device_class: blind }
  - { id: cover.prawa, name: prawa, area: salon, device_class: blind }
`,
  'home.yaml',
);
const rules = readRules(
  `single_things:
  pl: [lampa, lampę, lampe, lampka, lampkę, lampke, żaluzję]
  en: [lamp]
expansion_rules:
  pl: { light: "(światł(o|a)|lamp(a|ę|y)|lampk(a|ę|i))" }
  en: { light: "(light|lights|lamp|lamps)" }
intents:
  - action: light.turn_on
    target: light
    sentences: { pl: ["włącz [każdą] <light> [w {area}]"], en: ["turn on [every] <light> [in {area}]"] }
  - { action: light.turn_on, target: light, sentences: { pl: ["włącz {name}"] } }
  - { action: light.get_state, kind: query, target: light, sentences: { pl: ["czy <light> się świeci"] } }
  - { action: cover.close_cover, target: cover, sentences: { pl: ["zamknij (żaluzję|żaluzje)"] } }
`,
  'intents.yaml',
);
const match = createMatcher({ rules, home });
const interpret = createInterpreter({ home, threshold: 0.5 });

function meant(text: string, room: string | undefined = undefined, language = 'pl') {
  const utterance = { text, language, ...(room !== undefined && { room }) };
  return interpret(utterance, match(utterance))?.meaning;
}
const asked = (...ids: string[]) => ({
  status: 'ambiguous',
  candidates: ids.map((id) => ({ entities: { entity_id: id } })),
});
const done = (entities: object) => ({ status: 'recognized', actions: [{ entities }] });

test.for(['włącz lampkę', 'włącz lampę', 'włącz lampe w salonie', 'włącz lmapkę'])(
  'of several that one word may mean it is asked which: %s',
  (text) => {
    expect(meant(text, 'salon')).toMatchObject(asked('light.sufit', 'light.stojaca'));
  },
);

test('the question has the word that was said, as it is written', () => {
  expect(meant('włącz lampke', 'salon')).toMatchObject({
    responseText: 'Którą lampkę: lampa sufitowa czy lampa stojąca?',
  });
  expect(meant('turn on lamp', 'salon', 'en')).toMatchObject({
    responseText: 'Which lamp: lampa sufitowa or lampa stojąca?',
  });
});

test('the only one here that is called so is it', () => {
  const bedside = { area: 'sypialnia', entity_id: 'light.nocna' };
  expect(meant('włącz lampkę', 'sypialnia')).toMatchObject(done(bedside));
  expect(meant('turn on lamp', 'sypialnia', 'en')).toMatchObject(done(bedside));
  expect(meant('włącz lampkę w kuchni')).toMatchObject(done({ area: 'kuchnia', entity_id: 'light.blat' }));
});

test('what is called by a like word is only one of those that may be meant', () => {
  expect(meant('włącz lampę', 'kuchnia')).toMatchObject(asked('light.blat', 'light.kuchnia'));
});

test.for([
  ['włącz lampki', 'pl'],
  ['włącz lampy', 'pl'],
  ['włącz światło', 'pl'],
  ['włącz światła', 'pl'],
  ['włącz każdą lampę', 'pl'],
  ['turn on lamps', 'en'],
  ['turn on light', 'en'],
  ['turn on every lamp', 'en'],
])('a word for several, for light, or for each means all of the room: %s', ([text = '', language]) => {
  expect(meant(text, 'salon', language)).toMatchObject(done({ area: 'salon' }));
});

test('one with its diacritics, several with theirs', () => {
  expect(meant('zamknij żaluzję', 'salon')).toMatchObject(asked('cover.lewa', 'cover.prawa'));
  expect(meant('zamknij żaluzje', 'salon')).toMatchObject(done({ area: 'salon' }));
  expect(meant('zamknij zaluzje', 'salon')).toMatchObject(done({ area: 'salon' }));
});

test('a question about one is answered about all: nothing is done', () => {
  expect(meant('czy lampa się świeci', 'salon')).toMatchObject({
    status: 'recognized',
    query: { entities: { area: 'salon' } },
  });
});

test('a name is what it is', () => {
  expect(meant('włącz lampa stojąca', 'salon')).toMatchObject(
    done({ area: 'salon', entity_id: 'light.stojaca' }),
  );
});

test('a word for one thing is one word', () => {
  expect(() => readRules('single_things: { en: [desk lamp] }\nintents: []\n', 'intents.yaml')).toThrow(
    /intents\.yaml:1:\d+.*expected one word/,
  );
});

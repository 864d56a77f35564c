import { describe, expect, test } from 'vitest';
import { readHome } from '../../../src/lexicon/home-document.ts';
import { createMatcher } from '../../../src/rules/create-matcher.ts';
import { readRules } from '../../../src/rules/load-rules.ts';

const home = readHome(
  `areas:
  - { id: kuchnia, name: kuchnia }
  - { id: salon, name: salon }
entities:
  - { id: light.lampa, name: lampa, area: kuchnia }
`,
  'home.yaml',
);
const match = createMatcher({
  home,
  rules: readRules(
    `lists: { what: { wildcard: true } }
intents:
  - { action: light.turn_on, target: light, sentences: { pl: ["(zapal|włącz) światło [w {area}]"] } }
  - { action: light.turn_off, target: light, sentences: { pl: ["(zgaś|wyłącz) światło [w {area}]"] } }
  - { action: todo.add_item, sentences: { pl: ["dodaj {what} do listy [zakupów]", "kup {what}", "dodaj {what}"] } }
  - { action: a.say, sentences: { pl: ["ogłoś {what}"] } }
  - { action: vacuum.start, sentences: { pl: ["ogłoś odkurzanie salonu"] } }
`,
    'intents.yaml',
  ),
});
const readings = (text: string) => match({ text, language: 'pl' });

describe('a slip', () => {
  test('is mended where nothing fits as it was heard, and told', () => {
    const [heard] = readings('zapal światło w kuchni');
    const [mended] = readings('zapal śwatło w Kuhcni');
    expect(mended).toMatchObject({
      action: 'light.turn_on',
      target: { area: 'kuchnia' },
      mended: [
        { heard: 'śwatło', meant: 'swiatlo' },
        { heard: 'Kuhcni', meant: 'kuchni' },
      ],
    });
    expect(heard?.mended).toBeUndefined();
    expect(mended?.confidence).toBeLessThan(heard?.confidence ?? 0);
  });

  test('leaves the words for a place as they were heard', () => {
    expect(readings('zapal światło w Kuhcni')[0]?.target?.words).toBe('Kuhcni');
    expect(readings('zapal światło wkuchni')[0]?.target?.words).toBe('kuchni');
  });

  test('of a word that runs into another, or falls apart, is mended', () => {
    expect(readings('zapal światło wsalonie')[0]?.mended).toEqual([
      { heard: 'wsalonie', meant: 'w salonie' },
    ]);
    expect(readings('zapal świa tło')[0]?.mended).toEqual([{ heard: 'świa tło', meant: 'swiatlo' }]);
  });

  test('costs the more confidence the more there are', () => {
    const [one, two] = ['zapal śwatło w salonie', 'zapal śwatło w saloni'].map((text) => readings(text)[0]);
    expect(two?.confidence).toBeLessThan(one?.confidence ?? 0);
  });
});

describe('a wildcard', () => {
  test('quotes what was heard', () => {
    expect(readings('dodaj śwatło do lisyt zakupów')[0]?.slots).toEqual({ what: 'śwatło' });
  });

  test('gives words back to the sentence it belongs to', () => {
    expect(readings('dodaj mleko do listy zakpów')[0]).toMatchObject({
      slots: { what: 'mleko' },
      mended: [{ heard: 'zakpów', meant: 'zakupow' }],
    });
  });

  test('does not give them to another order', () => {
    const [best] = readings('ogłoś odkurzanie salonuu');
    expect(best).toMatchObject({ action: 'a.say', slots: { what: 'odkurzanie salonuu' } });
    expect(best?.mended).toBeUndefined();
  });

  test('is not opened by a word that nobody said', () => {
    expect(readings('ogłoość kolacja')).toEqual([]);
    expect(readings('oglos kolacja')).toHaveLength(1);
  });
});

test('slips never turn an order round', () => {
  for (const text of ['wyącz światło', 'włyącz światło', 'wylcz światło', 'włąz światło']) {
    for (const { action } of readings(text)) {
      expect(action).toBe(text.startsWith('wy') ? 'light.turn_off' : 'light.turn_on');
    }
  }
});

test('a long text is not looked through for slips', () => {
  expect(readings(`zapal śwatło ${'proszę '.repeat(60)}`)).toEqual([]);
});

import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collapse } from '../../../src/language/fold.ts';
import { loadHome, readHome } from '../../../src/lexicon/home-document.ts';
import { createMatcher } from '../../../src/rules/create-matcher.ts';
import { loadRules, readRules } from '../../../src/rules/load-rules.ts';
import { growth, quickest } from '../../support/quickest.ts';

const home = readHome(
  `areas:
  - { id: salon, name: salon, aliases: [salonie] }
  - { id: kuchnia, name: kuchnia, aliases: [kuchni] }
entities:
  - { id: light.lampa, name: lampa, aliases: [lampę], area: kuchnia }
  - { id: light.salon, name: żyrandol, area: salon }
`,
  'home.yaml',
);

function matcherOf(rules: string) {
  return createMatcher({ rules: readRules(rules, 'intents.yaml'), home });
}

function sentences(...texts: readonly string[]) {
  const lists =
    'lists:\n  what: { wildcard: true }\n  brief: { wildcard: true, words: 2 }\n  volume: { from: 0, to: 100, multiplier: 0.01 }\nskip_words: { pl: [proszę] }\n';
  const target = texts.some((text) => text.includes('{name}')) ? '    target: light\n' : '';
  return matcherOf(
    `${lists}intents:\n  - action: a.b\n${target}    sentences: { pl: ${JSON.stringify(texts)} }\n`,
  );
}

/** Slots of the best reading; undefined where there is none. */
function slotsOf(match: ReturnType<typeof matcherOf>, text: string, room?: string) {
  return match({ text, language: 'pl', ...(room !== undefined && { room }) })[0]?.slots;
}

test('a number in words may follow an apostrophe', () => {
  const match = matcherOf(
    `lists: { hours: { from: 0, to: 100 } }
intents:
  - { action: timer.start, sentences: { fr: ["minuteur d'{hours} heure[s]", "minuteur de l'{hours} heure"] } }
`,
  );
  const hoursOf = (text: string) => match({ text, language: 'fr' })[0]?.slots['hours'];
  expect(hoursOf("Minuteur d'une heure")).toBe(1);
  expect(hoursOf('minuteur d’onze heures')).toBe(11);
  expect(hoursOf("minuteur d'1 heure")).toBe(1);
  expect(hoursOf("minuteur d'hier heure")).toBeUndefined();
});

describe('a sentence', () => {
  test('fits whole texts only', () => {
    const match = sentences('zrób to');
    expect(slotsOf(match, 'zrób to')).toEqual({});
    expect(slotsOf(match, 'zrób to jutro')).toBeUndefined();
    expect(slotsOf(match, 'nie zrób to')).toBeUndefined();
    expect(slotsOf(match, 'zrób')).toBeUndefined();
    expect(slotsOf(match, '')).toBeUndefined();
  });

  test('fits whatever the case, the diacritics and the punctuation', () => {
    expect(slotsOf(sentences('Zażółć GĘŚLĄ jaźń'), '… zazolc, gęślą JAZN?!')).toEqual({});
  });

  test('joins and parts words where its brackets stand', () => {
    const match = sentences('lamp(a|ę|y)[eczka] (w |na )stole');
    for (const text of ['lampa w stole', 'lampę na stole', 'lampyeczka na stole']) {
      expect(slotsOf(match, text)).toEqual({});
    }
    expect(slotsOf(match, 'lamp a w stole')).toBeUndefined();
    expect(match({ text: 'lampa wstole', language: 'pl' }).filter(({ mended }) => !mended)).toEqual([]);
  });

  test('takes parts in any order', () => {
    const match = sentences('zrób (raz;dwa;trzy)');
    for (const text of ['zrób raz dwa trzy', 'zrób trzy dwa raz', 'zrób dwa raz trzy']) {
      expect(slotsOf(match, text)).toEqual({});
    }
    expect(slotsOf(match, 'zrób raz dwa')).toBeUndefined();
    expect(slotsOf(match, 'zrób raz raz raz')).toBeUndefined();
  });

  test('takes parts in any order that may be left out together', () => {
    const match = sentences('zrób [raz;dwa]');
    for (const text of ['zrób', 'zrób raz dwa', 'zrób dwa raz']) expect(slotsOf(match, text)).toEqual({});
    expect(slotsOf(match, 'zrób dwa')).toBeUndefined();
  });

  test('reads numbers in digits and words, inside the range and on its steps only', () => {
    const match = sentences('poziom {0..100,5:level}');
    expect(slotsOf(match, 'poziom 40')).toEqual({ level: 40 });
    expect(slotsOf(match, 'poziom dwadzieścia pięć')).toEqual({ level: 25 });
    expect(slotsOf(match, 'poziom 42')).toBeUndefined();
    expect(slotsOf(match, 'poziom 105')).toBeUndefined();
    expect(slotsOf(match, 'poziom -5')).toBeUndefined();
  });

  test('scales what a list says to', () => {
    expect(slotsOf(sentences('głośność {volume:volume_level}'), 'głośność 7')).toEqual({
      volume_level: 0.07,
    });
  });

  test('quotes the words of a wildcard as they were said', () => {
    expect(slotsOf(sentences('dodaj {what} do listy'), 'Dodaj Żółty ser, 2 szt., do listy!')).toEqual({
      what: 'Żółty ser, 2 szt',
    });
  });

  test('gives a wildcard no more words than it may take', () => {
    const match = sentences('minutnik na {brief}', 'minutnik {brief} teraz');
    expect(slotsOf(match, 'minutnik na zielony ryż')).toEqual({ brief: 'zielony ryż' });
    expect(match({ text: 'minutnik na ryż i zgaś światło', language: 'pl' })).toEqual([]);
    expect(slotsOf(match, 'minutnik dla babci teraz')).toEqual({ brief: 'dla babci' });
    expect(match({ text: 'minutnik dla babci i dziadka teraz', language: 'pl' })).toEqual([]);
  });

  test('gives wildcards as little as it can', () => {
    expect(
      slotsOf(sentences('dodaj {what} do (listy|listy zakupów)'), 'dodaj mleko do listy do listy'),
    ).toEqual({
      what: 'mleko do listy',
    });
    expect(slotsOf(sentences('powiedz [że] {what}'), 'powiedz że obiad')).toEqual({ what: 'obiad' });
  });

  test('gives a wildcard no more words than it may have, and no second order', () => {
    const match = matcherOf(
      'lists: { item: { wildcard: true, words: 4 } }\nintents: [{ action: a.b, sentences: { pl: ["dodaj {item}"] } }]\n',
    );
    expect(slotsOf(match, 'dodaj chleb i dwa masła')).toEqual({ item: 'chleb i dwa masła' });
    expect(slotsOf(match, 'dodaj chleb i dwa tanie masła')).toBeUndefined();
    expect(slotsOf(match, 'dodaj chleb i zgaś światło')).toBeUndefined();
    expect(slotsOf(match, 'dodaj chleb a potem masło')).toBeUndefined();
    expect(slotsOf(match, 'dodaj chleb potem zgaś światło')).toBeUndefined();
  });

  test('is read both by a name and by a word of its own', () => {
    const match = sentences('zgaś (lampę|{name})');
    const heard = match({ text: 'zgaś lampę', language: 'pl', room: 'salon' });
    expect(heard.map(({ target }) => target?.entities)).toEqual([undefined, ['light.lampa']]);
    const [here] = match({ text: 'zgaś lampę', language: 'pl', room: 'kuchnia' });
    expect(here?.target?.entities).toEqual(['light.lampa']);
  });

  test('skips skip words anywhere', () => {
    const match = sentences('zrób to');
    expect(slotsOf(match, 'proszę zrób proszę to proszę')).toEqual({});
  });

  test('lets no negation and no question hide in a wildcard it begins with', () => {
    const match = sentences('{what} na listę');
    expect(slotsOf(match, 'mleko na listę')).toEqual({ what: 'mleko' });
    expect(slotsOf(match, 'nie dodawaj mleka na listę')).toBeUndefined();
    expect(slotsOf(match, 'czy dodać mleko na listę')).toBeUndefined();
  });
});

describe('ranking', () => {
  const rules = (first: string, second: string) =>
    matcherOf(`lists: { what: { wildcard: true } }
intents:
  - { action: a.first, target: light, sentences: { pl: ["${first}"] } }
  - { action: a.second, target: light, sentences: { pl: ["${second}"] } }
`);
  const best = (match: ReturnType<typeof matcherOf>, text: string, room = 'salon') =>
    match({ text, language: 'pl', room }).map(({ action, rank }) => `${action} ${rank}`);

  test('words of the sentence go before list values, and these before wildcards', () => {
    expect(best(rules('włącz {what}', 'włącz lampę'), 'włącz lampę')).toEqual(['a.second 0', 'a.first 1']);
    expect(best(rules('włącz {what}', 'włącz {name}'), 'włącz lampę')).toEqual(['a.second 0', 'a.first 1']);
  });

  test('a name of something here goes before a kind of thing', () => {
    expect(best(rules('włącz lampę', 'włącz {name}'), 'włącz lampę', 'kuchnia')[0]).toBe('a.second 0');
  });

  test('a name of something elsewhere does not', () => {
    expect(best(rules('włącz lampę', 'włącz {name}'), 'włącz lampę', 'salon')[0]).toBe('a.first 0');
  });

  test('what is equal shares a rank and keeps the order of the file', () => {
    expect(best(rules('włącz to', 'włącz [to|owo]'), 'włącz to')).toEqual(['a.first 0', 'a.second 0']);
  });
});

describe('a pattern', () => {
  const match = matcherOf(
    'intents:\n  - pattern: "włącz światło.*"\n    action: "light.turn_on"\n    entities: ["room_from_context"]\n',
  );
  const read = (text: string) => match({ text, language: 'pl', room: 'salon' })[0];

  test('fits from the beginning to the end', () => {
    expect(read('Wlacz ŚWIATŁO kochanie!')).toMatchObject({
      action: 'light.turn_on',
      slots: {},
      target: { scope: 'room' },
    });
    expect(read('proszę włącz światło')).toBeUndefined();
  });

  test('gives way to a room that was said', () => {
    expect(read('włącz światło w kuchni')?.target).toMatchObject({ area: 'kuchnia', words: 'kuchni' });
  });

  test.for([
    'włącz światło nie teraz',
    'włącz światło jutro',
    'włącz światło za dziesięć minut',
    'włącz światło i zasłoń rolety',
    'włącz światło w piwnicy',
    'włącz światło w kuchni albo w salonie',
    'włącz światło bez kuchni',
    'włącz światło nieważne',
    'włącz światło wyłącz światło',
    'włącz światło dwadzieścia procent',
    'włącz światło pięć po ósmej',
    'włącz światło to był żart',
    'włącz światło nad kuchnią',
    'włącz światło w drugiej kuchni',
    'włącz światło w kuchni dla gości',
    'włącz światło w kuchni w salonie',
    'włącz światło w',
    'włącz światłowstręt',
  ])('stays silent where nobody can tell what it lets pass: %s', (text) => {
    expect(read(text)).toBeUndefined();
  });

  test('is not tried on long texts', () => {
    expect(read(`włącz światło ${'x'.repeat(300)}`)).toBeUndefined();
  });

  test('keeps its classes when it is folded', () => {
    const digits = matcherOf('intents:\n  - pattern: "poziom \\\\D+ \\\\d+"\n    action: a.b\n');
    expect(slotsOf(digits, 'Poziom Proszę 7')).toEqual({});
    expect(slotsOf(digits, 'Poziom 7 Proszę')).toBeUndefined();
  });

  test('lets any ending pass that it leaves open, and no word', () => {
    const lamps = matcherOf('intents:\n  - pattern: "zaświeć lamp\\\\w* ?.*"\n    action: a.b\n');
    expect(slotsOf(lamps, 'zaświeć lampeczkę proszę')).toEqual({});
    expect(slotsOf(lamps, 'zaświeć lampeczkę sąsiada')).toBeUndefined();
  });

  test('lets no room pass that it has no use for', () => {
    const anywhere = matcherOf('intents:\n  - { pattern: "dobranoc.*", action: a.b }\n');
    expect(slotsOf(anywhere, 'dobranoc kochanie')).toEqual({});
    expect(slotsOf(anywhere, 'dobranoc w kuchni')).toBeUndefined();
  });

  test('that asks may hold any words', () => {
    const query = matcherOf('intents:\n  - { pattern: "czy pali się.*", action: a.b, kind: query }\n');
    expect(slotsOf(query, 'czy pali się jakieś inne światło')).toEqual({});
  });
});

describe('languages', () => {
  const match = matcherOf('intents:\n  - { action: a.b, sentences: { pl: [zrób to], en: [do it] } }\n');

  test('an utterance is read by the sentences of its language', () => {
    expect(match({ text: 'do it', language: 'en' })).toHaveLength(1);
    expect(match({ text: 'do it', language: 'pl' })).toHaveLength(0);
  });

  test('in a language without sentences it is read by the default ones, then by the English ones', () => {
    expect(match({ text: 'zrób to', language: 'de' })).toHaveLength(1);
    expect(match({ text: 'do it', language: 'de' })).toHaveLength(1);
    expect(match({ text: 'mach es', language: 'de' })).toHaveLength(0);
  });
});

describe('any text', async () => {
  const config = join(import.meta.dirname, '../../../config');
  const match = createMatcher({
    rules: await loadRules(join(config, 'intents.yaml')),
    home: await loadHome(join(config, 'home.yaml')),
  });
  const read = (text: string) => match({ text: collapse(text), language: 'pl', room: 'salon' });

  test('is read without throwing, and always alike', () => {
    const words = fc
      .array(
        fc.constantFrom(
          'włącz',
          'światło',
          'w',
          'salonie',
          'na',
          '40',
          '%',
          'nie',
          'proszę',
          'dodaj',
          'do listy',
        ),
      )
      .map((all) => all.join(' '));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), words), (text) => {
        const matches = read(text);
        expect(read(text)).toEqual(matches);
        for (const { confidence } of matches) {
          expect(confidence).toBeGreaterThan(0);
          expect(confidence).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('that says "nie" before an order gives no action', () => {
    const orders = [
      'włącz światło',
      'zgaś światło w kuchni',
      'otwórz garaż',
      'rozbrój alarm',
      'dodaj mleko do listy zakupów',
    ];
    for (const order of orders) {
      expect(read(order).length).toBeGreaterThan(0);
      for (const text of [`nie ${order}`, `proszę nie ${order}`, `nigdy nie ${order}`]) {
        expect(read(text).filter(({ kind }) => kind === 'action')).toEqual([]);
      }
    }
  });

  test.for([
    'dodaj na listę zakupów '.repeat(180),
    `dodaj ${'na listę '.repeat(450)}`,
    `skreśl ${'z listy zakupów '.repeat(250)}`,
    `ogłoś że ${'a '.repeat(2040)}`,
    'proszę '.repeat(580),
    'włącz światło w salonie '.repeat(160),
    'dwadzieścia '.repeat(340),
    'godzinę i '.repeat(400),
    '1'.repeat(4096),
    '1.'.repeat(2048),
    `włącz światło ${'x '.repeat(115)}`,
    `a${'\u0301\u0316'.repeat(2047)}`,
    '\ud800'.repeat(4096),
  ])('of 4 KiB is read in a tenth of a second: %s', (text) => {
    const hostile = text.slice(0, 4096);
    expect(quickest(() => read(hostile))).toBeLessThan(100);
  });
});

describe('templates made to be slow', () => {
  const nested = Array.from({ length: 12 }).reduce<string>((inner) => `[a] [a ${inner}] [a]`, 'a');

  test.for([
    ['optional parts in optional parts', `zrób ${nested}`, 'zrób', 'b'],
    ['several wildcards', '{what} a {x} a {y} a {z} b', '', 'c'],
    ['a row of optional words', `zrób ${'[a] '.repeat(60)}`, 'zrób', 'b'],
  ] as const)('take time by words and states only: %s', ([, template, begin, end]) => {
    const lists = ['what', 'x', 'y', 'z'].map((name) => `${name}: { wildcard: true }`).join(', ');
    const match = matcherOf(
      `lists: { ${lists} }\nintents:\n  - { action: a.b, sentences: { pl: ["${template}"] } }\n`,
    );
    const read = (words: number): void => {
      const text = `${begin} ${'a '.repeat(words)}${end}`;
      expect(match({ text, language: 'pl' })).toEqual([]);
    };
    expect(growth(read, { from: 400, to: 2000 })).toBeLessThan(15);
  });
});

import { describe, expect, test } from 'vitest';
import { readHome } from '../../../src/lexicon/home-document.ts';
import { createMatcher } from '../../../src/rules/create-matcher.ts';
import { createInterpreter } from '../../../src/rules/interpret.ts';
import { readRules } from '../../../src/rules/load-rules.ts';

const home = readHome(
  `areas:
  - { id: salon, name: salon, aliases: [salonie], where: { pl: w salonie } }
  - { id: garaz, name: garaż, aliases: [garażu] }
  - { id: hol, name: hol, aliases: [holu] }
entities:
  - { id: cover.lewa, name: lewa, area: garaz, device_class: shutter }
  - { id: cover.prawa, name: prawa, area: garaz, device_class: shutter }
  - { id: cover.brama, name: brama, area: garaz, device_class: garage }
  - { id: light.jeden, name: lampa, area: salon }
  - { id: light.dwa, name: lampa, area: garaz }
  - { id: light.trzy, name: kinkiet, area: garaz }
  - { id: light.sufit, name: sufit, area: hol }
  - { id: light.scienne, name: ścienne, area: hol }
  - { id: climate.hol, name: piec, area: hol }
  - { id: sensor.salon, name: termometr, area: salon, device_class: temperature }
  - { id: sensor.garaz, name: czujka, area: garaz, device_class: temperature }
  - { id: vacuum.robot, name: robot, area: hol }
  - { id: valve.woda, name: woda, area: hol, device_class: water }
  - { id: valve.gaz, name: gaz, area: garaz, device_class: gas }
  - { id: scene.kino, name: kino }
`,
  'home.yaml',
);
const rules = readRules(
  `lists: { what: { wildcard: true } }
intents:
  - { action: cover.close_cover, target: cover, device_class: shutter, sentences: { pl: ["zasłoń rolety [w {area}]"] } }
  - { action: cover.open_cover, target: cover, device_class: shutter, scope: all, sentences: { pl: [odsłoń wszystkie] } }
  - { action: light.turn_on, target: light, sentences: { pl: ["włącz światło [w {area}]"] }, response: { pl: "Włączam." } }
  - { action: light.turn_off, target: light, sentences: { pl: ["zgaś {name} [w {area}]"] } }
  - { action: light.turn_off, target: light, sentences: { pl: ["zgaś (lampa|światła) w {area}"] } }
  - { action: a.warmth, kind: query, target: sensor, device_class: temperature, otherwise: { target: climate }, sentences: { pl: ["jak ciepło [jest w {area}]"] } }
  - { action: vacuum.start, target: vacuum, scope: home, sentences: { pl: [odkurz] } }
  - { action: vacuum.get_state, kind: query, target: vacuum, scope: home, sentences: { pl: [gdzie robot] } }
  - { action: vacuum.get_battery, kind: query, target: vacuum, scope: home, sentences: { pl: [gdzie robot] } }
  - { action: vacuum.locate, target: vacuum, scope: home, sentences: { pl: [robot] } }
  - { action: vacuum.stop, target: vacuum, scope: home, sentences: { pl: [robot] } }
  - { action: valve.close_valve, target: valve, device_class: [water, gas], scope: home, sentences: { pl: [zakręć zawór] } }
  - { action: light.toggle, target: light, sentences: { pl: [daj kino] } }
  - { action: scene.turn_on, target: scene, sentences: { pl: ["daj {name}"] } }
  - { action: fan.turn_on, target: fan, sentences: { pl: [wiatr] } }
  - { action: a.order, sentences: { pl: [co tam] } }
  - { action: a.question, kind: query, sentences: { pl: ["co [tam]"] } }
  - { action: a.sure, threshold: 0.95, sentences: { pl: ["wykonaj [{what}]"] } }
  - { action: a.unsure, threshold: 0.1, sentences: { pl: ["spróbuj {what}"] } }
  - { action: a.loose, sentences: { pl: ["zrób {what}"] } }
  - { action: a.harmless, critical: false, sentences: { pl: [błyśnij] } }
  - { action: a.other, critical: false, target: fan, sentences: { pl: [szumnij] } }
  - { pattern: "migaj.*", action: a.blink, critical: false }
`,
  'intents.yaml',
);
const match = createMatcher({ rules, home });

function understand(text: string, { room, threshold = 0.5 }: { room?: string; threshold?: number } = {}) {
  const utterance = { text, language: 'pl', ...(room !== undefined && { room }) };
  return createInterpreter({ home, threshold })(utterance, match(utterance))?.meaning;
}

/** Entities of the only action. */
const entitiesOf = (text: string, room?: string) => {
  const meaning = understand(text, room === undefined ? {} : { room });
  return meaning?.status === 'recognized' && meaning.kind === 'action'
    ? meaning.actions.map(({ entities }) => entities)
    : meaning?.status;
};

describe('the target of an action', () => {
  test('is the area that was named, before the one where it was said', () => {
    expect(entitiesOf('włącz światło w garażu', 'salon')).toEqual([{ area: 'garaz' }]);
    expect(entitiesOf('włącz światło', 'salon')).toEqual([{ area: 'salon', entity_id: 'light.jeden' }]);
  });

  test('lists its entities where the area has others of the domain: blinds, but not the garage door', () => {
    expect(entitiesOf('zasłoń rolety', 'garaz')).toEqual([
      { area: 'garaz', entity_id: ['cover.lewa', 'cover.prawa'] },
    ]);
    expect(entitiesOf('odsłoń wszystkie')).toEqual([{ entity_id: ['cover.lewa', 'cover.prawa'] }]);
  });

  test('is the thing of that name here, where others are called so elsewhere', () => {
    expect(entitiesOf('zgaś lampa', 'garaz')).toEqual([{ area: 'garaz', entity_id: 'light.dwa' }]);
    expect(entitiesOf('zgaś lampa w salonie', 'garaz')).toEqual([
      { area: 'salon', entity_id: 'light.jeden' },
    ]);
  });

  test('is the kind of things there, where what is called by the word is elsewhere', () => {
    expect(entitiesOf('zgaś lampa w holu', 'salon')).toEqual([{ area: 'hol' }]);
    expect(entitiesOf('zgaś kinkiet w holu', 'salon')).toBe('unavailable');
  });

  test('is what stands in for it where there is none of its kind', () => {
    const asked = (text: string, room?: string) => {
      const meaning = understand(text, room === undefined ? {} : { room });
      return meaning?.status === 'recognized' && meaning.kind === 'query' ? meaning.query.entities : meaning;
    };
    expect(asked('jak ciepło jest w holu')).toEqual({ area: 'hol', entity_id: 'climate.hol' });
    expect(asked('jak ciepło jest w salonie')).toEqual({ area: 'salon', entity_id: 'sensor.salon' });
    expect(asked('jak ciepło', 'hol')).toEqual({ area: 'hol', entity_id: 'climate.hol' });
    expect(asked('jak ciepło')).toEqual({});
  });

  test('is anywhere in the home for what a home has one of', () => {
    expect(entitiesOf('odkurz', 'salon')).toEqual([{ area: 'hol', entity_id: 'vacuum.robot' }]);
  });

  test('is the only room that has such things, where nobody knows the room', () => {
    expect(entitiesOf('zasłoń rolety')).toEqual([
      { area: 'garaz', entity_id: ['cover.lewa', 'cover.prawa'] },
    ]);
  });
});

describe('what cannot be done at once', () => {
  test('is asked about by room, where several rooms would do', () => {
    expect(understand('włącz światło')).toEqual({
      status: 'ambiguous',
      confidence: 1,
      responseText: 'W którym pomieszczeniu: salon, garaż czy hol?',
      candidates: [
        { intent: 'light.turn_on', label: 'salon', entities: { area: 'salon', entity_id: 'light.jeden' } },
        { intent: 'light.turn_on', label: 'garaż', entities: { area: 'garaz' } },
        { intent: 'light.turn_on', label: 'hol', entities: { area: 'hol' } },
      ],
    });
  });

  test('is asked about by name, where several things are called so', () => {
    expect(understand('zgaś lampa', { room: 'hol' })).toMatchObject({
      status: 'ambiguous',
      responseText: 'Co masz na myśli: lampa (salon) czy lampa (garaż)?',
    });
  });

  test('is asked about by name, where a home has one of its kind for all rooms, and more', () => {
    expect(understand('zakręć zawór', { room: 'salon' })).toMatchObject({
      status: 'ambiguous',
      responseText: 'Co masz na myśli: woda czy gaz?',
    });
  });

  test('is not asked about where the choice is between one name and itself', () => {
    expect(understand('gdzie robot')).toMatchObject({ kind: 'query', query: { intent: 'vacuum.get_state' } });
    expect(understand('robot')).toMatchObject({ status: 'unclear' });
  });

  test('is unavailable where this room, or this home, has no such thing', () => {
    expect(understand('zasłoń rolety', { room: 'salon' })).toMatchObject({
      status: 'unavailable',
      responseText: 'W salonie nie ma rolet.',
    });
    expect(understand('zasłoń rolety', { room: 'hol' })).toMatchObject({
      responseText: 'Tutaj nie ma rolet.',
    });
    expect(understand('wiatr')).toMatchObject({ responseText: 'W tym domu nie ma wentylatorów.' });
  });
});

test('what stands in no room is called by its name in all of them', () => {
  expect(understand('daj kino', { room: 'hol' })).toMatchObject({ actions: [{ intent: 'scene.turn_on' }] });
});

test('a question that fits as well as an order is a question', () => {
  expect(understand('co tam')).toMatchObject({ kind: 'query', query: { intent: 'a.question' } });
});

test('a reading below the threshold is none', () => {
  expect(understand('zrób coś bardzo długiego')).toMatchObject({ status: 'recognized' });
  expect(understand('zrób coś bardzo długiego', { threshold: 0.9 })).toBeUndefined();
});

test('a rule may set a threshold of its own, higher or lower', () => {
  expect(understand('wykonaj coś bardzo długiego')).toBeUndefined();
  expect(understand('wykonaj', { threshold: 1 })).toMatchObject({ status: 'recognized' });
  expect(understand('spróbuj coś długiego', { threshold: 1 })).toMatchObject({ status: 'recognized' });
});

test('words around an order that mean nothing make it no less sure', () => {
  const [alone, among] = ['włącz światło w salonie', 'proszę no włącz światło w salonie proszę'].map(
    (text) => match({ text, language: 'pl' })[0]?.confidence,
  );
  expect(among).toBe(alone);
});

test('an action never asks for confirmation here', () => {
  expect(understand('odkurz')).toMatchObject({ requiresConfirmation: false });
});

test('tells what needs no model where money is short: what is not critical, and was heard without a doubt', () => {
  const isUncritical = (text: string): boolean | undefined => {
    const utterance = { text, language: 'pl' };
    return createInterpreter({ home, threshold: 0.5 })(utterance, match(utterance))?.isUncritical;
  };
  expect(isUncritical('błyśnij')).toBe(true);
  expect(isUncritical('migaj teraz')).toBe(true);
  expect(isUncritical('wykonaj')).toBeUndefined();
  // A slip was mended; nothing of the kind is here.
  expect(understand('blysnyj')).toMatchObject({ status: 'recognized', isMended: true });
  expect(isUncritical('blysnyj')).toBeUndefined();
  expect(understand('szumnij')).toMatchObject({ status: 'unavailable' });
  expect(isUncritical('szumnij')).toBeUndefined();
});

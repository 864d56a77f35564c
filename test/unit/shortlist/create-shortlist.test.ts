import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ShortlistEntry } from '../../../src/intent/shortlist-entry.ts';
import { loadHome } from '../../../src/lexicon/home-document.ts';
import { loadRules } from '../../../src/rules/load-rules.ts';
import { createShortlist } from '../../../src/shortlist/create-shortlist.ts';
import { quickest } from '../../support/quickest.ts';

const config = join(import.meta.dirname, '../../../config');
const home = await loadHome(join(config, 'home.yaml'));
const rules = await loadRules(join(config, 'intents.yaml'));
const create = () => createShortlist({ home, rules, languages: ['pl', 'en'] });
const shortlist = create();

function readings(text: string, { room, language = 'pl' }: { room?: string; language?: string } = {}) {
  return shortlist({ text, language, ...(room !== undefined && { room }) });
}

/** `light.turn_on salon light.salon_sufit`, as far as there is an area and an entity. */
const keyOf = ({ intent, area, entity_id: id }: ShortlistEntry) =>
  [intent, area, id].filter((part) => part !== undefined).join(' ');

describe('the shortlist', () => {
  test('begins with what was said in so many words', () => {
    const [first] = readings('zgaś światło w kuchni');
    expect(first).toMatchObject({
      intent: 'light.turn_off',
      area: 'kuchnia',
      domain: 'light',
      label: 'kuchnia',
    });
    expect(first?.entity_id).toBeUndefined();
    expect(readings('włącz lampkę nocną')[0]).toMatchObject({
      intent: 'light.turn_on',
      area: 'sypialnia',
      entity_id: 'light.sypialnia_nocna',
      label: 'lampka nocna, sypialnia',
    });
  });

  test.each([
    ['ciemno tu', 'light.turn_on salon'],
    ['nic tu nie widać', 'light.turn_on salon'],
    ['za zimno w sypialni', 'climate.set_temperature sypialnia'],
    ['strasznie głośno', 'media_player.volume_down salon'],
    ['ależ tu nabrudzone', 'vacuum.start przedpokoj vacuum.franek'],
    ['jest mi gorąco', 'climate.set_temperature salon'],
  ])('knows what is implied: %s', (text, key) => {
    expect(readings(text, { room: 'salon' }).map(keyOf)).toContain(key);
  });

  test.each([
    ['wlacz swiatlo w kuhni', 'light.turn_on kuchnia'],
    ['wyłonć światło w łazience', 'light.turn_off lazienka'],
    ['opuśc rolete w sypialnii', 'cover.close_cover sypialnia'],
    ['zapal kinkjet', 'light.turn_on salon light.salon_kinkiet'],
  ])('hears through slips: %s', (text, key) => {
    expect(readings(text).map(keyOf)).toContain(key);
  });

  test('takes the room where it was said, unless another was named', () => {
    expect(readings('zgaś światło', { room: 'gabinet' })[0]).toMatchObject({ area: 'gabinet' });
    expect(readings('zgaś światło w kuchni', { room: 'gabinet' })[0]).toMatchObject({ area: 'kuchnia' });
    expect(readings('zgaś światło')[0]?.area).toBeUndefined();
  });

  test('means the only one there is in the home, and each of its kind once', () => {
    const keys = readings('odkurzaj', { room: 'salon' }).map(keyOf);
    expect(keys).toContain('vacuum.start przedpokoj vacuum.franek');
    expect(keys.filter((key) => key.startsWith('vacuum.start'))).toHaveLength(1);
    expect(readings('odkurzaj w salonie').map(keyOf)).toContain('vacuum.start salon');
  });

  test('takes words that only link others for little', () => {
    const [first] = readings('za zimno w sypialni');
    expect(first?.intent).toBe('climate.set_temperature');
  });

  test('holds both actions of two in one sentence', () => {
    const keys = readings('zgaś światło w kuchni i zasłoń rolety w salonie').map(keyOf);
    expect(keys).toContain('light.turn_off kuchnia');
    expect(keys).toContain('cover.close_cover salon');
  });

  test('holds the opposite too, for a model to choose', () => {
    const intents = readings('zrób coś ze światłem w salonie').map(({ intent }) => intent);
    expect(intents).toEqual(expect.arrayContaining(['light.turn_on', 'light.turn_off']));
  });

  test('hears English by English sentences, and what it does not know by those of the home', () => {
    expect(readings('kill the lights in the kitchen', { language: 'en' })[0]).toMatchObject({
      intent: 'light.turn_off',
      area: 'kuchnia',
    });
    expect(readings('zgaś światło', { language: 'cs' })).toEqual(readings('zgaś światło'));
  });

  test('does not tell what it was asked before', () => {
    const texts = ['zgaś światło', 'ciemno tu', 'zgas swiatlo w kuchni', 'zgaś światło'];
    const alone = texts.map((text) => create()({ text, language: 'pl' }));
    expect(texts.map((text) => readings(text))).toEqual(alone);
  });

  test('has nothing to say about nothing', () => {
    expect(readings('')).toEqual([]);
    expect(readings('?!')).toEqual([]);
    expect(createShortlist({ home, rules, languages: [] })({ text: 'zgaś światło', language: 'pl' })).toEqual(
      [],
    );
  });

  test('stays within its bounds whatever is said', () => {
    const word = fc.constantFrom(
      'zgaś',
      'światło',
      'kuchnia',
      'lampka',
      'do',
      '21',
      '%',
      'za',
      'minut',
      'xyzzy',
    );
    const said = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.array(word).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(said, (text) => {
        const found = readings(text, { room: 'salon' });
        expect(found.length).toBeLessThanOrEqual(16);
        expect(new Set(found.map(keyOf)).size).toBe(found.length);
        for (const [index, { score, area, entity_id: id, intent }] of found.entries()) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(found[index - 1]?.score ?? 1);
          expect(area === undefined || home.area(area)).toBeTruthy();
          expect(id === undefined || home.entity(id)).toBeTruthy();
          expect(rules.rules.some(({ action }) => action === intent)).toBe(true);
        }
      }),
    );
  });

  test('is not slow on a flood of words', () => {
    const flood = Array.from({ length: 5000 }, (_, index) => `światło${index}`).join(' ');
    expect(quickest(() => readings(flood))).toBeLessThan(100);
  });
});

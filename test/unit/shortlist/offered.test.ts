import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadHome } from '../../../src/lexicon/home-document.ts';
import { loadRules } from '../../../src/rules/load-rules.ts';
import { createReadingTarget } from '../../../src/rules/reading-target.ts';
import { createShortlist } from '../../../src/shortlist/create-shortlist.ts';
import { createOffered } from '../../../src/shortlist/offered.ts';

const config = join(import.meta.dirname, '../../../config');
const home = await loadHome(join(config, 'home.yaml'));
const rules = await loadRules(join(config, 'intents.yaml'));
const targetOf = createReadingTarget({ rules, home });
const offered = createOffered({
  shortlist: createShortlist({ home, rules, languages: ['pl', 'en'] }),
  ...{ home, rules, targetOf },
});

const offers = (text: string, { room, language = 'pl' }: { room?: string; language?: string } = {}) =>
  offered({ text, language, ...(room !== undefined && { room }) });
/** Those of the shortlist that would reach through the whole home. */
const reachingAll = (...said: Parameters<typeof offers>) =>
  offers(...said).filter((entry) => {
    const { entity_id: id, area } = targetOf(entry) ?? {};
    return (id === 'all' || Array.isArray(id)) && area === undefined;
  });

test.for([
  ['pl', 'zgaś światło', undefined],
  ['pl', 'zgaś światło', 'salon'],
  ['pl', 'zamknij rolety', undefined],
  ['pl', 'wychodzę', 'przedpokoj'],
  ['pl', 'zgaś wszystkie światła w kuchni', 'salon'],
  ['en', 'turn off the lights', undefined],
  ['en', 'all right, turn the lights off', 'salon'],
  ['en', 'turn off all the lights in the kitchen', 'salon'],
] as const)('%s: "%s" (%s) reaches no further than it says', ([language, text, room]) => {
  expect(reachingAll(text, { language, ...(room !== undefined && { room }) })).toEqual([]);
});

test.for([
  ['pl', 'zgaś wszystkie światła', 'light.turn_off', 'cały dom'],
  ['pl', 'pogaś światła w całym domu', 'light.turn_off', 'cały dom'],
  ['pl', 'zamknij wszystkie rolety', 'cover.close_cover', 'cały dom'],
  ['pl', 'wszędzie zgaś światło', 'light.turn_off', 'cały dom'],
  ['en', 'turn off the lights everywhere', 'light.turn_off', 'the whole home'],
  ['en', 'turn off all the lights', 'light.turn_off', 'the whole home'],
  ['en', 'lights off in the entire house', 'light.turn_off', 'the whole home'],
] as const)('%s: "%s" may be about the whole home, and is called so', ([language, text, intent, label]) => {
  expect(reachingAll(text, { language, room: 'salon' })).toContainEqual(
    expect.objectContaining({ intent, label }),
  );
});

test('a question may be about the whole home, and what has no thing is called nothing', () => {
  expect(offers('czy gdzieś świeci się światło')).toContainEqual(
    expect.objectContaining({ intent: 'light.get_state', label: 'cały dom' }),
  );
  expect(offers('która godzina')[0]).toMatchObject({ intent: 'time.get', label: '' });
});

test('nothing is offered that cannot be done in this home', () => {
  for (const entry of offers('zamknij zawór w salonie')) expect(targetOf(entry)).toBeDefined();
});

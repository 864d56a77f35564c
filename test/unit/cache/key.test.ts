import { expect, test } from 'vitest';
import { type Circumstances, createCacheKeys } from '../../../src/cache/key.ts';
import type { Utterance } from '../../../src/intent/utterance.ts';
import { saidAlike } from '../../../src/language/said-alike.ts';
import { standsAlone } from '../../../src/language/stands-alone.ts';

const CIRCUMSTANCES: Circumstances = {
  catalogue: 'c1',
  promptVersion: 'p1',
  models: 'openai:small',
  temperatures: [0, 0],
};

const keysUnder = (circumstances: Partial<Circumstances>) =>
  createCacheKeys({
    circumstances: { ...CIRCUMSTANCES, ...circumstances },
    spell: saidAlike,
    standsAlone,
    placeNamed: ({ text }) => (text.includes('kuchni') ? 'kuchnia' : undefined),
  });
const keys = keysUnder({});
const said = (text: string, more: Partial<Utterance> = {}): Utterance => ({
  text,
  language: 'pl',
  room: 'salon',
  ...more,
});
const entry = (...utterance: Parameters<typeof said>) => keys(said(...utterance))?.entry;

test('the same words in the same room have one key, however they are written', () => {
  expect(entry('zapal światło')).toMatch(/^[\w-]{43}$/);
  expect(entry('Proszę, zapal  światło!')).toBe(entry('zapal światło'));
});

test('another room is another key', () => {
  const rooms = ['salon', 'kuchnia', 'null', '', undefined].map((room) =>
    keys({ text: 'zapal światło', language: 'pl', ...(room !== undefined && { room }) }),
  );
  expect(new Set(rooms.map((key) => key?.entry)).size).toBe(5);
});

test('a sentence that names its room has one key for all rooms, but its call is one room’s', () => {
  const [here, there] = ['salon', 'sypialnia'].map((room) => keys(said('zapal światło w kuchni', { room })));
  expect(here?.entry).toBe(there?.entry);
  expect(here?.place).toBe('kuchnia');
  expect(here?.call).not.toBe(there?.call);
});

test('who said it and in which talk does not matter: policy is asked after the cache', () => {
  expect(entry('zapal światło', { user: 'anna', sessionId: 'one' })).toBe(entry('zapal światło'));
});

test.for([
  { catalogue: 'c2' },
  { promptVersion: 'p2' },
  { models: 'openai:large' },
  { temperatures: [0, 0.5] },
])('it is another key where the circumstances differ: %o', (circumstances) => {
  expect(keysUnder(circumstances)(said('zapal światło'))?.entry).not.toBe(entry('zapal światło'));
});

test('another language, another number and another letter are other keys', () => {
  const several = [
    entry('ustaw temperaturę na 20 stopni'),
    entry('ustaw temperaturę na 30 stopni'),
    entry('zamknij żaluzję'),
    entry('zamknij żaluzje'),
    keys(said('lights off', { language: 'en' }))?.entry,
  ];
  expect(new Set(several).size).toBe(several.length);
  expect(several).not.toContain(undefined);
});

test.for(['a teraz zgaś', 'jaśniej', 'zgaś światło za 10 minut', 'zapal tam światło', 'tak'])(
  'what leans on something has none: "%s"',
  (text) => {
    expect(keys(said(text))).toBeUndefined();
  },
);

test('no word can be read from a key', () => {
  expect(JSON.stringify(keys(said('zapal światło w kuchni')))).not.toMatch(/zapal|salon/);
});

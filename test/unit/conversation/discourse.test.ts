import { join } from 'node:path';
import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { createDiscourse } from '../../../src/conversation/discourse.ts';
import type { Understood } from '../../../src/conversation/understand.ts';
import { createCorpusClock } from '../../../src/evaluation/corpus-clock.ts';
import type { Meaning } from '../../../src/intent/recognition.ts';
import type { Transcript } from '../../../src/intent/transcript.ts';
import { loadUnderstanding } from '../../../src/understanding.ts';

const ZONE = 'Europe/Warsaw';
const config = await loadConfig({
  LLM_INTENT_CONFIG: join(import.meta.dirname, '../../../config'),
  RESOLVERS: 'rules',
  TIME_ZONE: ZONE,
});
const clock = createCorpusClock(ZONE);
const { recognise } = await loadUnderstanding(config, { clock });
const context = {
  signal: new AbortController().signal,
  span: trace.wrapSpanContext(INVALID_SPAN_CONTEXT),
  mayWait: true,
};
let talks = 0;

/** What is made of the last of several things that are said one after the other in the living room. */
async function said(texts: readonly string[], about: Partial<Transcript> = {}): Promise<Meaning> {
  clock.setTime(undefined);
  talks += 1;
  let meaning: Meaning = { status: 'expired' };
  for (const [turn, text] of texts.entries()) {
    const transcript = { text, language: 'pl', frameId: `${talks}-${turn}`, room: 'salon', ...about };
    ({ meaning } = await recognise({ sessionId: `talk-${talks}`, ...transcript }, context));
  }
  return meaning;
}

function done(meaning: Meaning): readonly string[] {
  if (meaning.status !== 'recognized' || meaning.kind !== 'action') return [meaning.status];
  return meaning.actions.map(({ intent, entities: { area, entity_id: entity }, at = 'now' }) =>
    [intent, entity ?? area, at.slice(11, 16) || at].join(' '),
  );
}

test('orders in one breath are done in the order they are said, and answered together', async () => {
  const meaning = await said(['zgaś światło i opuść rolety']);
  expect(done(meaning)).toEqual(['light.turn_off salon now', 'cover.close_cover salon now']);
  expect(meaning).toMatchObject({ responseText: 'Gaszę światło. Opuszczam rolety.' });
});

test('of what is not understood as a whole nothing is done, and it is told which part that was', async () => {
  const meaning = await said(['zgaś światło i ugotuj obiad']);
  expect(meaning).toEqual({
    status: 'unclear',
    responseText: 'Rozumiem „zgaś światło”, ale nie „ugotuj obiad”, więc nic nie robię.',
  });
});

test.for([
  'zgaś światło ale nie zasłaniaj rolet',
  'zgaś światło i nie zasłaniaj rolet',
  'nie gaś światła, zasłoń rolety',
  'zgaś światło albo zasłoń rolety',
  'jeśli pada, zasłoń rolety i zgaś światło',
  'zasłoń rolety i zgaś światło jak wyjdę',
  'mama mówiła zgaś światło i zasłoń rolety',
  'czy o dziewiątej zgasisz światło',
])('nothing is done for "%s"', async (text) => {
  expect(done(await said([text]))).toEqual(['unclear']);
});

test('an order and a question in one breath are neither done nor answered, and it is told why', async () => {
  expect(await said(['zgaś światło i powiedz która godzina'])).toEqual({
    status: 'unclear',
    responseText: 'Polecenie i pytanie powiedz osobno, nic jeszcze nie robię.',
  });
});

test('what a thing alone would be taken for does not turn round what was said before it', async () => {
  expect(done(await said(['wyłącz telewizor i światło proszę']))).toEqual([
    'media_player.turn_off media_player.telewizor now',
    'light.turn_off salon now',
  ]);
});

test('what is done for a while is undone behind it', async () => {
  expect(done(await said(['włącz światło na 10 minut']))).toEqual([
    'light.turn_on salon now',
    'light.turn_off salon 12:10',
  ]);
  expect(await said(['przyciemnij światło na 10 minut'])).toMatchObject({ status: 'unclear' });
});

test('a time is told back with the answer', async () => {
  expect(await said(['zgaś światło o dziewiątej'])).toMatchObject({
    responseText: 'Dobrze, o 21:00 gaszę światło.',
  });
  expect(await said(['jutro rano podnieś rolety'])).toMatchObject({
    responseText: 'Dobrze, jutro o 7:00 podnoszę rolety.',
  });
});

test('which of several is asked back for later, too', async () => {
  const meaning = await said(['zgaś lampkę nocną o 22']);
  expect(meaning).toMatchObject({
    status: 'ambiguous',
    candidates: [{ at: '2026-01-14T22:00:00+01:00' }, { at: '2026-01-14T22:00:00+01:00' }],
  });
});

test('a number that may be an amount is no time', async () => {
  expect(done(await said(['ścisz telewizor o 10']))).toEqual(['unclear']);
});

test('a timer is not started or stopped later: the time may be its own', async () => {
  expect(done(await said(['wyłącz minutnik jutro rano']))).toEqual(['unclear']);
});

test('it counts from when it was said, unless whoever heard it has no idea', async () => {
  clock.setTime(undefined);
  const late = { spokenAt: clock.now() - 60_000 };
  expect(done(await said(['zgaś światło za 10 minut'], late))).toEqual(['light.turn_off salon 12:09']);
  const wrong = { spokenAt: 0 };
  expect(done(await said(['zgaś światło za 10 minut'], wrong))).toEqual(['light.turn_off salon 12:10']);
});

test.for([
  [['zapal światło w kuchni', 'a teraz zgaś'], 'light.turn_off kuchnia now'],
  [['zapal światło w kuchni', 'a w łazience', 'wyłącz je'], 'light.turn_off light.lazienka now'],
  [['włącz telewizor', 'nie, radio w kuchni'], 'media_player.turn_on media_player.kuchnia now'],
  [['o 22 zgaś światło', 'a w kuchni'], 'light.turn_off kuchnia 22:00'],
  [['ścisz radio w kuchni', 'jeszcze trochę'], 'media_player.volume_down media_player.kuchnia now'],
  [['zapal światło w kuchni', 'jaśniej'], 'light.turn_on kuchnia now'],
  [['zgaś światło w kuchni', 'a za godzinę zapal'], 'light.turn_on kuchnia 13:00'],
] as const)('%s goes on', async ([texts, expected]) => {
  expect(done(await said(texts))).toEqual([expected]);
});

test.for([
  [['zapal światło w kuchni', 'jeszcze trochę']],
  [['zgaś światło w sypialni', 'a w kuchni ktoś gotuje']],
  [['zgaś światło w sypialni', 'a w kuchni nie']],
  [['zgaś światło w sypialni', 'o dziewiątej']],
  [['a w kuchni']],
])('%s does not', async ([texts = []]) => {
  expect(done(await said(texts))).toEqual(['unclear']);
});

test('nothing goes on from another talk', async () => {
  await said(['zapal światło w kuchni'], { sessionId: 'one' });
  expect(done(await said(['a teraz zgaś'], { sessionId: 'other' }))).toEqual(['unclear']);
  expect(done(await said(['a teraz zgaś'], { sessionId: 'one' }))).toEqual(['light.turn_off kuchnia now']);
});

test.for([
  'i '.repeat(2000),
  'zgaś '.repeat(700),
  'i zgaś światło '.repeat(8),
  'w kuchni, '.repeat(7),
  'za 10 minut '.repeat(13),
  'zgaś w kuchni i w salonie i w łazience i w holu i na górze i w garażu i w ogrodzie i w biurze',
  'lampę i kinkiet i telewizor i radio i rolety i coś i zgaś i włącz',
])('however it is said, it is read only so often: "%s"', (text) => {
  let read = 0;
  const understand = (): Understood | undefined => {
    read += 1;
    return undefined;
  };
  const discourse = createDiscourse({ understand, zone: ZONE, clock });
  const utterance = { text: text.trim().slice(0, 4096), language: 'pl', room: 'salon' };
  discourse.compose(utterance);
  discourse.followUp(utterance, [
    { said: 'zgaś światło', actions: [{ intent: 'light.turn_off', entities: {} }], at: clock.now() },
  ]);
  expect(read).toBeLessThanOrEqual(1300);
});

test.for([
  ['pl', 'głośniej', 'dziękuję'],
  ['pl', 'przełącz światło', 'dzięki'],
  ['pl', 'dodaj mleko do listy zakupów', 'proszę'],
  ['pl', 'przygaś światło', 'z powrotem'],
  ['en', 'turn on the light', 'wait'],
  ['en', 'turn on the light', 'sorry'],
  ['en', 'turn on the light', 'thank you'],
] as const)(
  'who says no more than a word of thanks orders nothing again, in %s: "%s", "%s"',
  async ([language, ...texts]) => {
    expect(done(await said(texts, { language }))).toEqual(['unclear']);
  },
);

/** What is written down, or what a timer is called. */
async function quoted(texts: readonly string[], about: Partial<Transcript> = {}) {
  const meaning = await said(texts, about);
  if (meaning.status !== 'recognized' || meaning.kind !== 'action') return meaning.status;
  return meaning.actions.map(({ entities }) => entities['item'] ?? entities['name']);
}

test.for([
  [['dopisz ser żółty do zakupów', 'i chleb'], 'chleb'],
  [['dodaj mleko i chleb do listy zakupów', 'i jeszcze masło'], 'masło'],
  [['dodaj mleko do listy zakupów', 'i ser żółty'], 'ser żółty'],
] as const)('what goes on with another item has none of the one before: %s', async ([texts, item]) => {
  expect(await quoted(texts)).toEqual([item]);
});

test('nor in English', async () => {
  const texts = ['add orange juice to the shopping list', 'and bread'];
  expect(await quoted(texts, { language: 'en' })).toEqual(['bread']);
});

test.for([
  ['pl', 'dopisz ser żółty do zakupów', 'i zasłoń rolety'],
  ['pl', 'minutnik na 10 minut', 'jednak na 7'],
  ['pl', 'minutnik na 10 minut', 'zrób 7'],
  ['en', 'set a timer for 10 minutes', 'make it 15'],
  ['en', 'add bread to the shopping list', 'and set a timer for 5 minutes'],
] as const)('an order or a number is no name, in %s: "%s", "%s"', async ([language, ...texts]) => {
  const made = await quoted(texts, { language });
  expect(['unclear', [undefined]]).toContainEqual(made);
});

test.for([
  [
    'pl',
    ['zapal kinkiet', 'i żyrandol', 'zgaś oba'],
    ['light.turn_off light.salon_kinkiet now', 'light.turn_off light.salon_sufit now'],
  ],
  [
    'pl',
    ['podnieś lewą roletę', 'prawą też', 'opuść obie'],
    ['cover.close_cover cover.salon_lewa now', 'cover.close_cover cover.salon_prawa now'],
  ],
  [
    'pl',
    ['włącz telewizor i choinkę', 'wyłącz je'],
    ['media_player.turn_off media_player.telewizor now', 'switch.turn_off switch.choinka now'],
  ],
  ['pl', ['włącz telewizor i choinkę', 'wyłącz ją'], ['switch.turn_off switch.choinka now']],
  ['pl', ['zapal kinkiet', 'zgaś oba'], ['unclear']],
  ['pl', ['podnieś lewą roletę', 'prawą też', 'a tę w kuchni', 'opuść obie'], ['unclear']],
  ['pl', ['zapal kinkiet', 'zgaś kinkiet', 'zapal oba'], ['unclear']],
  ['pl', ['włącz telewizor, choinkę i kinkiet', 'wyłącz oba'], ['unclear']],
] as const)(
  'what stands for several is all of them or nothing, in %s: %s',
  async ([language, texts, expected]) => {
    expect(done(await said(texts, { language }))).toEqual(expected);
  },
);

test.for([
  ['en', 'is the light on in the kitchen', 'turn it off'],
  ['en', 'turn on the light in the kitchen', 'turn it off'],
  ['en', 'dim the lights in the kitchen', 'turn them off'],
  ['pl', 'czy w kuchni świeci się światło', 'zgaś je'],
] as const)(
  'what stands for something stays where that is, in %s: "%s", "%s"',
  async ([language, ...texts]) => {
    const made = done(await said(texts, { language }));
    expect([['light.turn_off kuchnia now'], ['unclear']]).toContainEqual(made);
  },
);

test('"one" stands for another of its kind', async () => {
  expect(done(await said(['close the left blind and the right one too'], { language: 'en' }))).toEqual([
    'cover.close_cover cover.salon_lewa now',
    'cover.close_cover cover.salon_prawa now',
  ]);
});

test('of several orders nobody is asked which thing was meant, for no answer could be taken', async () => {
  expect(await said(['zapal lampkę nocną i zasłoń rolety'])).toEqual({
    status: 'unclear',
    responseText: 'Rozumiem „zasłoń rolety”, ale nie „zapal lampkę nocną”, więc nic nie robię.',
  });
  expect(done(await said(['zapal lampkę nocną na 10 minut']))).toEqual(['unclear']);
});

test('what names nothing is about what it went on from, for what follows as well', async () => {
  expect(done(await said(['włącz telewizor', 'głośniej', 'wyłącz go']))).toEqual([
    'media_player.turn_off media_player.telewizor now',
  ]);
});

test('one step more is not the same again', async () => {
  expect(done(await said(['ustaw 22 stopnie', 'jeszcze stopień']))).toEqual(['unclear']);
  expect(done(await said(['podnieś rolety', 'niżej', 'jeszcze niżej']))).toEqual([
    'cover.close_cover salon now',
  ]);
});

import { expect, test } from 'vitest';
import { createDiscourse } from '../../../src/conversation/discourse.ts';
import type { Understood } from '../../../src/conversation/understand.ts';
import type { Meaning } from '../../../src/intent/recognition.ts';
import type { Transcript } from '../../../src/intent/transcript.ts';
import { clock, said, ZONE } from '../../support/heard-talk.ts';

function done(meaning: Meaning): readonly string[] {
  if (meaning.status !== 'recognized' || meaning.kind !== 'action') return [meaning.status];
  return meaning.actions.map(({ intent, entities: { area, floor, entity_id: entity }, at = 'now' }) =>
    [intent, entity ?? area ?? floor, at.slice(11, 16) || at].join(' '),
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

test.for([
  ['pl', 'zapal światło w kuchni, przepraszam, w łazience'],
  ['pl', 'zapal światło w kuchni to znaczy w łazience'],
  ['pl', 'zgaś kuchnię, znaczy łazienkę'],
  ['pl', 'ustaw 21, znaczy 22 stopnie'],
  ['en', 'set it to 20, sorry, 21'],
  ['en', 'turn off the lights, actually the tv'],
  ['en', 'turn off the kitchen lights, I mean the bathroom ones'],
] as const)(
  '%s: what is taken back in the same breath is not done beside what is meant: "%s"',
  async ([language, text]) => {
    expect(done(await said([text], { language }))).toEqual(['unclear']);
  },
);

test.for([
  ['pl', 'zgaś światło zasłoń rolety', 'light.turn_off salon now', 'cover.close_cover salon now'],
  [
    'pl',
    'telewizor wyłącz światło zapal',
    'media_player.turn_off media_player.telewizor now',
    'light.turn_on salon now',
  ],
  [
    'en',
    'turn the tv off turn on the light',
    'media_player.turn_off media_player.telewizor now',
    'light.turn_on salon now',
  ],
])(
  '%s: orders that nothing parts are told apart by their verbs: "%s"',
  async ([language = '', text = '', ...expected]) => {
    expect(done(await said([text], { language }))).toEqual(expected);
  },
);

test('but not where that would do and undo the same', async () => {
  expect(done(await said(['zapal światło zgaś światło']))).toEqual(['unclear']);
  expect(done(await said(['zapal kinkiet zgaś']))).toEqual(['unclear']);
});

test('and is nothing taken back where it stands around an order', async () => {
  const both = ['light.turn_off salon now', 'cover.close_cover salon now'];
  expect(done(await said(['przepraszam, zgaś światło i opuść rolety']))).toEqual(both);
  expect(done(await said(['zgaś światło i opuść rolety, przepraszam']))).toEqual(both);
});

test.for(['zgaś światło, o 22 wychodzę', 'zgaś światło o 22 wychodzę', 'za 10 minut wychodzę, zgaś światło'])(
  'nothing is put off to a time of something else: "%s"',
  async (text) => {
    expect(done(await said([text]))).toEqual(['unclear']);
  },
);

test('and what is told beside an order with a time does not hide that', async () => {
  expect(done(await said(['zgaś światło o 22, idę spać']))).toEqual(['light.turn_off salon 22:00']);
  expect(done(await said(['zgaś światło o 22 bo idę spać']))).toEqual(['light.turn_off salon 22:00']);
});

test('a number up to which something goes tells until when only of what is on or off', async () => {
  expect(done(await said(['zapal girlandę do 23']))).toEqual([
    'light.turn_on light.taras now',
    'light.turn_off light.taras 23:00',
  ]);
  expect(done(await said(['otwórz rolety do 23']))).not.toContain('cover.close_cover salon 23:00');
  expect(done(await said(['grzej w gabinecie do 21']))).not.toContain(
    'climate.turn_off climate.gabinet 21:00',
  );
});

test.for([
  ['pl', 'wyłącz telewizor o 22', 'jednak o 23', 'media_player.turn_off media_player.telewizor 23:00'],
  ['pl', 'wyłącz telewizor za godzinę', 'albo za dwie', 'media_player.turn_off media_player.telewizor 14:00'],
  ['pl', 'zgaś światło za kwadrans', 'nie jednak za 20', 'light.turn_off salon 12:20'],
  ['pl', 'jutro o ósmej zgaś światło', 'jednak o dziesiątej', 'light.turn_off salon 10:00'],
  ['pl', 'codziennie o 22:00 zgaś światło', 'przesuń na 23:00', 'light.turn_off salon 23:00'],
  ['pl', 'wyłącz telewizor za godzinę', 'albo od razu', 'media_player.turn_off media_player.telewizor now'],
  ['en', 'turn off the tv at ten', 'make that eleven', 'media_player.turn_off media_player.telewizor 23:00'],
  ['en', 'turn off the light in 20 minutes', 'actually in half an hour', 'light.turn_off salon 12:30'],
] as const)(
  '%s: what is planned is moved to another time, not planned twice: "%s", "%s"',
  async ([language, plan, change, moved]) => {
    const planned = await said([plan], { language });
    const meaning = await said([plan, change], { language });
    const [action] = planned.status === 'recognized' && planned.kind === 'action' ? planned.actions : [];
    expect(meaning).toMatchObject({
      actions: [
        {
          intent: 'schedule.cancel',
          entities: { ...action?.entities, intent: action?.intent, at: action?.at },
        },
        {},
      ],
    });
    expect(done(meaning)[1]).toBe(moved);
  },
);

test('what is planned again and again is moved on the days that it comes', async () => {
  expect(await said(['codziennie o 22:00 zgaś światło', 'jednak o 23:00'])).toMatchObject({
    actions: [{}, { repeat: 'FREQ=DAILY', at: '2026-01-14T23:00:00+01:00' }],
  });
  expect(done(await said(['codziennie o 22:00 zgaś światło', 'jednak za godzinę']))).toEqual(['unclear']);
});

test('nothing is moved where nothing is planned, or where it is no time', async () => {
  expect(done(await said(['zgaś światło', 'jednak o 23']))).toEqual(['unclear']);
  expect(done(await said(['jednak o 23']))).toEqual(['unclear']);
  expect(done(await said(['zgaś światło o 22', 'jednak nie wiem']))).toEqual(['unclear']);
  expect(done(await said(['ustaw minutnik na 10 minut', 'jednak za 5 minut']))).toEqual(['unclear']);
});

test('what was moved can be moved again', async () => {
  const plan = 'light.turn_off salon';
  expect(done(await said(['jutro o ósmej zgaś światło', 'jednak o 9', 'jednak o 10']))[1]).toBe(
    `${plan} 10:00`,
  );
});

test.for([
  ['pl', 'w salonie opuść rolety i zgaś światło', 'cover.close_cover salon now', 'light.turn_off salon now'],
  [
    'pl',
    'w sypialni zgaś światło i włącz wentylator',
    'light.turn_off sypialnia now',
    'fan.turn_on fan.sypialnia now',
  ],
  [
    'en',
    'upstairs turn off the lights and close the blinds',
    'light.turn_off pietro now',
    'cover.close_cover cover.sypialnia now',
  ],
  [
    'pl',
    'w salonie zgaś światło i włącz ekspres',
    'light.turn_off salon now',
    'switch.turn_on switch.ekspres now',
  ],
  [
    'pl',
    'w salonie opuść rolety i zgaś światło w łazience',
    'cover.close_cover salon now',
    'light.turn_off light.lazienka now',
  ],
])(
  '%s: what is said to be somewhere is all there, unless it says where itself: "%s"',
  async ([language = '', text = '', ...expected]) => {
    expect(done(await said([text], { language, room: 'kuchnia' }))).toEqual(expected);
  },
);

test.for([
  [
    'pl',
    'zgaś światło i opuść rolety w sypialni',
    'light.turn_off sypialnia now',
    'cover.close_cover cover.sypialnia now',
  ],
  [
    'pl',
    'zapal światło oraz włącz grzejnik w łazience',
    'light.turn_on light.lazienka now',
    'climate.turn_on climate.lazienka now',
  ],
  [
    'en',
    'turn off the lights and close the blinds in the bedroom',
    'light.turn_off sypialnia now',
    'cover.close_cover cover.sypialnia now',
  ],
  [
    'pl',
    'zgaś światło i włącz telewizor w salonie',
    'light.turn_off salon now',
    'media_player.turn_on media_player.telewizor now',
  ],
  // Not there, not only linked, or said to be here.
  [
    'pl',
    'włącz ekspres i zgaś światło w sypialni',
    'switch.turn_on switch.ekspres now',
    'light.turn_off sypialnia now',
  ],
  [
    'pl',
    'zgaś światło a opuść rolety w sypialni',
    'light.turn_off kuchnia now',
    'cover.close_cover cover.sypialnia now',
  ],
  [
    'pl',
    'zgaś tu światło i opuść rolety w sypialni',
    'light.turn_off kuchnia now',
    'cover.close_cover cover.sypialnia now',
  ],
  [
    'en',
    'turn off the lights here and close the blinds in the bedroom',
    'light.turn_off kuchnia now',
    'cover.close_cover cover.sypialnia now',
  ],
])(
  '%s: a place at the end is said of all before it that is there: "%s"',
  async ([language = '', text = '', ...expected]) => {
    expect(done(await said([text], { language, room: 'kuchnia' }))).toEqual(expected);
  },
);

test('what is said to be here is, whatever is said to be elsewhere before it', async () => {
  const room = 'kuchnia';
  expect(done(await said(['w salonie przygaś światło a tutaj rozjaśnij'], { room }))).toEqual([
    'light.turn_on salon now',
    'light.turn_on kuchnia now',
  ]);
  expect(done(await said(['światła w salonie pogaś a tu zapal'], { room }))).toEqual([
    'light.turn_off salon now',
    'light.turn_on kuchnia now',
  ]);
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

test.for([
  ['en', 'turn on the light from 6 to 7', 'light.turn_on salon 18:00', 'light.turn_off salon 19:00'],
  [
    'en',
    'turn on the light from half past six to seven',
    'light.turn_on salon 18:30',
    'light.turn_off salon 19:00',
  ],
  ['en', 'turn on the light at ten to seven', 'light.turn_on salon 18:50'],
  ['pl', 'włącz światło od 20 do 22', 'light.turn_on salon 20:00', 'light.turn_off salon 22:00'],
])(
  '%s: from one hour to another it is done and undone: "%s"',
  async ([language = '', text = '', ...expected]) => {
    expect(done(await said([text], { language }))).toEqual(expected);
  },
);

test.for([
  ['en', 'raise the temperature from 20 to 22'],
  ['en', 'raise the temperature from 20 to 22 degrees'],
  ['en', 'change the brightness from 20 to 50'],
  ['pl', 'zwiększ temperaturę od 20 do 22 stopni'],
  ['pl', 'przyciemnij światło od 20 do 10'],
] as const)('%s: what changes from one value to another is not put off: "%s"', async ([language, text]) => {
  expect(done(await said([text], { language }))).toEqual(['unclear']);
});

/** When each is done that is said in one breath, or with the last of several: "15T07:00 FREQ=DAILY". */
async function times(texts: readonly string[], language = 'pl'): Promise<readonly string[]> {
  const meaning = await said(texts, { language });
  if (meaning.status !== 'recognized' || meaning.kind !== 'action') return [meaning.status];
  return meaning.actions.map(({ at, repeat }) =>
    [at?.slice(8, 16) ?? 'now', repeat].filter(Boolean).join(' '),
  );
}

test.for([
  ['pl', 'jutro o 7 odsłoń rolety, a o 8 włącz telewizor', '15T07:00', '15T08:00'],
  ['pl', 'jutro rano odsłoń rolety a wieczorem zasłoń', '15T07:00', '15T20:00'],
  ['pl', 'jutro wieczorem o 8 zapal światło, a o 11 zgaś', '15T20:00', '15T23:00'],
  ['pl', 'w sobotę o 9 włącz telewizor, a wyłącz o 11', '17T09:00', '17T11:00'],
  ['pl', 'codziennie o 7 odsłaniaj rolety, a o 20 zasłaniaj', '15T07:00 FREQ=DAILY', '14T20:00 FREQ=DAILY'],
  ['en', 'open the blinds tomorrow at 7 and turn on the tv at 8', '15T07:00', '15T08:00'],
  ['pl', 'o 22 zgaś światło i jutro o 7 odsłoń rolety', '14T22:00', '15T07:00'],
])(
  '%s: an hour alone is of the day that was told before it: "%s"',
  async ([language = '', text = '', ...told]) => {
    expect(await times([text], language)).toEqual(told);
  },
);

test.for([
  [
    'pl',
    'odsłaniaj rolety o siódmej, a zasłaniaj o dwudziestej codziennie',
    '15T07:00',
    '14T20:00',
    'FREQ=DAILY',
  ],
  ['en', 'open the blinds at 7 am and close them at 9 pm every day', '15T07:00', '14T21:00', 'FREQ=DAILY'],
  ['pl', 'włącz telewizor o 20 i wyłącz o 22 w soboty', '17T20:00', '17T22:00', 'FREQ=WEEKLY;BYDAY=SA'],
])(
  '%s: days on which it comes again are of all the hours before them: "%s"',
  async ([language = '', text = '', one, other, rule]) => {
    expect(await times([text], language)).toEqual([`${one} ${rule}`, `${other} ${rule}`]);
  },
);

test.for([
  ['pl', 'włącz choinkę o 11 rano i wyłącz o 23', '15T11:00', '15T23:00'],
  ['en', 'turn off the light now and the tv at ten', 'now', '14T22:00'],
  ['en', 'turn off the tv in an hour and the lights five minutes later', '14T13:00', '14T13:05'],
  ['pl', 'za godzinę wyłącz telewizor, a pięć minut później światło', '14T13:00', '14T13:05'],
])(
  '%s: what ends something, or comes later than it, counts from there: "%s"',
  async ([language = '', text = '', ...told]) => {
    expect(await times([text], language)).toEqual(told);
  },
);

test.for([
  ['pl', 'włącz telewizor w dni robocze o 22 i wyłącz o 6'],
  ['en', 'open the blinds at 7 and close them at 9 pm tomorrow'],
] as const)('%s: where nobody can tell on which days, nothing is done: "%s"', async ([language, text]) => {
  expect(await times([text], language)).toEqual(['unclear']);
});

test.for([
  [['codziennie o 22 gaś światło', 'a w kuchni o 23'], '14T23:00 FREQ=DAILY'],
  [['codziennie o 22 gaś światło', 'a w kuchni', 'a w łazience o 23'], '14T23:00 FREQ=DAILY'],
  [['jutro o 20 zgaś światło', 'a w kuchni o 22'], '15T22:00'],
  [['jutro o 20 zgaś światło', 'a w kuchni pojutrze o 22'], '16T22:00'],
  [['o 20 zgaś światło', 'a w kuchni 10 minut później'], '14T20:10'],
] as const)('%s goes on with the same day', async ([texts, expected]) => {
  expect(await times(texts)).toEqual([expected]);
});

test('a time is told back with the answer', async () => {
  expect(await said(['zgaś światło o dziewiątej'])).toMatchObject({
    responseText: 'Dobrze, o 21:00 gaszę światło.',
  });
  expect(await said(['jutro rano podnieś rolety'])).toMatchObject({
    responseText: 'Dobrze, jutro o 7:00 podnoszę rolety.',
  });
});

test.for([
  ['zgaś choinkę o 22 i światło teraz', 'switch.turn_off switch.choinka 22:00', 'light.turn_off salon now'],
  ['zgaś choinkę o 22 i światło od razu', 'switch.turn_off switch.choinka 22:00', 'light.turn_off salon now'],
  ['teraz zgaś światło i opuść rolety o 22', 'light.turn_off salon now', 'cover.close_cover salon 22:00'],
  ['zgaś światło i opuść rolety teraz', 'light.turn_off salon now', 'cover.close_cover salon now'],
])('what is said to be done now is not put off with the rest: "%s"', async ([text = '', ...expected]) => {
  expect(done(await said([text]))).toEqual(expected);
});

test.for([
  ['pl', 'zapal światło o ósmej rano i o ósmej wieczorem', '15T08:00', '14T20:00'],
  ['pl', 'zgaś światło teraz i o 22', 'now', '14T22:00'],
  ['pl', 'w poniedziałek i w środę o 7 zapal światło', '19T07:00', '21T07:00'],
  ['pl', 'jutro i pojutrze o 7 zapal światło', '15T07:00', '16T07:00'],
  ['pl', 'dziś i jutro o 22 zgaś światło', '14T22:00', '15T22:00'],
  ['pl', 'jutro o 7 i o 9 zapal światło', '15T07:00', '15T09:00'],
  ['en', 'turn on the light at 7 am and at 3 pm', '15T07:00', '14T15:00'],
])('%s: one order is done at each of its times: "%s"', async ([language = '', text = '', ...times]) => {
  const meaning = await said([text], { language });
  const actions = meaning.status === 'recognized' && meaning.kind === 'action' ? meaning.actions : [];
  expect(actions.map(({ at }) => at?.slice(8, 16) ?? 'now')).toEqual(times);
});

test.for([
  'w soboty o 9 i w niedziele o 10 odsłaniaj rolety',
  'zgaś światło i opuść rolety o 22 i o 23',
  'zapal światło na 10 minut i na 20 minut',
])('no time is lost where nobody can tell of what it is said: "%s"', async (text) => {
  expect(await said([text])).toEqual({
    status: 'unclear',
    responseText: 'Powiedz jedną porę, bo nie wiem, o którą chodzi.',
  });
});

test('two things that come to one are not said to be both done', async () => {
  expect(done(await said(['open the garage and the gate'], { language: 'en', room: 'kuchnia' }))).toEqual([
    'unclear',
  ]);
  expect(done(await said(['ścisz telewizor i ścisz telewizor']))).toEqual(['unclear']);
  expect(done(await said(['zgaś światło, zgaś światło']))).toEqual(['light.turn_off salon now']);
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
  [['o 22 wyłącz telewizor', 'a światło teraz'], 'light.turn_off salon now'],
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
  const discourse = createDiscourse({ understand, meant: () => [], zone: ZONE, clock });
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
  expect(['unclear', [undefined], [undefined, undefined]]).toContainEqual(made);
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

test.for([
  ['pl', ['opuść lewą roletę i zgaś kinkiet', 'a jednak podnieś'], 'cover.open_cover cover.salon_lewa now'],
  ['pl', ['opuść lewą roletę i zgaś kinkiet', 'a jednak zapal'], 'light.turn_on light.salon_kinkiet now'],
  ['pl', ['włącz wentylator w sypialni', 'mocniej'], 'fan.increase_speed fan.sypialnia now'],
  [
    'pl',
    ['ustaw 20 stopni w gabinecie', 'pół stopnia więcej'],
    'climate.set_temperature climate.gabinet now',
  ],
  ['pl', ['czy w sypialni jest włączony wentylator', 'wyłącz go'], 'fan.turn_off fan.sypialnia now'],
  [
    'pl',
    ['minutnik na jajka 7 minut', 'ile zostało na jajka', 'anuluj jajka'],
    'timer.cancel timer.minutnik now',
  ],
  ['en', ['are the blinds down in the bedroom', 'open them'], 'cover.open_cover cover.sypialnia now'],
  ['en', ['is the light on in the bedroom', 'turn it off'], 'light.turn_off sypialnia now'],
] as const)(
  '%s: what goes on is about what it undoes, changes or was asked about: %s',
  async ([language, texts, goal]) => {
    expect(done(await said(texts, { language }))).toEqual([goal]);
  },
);

test.for([
  [
    'pl',
    ['zgaś chonkę i telewizor'],
    ['switch.turn_off switch.choinka now', 'media_player.turn_off media_player.telewizor now'],
  ],
  [
    'pl',
    ['zapal światło w gabinece i w kuchni'],
    ['light.turn_on light.gabinet_biurko now', 'light.turn_on kuchnia now'],
  ],
  [
    'pl',
    ['zgaś śwatło i zasłoń rolty o 22'],
    ['light.turn_off salon 22:00', 'cover.close_cover salon 22:00'],
  ],
  ['pl', ['zgaś światło w kuchni', 'a w łazienec'], ['light.turn_off light.lazienka now']],
  [
    'en',
    ['turn off the ligths and the tv'],
    ['light.turn_off salon now', 'media_player.turn_off media_player.telewizor now'],
  ],
] as const)(
  '%s: slips are mended in what leaves something out, too: %s',
  async ([language, texts, expected]) => {
    const meaning = await said(texts, { language });
    expect(done(meaning)).toEqual(expected);
    expect(meaning).toMatchObject({ isMended: true });
  },
);

test('nothing is written down that was not heard, nor an order with slips in it', async () => {
  expect(done(await said(['dopisz mleko do zakupów i jeszcze wysuuń markizę']))).not.toContain(
    'todo.add_item todo.zakupy now',
  );
  expect(done(await said(['dopisz mleko do zakupów', 'i wyłomcz wyciąg']))).toEqual(['unclear']);
});

test.for([
  [
    'pl',
    ['zapal światło', 'to samo w kuchni i w łazience'],
    ['light.turn_on kuchnia now', 'light.turn_on light.lazienka now'],
  ],
  ['pl', ['jutro o ósmej włącz ekspres', 'a pojutrze o dziewiątej'], ['switch.turn_on switch.ekspres 09:00']],
  ['pl', ['zapal światło', 'i zgaś kinkiet'], ['light.turn_off light.salon_kinkiet now']],
  ['pl', ['która godzina', 'a zapal światło w kuchni'], ['light.turn_on kuchnia now']],
  ['pl', ['ustaw 21 stopni', 'albo nie 20'], ['climate.set_temperature climate.salon now']],
  ['pl', ['ustaw 21 stopni', 'a nie zgaś światło'], ['unclear']],
  ['pl', ['ustaw 21 stopni', 'albo nie'], ['unclear']],
] as const)(
  '%s: what goes on in several parts, on another day, with all that it takes, or otherwise: %s',
  async ([language, texts, expected]) => {
    expect(done(await said(texts, { language }))).toEqual(expected);
  },
);

test('so much instead is what was said last', async () => {
  expect(await said(['ustaw 21 stopni', 'albo nie 20'])).toMatchObject({
    actions: [{ entities: { temperature: 20 } }],
  });
});

test('one step more is not the same again', async () => {
  expect(done(await said(['ustaw 22 stopnie', 'jeszcze stopień']))).toEqual(['unclear']);
  expect(done(await said(['podnieś rolety', 'niżej', 'jeszcze niżej']))).toEqual([
    'cover.close_cover salon now',
  ]);
});

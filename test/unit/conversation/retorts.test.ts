import { expect, test } from 'vitest';
import type { Meaning } from '../../../src/intent/recognition.ts';
import { said } from '../../support/heard-talk.ts';

/** `light.turn_on salon brightness_step_pct=-20`, or how it was not done. */
function done(meaning: Meaning): readonly string[] {
  if (meaning.status !== 'recognized') return [meaning.status];
  if (meaning.kind !== 'action') return [meaning.query.intent];
  return meaning.actions.map(({ intent, at, entities: { area, floor, entity_id: entity, ...others } }) =>
    [
      intent,
      entity ?? area ?? floor,
      ...Object.entries(others).map(([slot, value]) => `${slot}=${value}`),
      ...(at === undefined ? [] : [`at ${at.slice(11, 16)}`]),
    ].join(' '),
  );
}

/** Of a talk in a room: what was said, parted by " / ", and what the last of it does. */
type Line = readonly [language: string, room: string, talk: string, ...expected: string[]];

function holds(about: string, lines: readonly Line[]): void {
  test.for(lines.map((line) => [...line]))(
    `${about}, in %s, %s: %s`,
    async ([language = '', room = '', talk = '', ...expected]) => {
      expect(done(await said(talk.split(' / '), { language, room }))).toEqual(expected);
    },
  );
}

holds('a word or two mean what they can of the thing that was spoken of', [
  [
    'pl',
    'salon',
    'zapal lampę stojącą / trochę mniej',
    'light.turn_on light.salon_stojaca brightness_step_pct=-20',
  ],
  ['pl', 'salon', 'włącz telewizor / mniej', 'media_player.volume_down media_player.telewizor'],
  ['pl', 'taras', 'wysuń markizę / dobra wystarczy', 'cover.stop_cover cover.taras_markiza'],
  ['pl', 'ogrod', 'włącz podlewanie / starczy', 'switch.turn_off switch.podlewanie'],
  ['en', 'ogrod', 'turn the sprinklers on / no wait stop', 'switch.turn_off switch.podlewanie'],
  ['pl', 'sypialnia', 'puść muzykę / następna', 'media_player.media_next_track media_player.sypialnia'],
  [
    'pl',
    'sypialnia',
    'puść muzykę / wróć do poprzedniej',
    'media_player.media_previous_track media_player.sypialnia',
  ],
  ['pl', 'salon', 'odkurz mieszkanie / pauza', 'vacuum.pause vacuum.franek'],
  ['pl', 'salon', 'odkurz mieszkanie / pauza / jedź dalej', 'vacuum.start vacuum.franek'],
  ['en', 'salon', 'start the vacuum / pause', 'vacuum.pause vacuum.franek'],
  ['pl', 'kuchnia', 'ustaw minutnik na godzinę / wstrzymaj go / leć dalej', 'timer.start timer.minutnik'],
  ['en', 'gabinet', 'turn up the desk lamp / max', 'light.turn_on light.gabinet_biurko brightness_pct=100'],
]);

holds('what moves is stopped, however much in a hurry that is said', [
  ...['stop stop stop', 'stop, stop!', 'stój stój', 'o nie stop', 'nie nie stop'].map(
    (hurried): Line => ['pl', 'garaz', `otwórz bramę / ${hurried}`, 'cover.stop_cover cover.garaz_brama'],
  ),
  ...['stop stop stop', 'no no stop', 'whoa stop', 'halt', 'no no no stop', 'stop it stop it'].map(
    (hurried): Line => [
      'en',
      'garaz',
      `open the garage door / ${hurried}`,
      'cover.stop_cover cover.garaz_brama',
    ],
  ),
  ['pl', 'garaz', 'otwórz bramę / nie nie zatrzymuj', 'unclear'],
  ['pl', 'salon', 'włącz odkurzacz / o wraca do bazy', 'unclear'],
  [
    'pl',
    'salon',
    'włącz telewizor / zasłoń rolety / pauza',
    'media_player.media_pause media_player.telewizor',
  ],
  ['en', 'kuchnia', 'turn on the coffee machine / freeze', 'unclear'],
  ['en', 'garaz', "open the garage door / no no don't stop", 'unclear'],
]);

holds('a complaint about what was just done is an order', [
  [
    'pl',
    'salon',
    'włącz telewizor / głośniej / teraz za głośno',
    'media_player.volume_down media_player.telewizor',
  ],
  ['pl', 'lazienka', 'zaświeć światło / za mocne', 'light.turn_on light.lazienka brightness_step_pct=-20'],
  [
    'pl',
    'salon',
    'przyciemnij kinkiet / no teraz to za bardzo',
    'light.turn_on light.salon_kinkiet brightness_step_pct=20',
  ],
  [
    'en',
    'salon',
    'lights to forty percent / too bright / still too bright',
    'light.turn_on salon brightness_step_pct=-20',
  ],
  [
    'en',
    'kuchnia',
    'turn the kitchen radio on / not that loud',
    'media_player.volume_down media_player.kuchnia',
  ],
]);

holds('a complaint about nothing that was spoken of is one about the room', [
  ['pl', 'salon', 'zgaś światło / za głośno', 'media_player.volume_down media_player.telewizor'],
  ['pl', 'salon', 'która godzina / za głośno', 'media_player.volume_down media_player.telewizor'],
  ['pl', 'salon', 'wyłącz telewizor / za głośno', 'media_player.volume_down media_player.telewizor'],
  ['pl', 'salon', 'zgaś światło / za jasno', 'light.turn_on salon brightness_step_pct=-20'],
  ['en', 'salon', 'open the blinds / too bright', 'light.turn_on salon brightness_step_pct=-20'],
]);

holds('and nothing is done where it is about nothing that was spoken of', [
  ['pl', 'salon', 'włącz telewizor / za głośno?', 'unclear'],
  ['pl', 'salon', 'włącz telewizor / nie wystarczy', 'unclear'],
  ['pl', 'taras', 'wysuń markizę / nie wystarczy', 'unclear'],
  ['pl', 'salon', 'podnieś rolety / następna', 'unclear'],
  ['en', 'salon', 'turn on the light / the kids are too loud', 'unclear'],
]);

holds('what was said is taken back', [
  ['pl', 'kuchnia', 'włącz światło / cofnij', 'light.turn_off kuchnia'],
  [
    'pl',
    'salon',
    'włącz telewizor i choinkę / oj cofnij to',
    'switch.turn_off switch.choinka',
    'media_player.turn_off media_player.telewizor',
  ],
  ['pl', 'salon', 'ścisz telewizor / cofnij', 'media_player.volume_up media_player.telewizor'],
  [
    'en',
    'kuchnia',
    'counter light on please / turn it off again / undo that',
    'light.turn_on light.kuchnia_blat',
  ],
  ['en', 'salon', 'lights off / oops put them back', 'light.turn_on salon'],
  [
    'pl',
    'salon',
    'za godzinę zgaś światło / dobra anuluj',
    'schedule.cancel salon intent=light.turn_off at=2026-01-14T13:00:00+01:00',
  ],
  [
    'pl',
    'salon',
    'za godzinę zgaś światło / albo za dwie / dobra anuluj',
    'schedule.cancel salon intent=light.turn_off at=2026-01-14T14:00:00+01:00',
  ],
  [
    'en',
    'salon',
    'turn off the lights in half an hour / never mind cancel that',
    'schedule.cancel salon intent=light.turn_off at=2026-01-14T12:30:00+01:00',
  ],
  [
    'en',
    'kuchnia',
    'set a timer for ten minutes / how much time is left / cancel it',
    'timer.cancel timer.minutnik start_duration=00:10:00',
  ],
]);

holds('but not what nobody can put back, nor where nothing says so', [
  ['pl', 'salon', 'ustaw 21 stopni / cofnij', 'unclear'],
  ['pl', 'salon', 'cofnij', 'unclear'],
  ['pl', 'przedpokoj', 'zamknij drzwi / cofnij', 'unclear'],
  ['pl', 'salon', 'włącz światło / cofnij samochód', 'unclear'],
  ['pl', 'salon', 'włącz światło / cofnij?', 'unclear'],
  ['pl', 'salon', 'za godzinę zgaś światło / nieważne', 'conversation.nevermind'],
]);
test('and it is told that what is planned stays, and that nobody knows how it was', async () => {
  expect(await said(['za godzinę zgaś światło', 'nieważne'])).toMatchObject({
    responseText: expect.stringContaining('zostaje'),
  });
  expect(await said(['ustaw 21 stopni', 'cofnij'])).toMatchObject({
    responseText: 'Nie wiem, jak było przedtem. Powiedz, jak ma być.',
  });
});

holds('what was just said is set right', [
  [
    'pl',
    'kuchnia',
    'włącz czajnik / nie czajnik tylko ekspres',
    'switch.turn_off switch.czajnik',
    'switch.turn_on switch.ekspres',
  ],
  ['pl', 'salon', 'zapal kinkiet / nie, żyrandol', 'light.turn_on light.salon_sufit'],
  [
    'pl',
    'salon',
    'opuść lewą roletę / nie tę tylko prawą',
    'cover.open_cover cover.salon_lewa',
    'cover.close_cover cover.salon_prawa',
  ],
  [
    'pl',
    'salon',
    'opuść lewą roletę / nie tę, drugą',
    'cover.open_cover cover.salon_lewa',
    'cover.close_cover cover.salon_prawa',
  ],
  [
    'pl',
    'salon',
    'opuść rolety / nie, tylko prawą',
    'cover.open_cover salon',
    'cover.close_cover cover.salon_prawa',
  ],
  [
    'pl',
    'przedpokoj',
    'zamknij drzwi wejściowe / nie wejściowe tylko tarasowe',
    'lock.lock lock.drzwi_tarasowe',
  ],
  [
    'pl',
    'salon',
    'dopisz mleko do listy zakupów / nie mleko tylko masło',
    'todo.remove_item todo.zakupy item=mleko',
    'todo.add_item todo.zakupy item=masło',
  ],
  ['en', 'sypialnia', 'main light on / no the bedside lamp', 'light.turn_on light.sypialnia_nocna'],
  ['en', 'salon', 'turn on the wall light / no I meant the floor lamp', 'light.turn_on light.salon_stojaca'],
  [
    'en',
    'salon',
    'blinds down / no only the right one',
    'cover.open_cover salon',
    'cover.close_cover cover.salon_prawa',
  ],
  [
    'en',
    'kuchnia',
    'turn on the kettle and the coffee machine / no just the kettle',
    'switch.turn_off switch.ekspres',
  ],
  [
    'en',
    'salon',
    'turn on the lights upstairs / not in the nursery',
    'light.turn_off light.pokoj_dzieciecy_nocna',
  ],
  ['pl', 'salon', 'zgaś światło / ale nie kinkiet', 'light.turn_on light.salon_kinkiet'],
  ['pl', 'salon', 'zgaś światło na piętrze / oprócz łazienki', 'light.turn_on light.lazienka'],
  ['pl', 'sypialnia', 'odsłoń okno / jednak nie, zasłoń z powrotem', 'cover.close_cover sypialnia'],
  ['en', 'salon', 'lights off / oops put them back on', 'light.turn_on salon'],
]);

holds('and so is what is planned', [
  [
    'pl',
    'kuchnia',
    'włącz czajnik o piętnastej / nie czajnik tylko ekspres',
    'schedule.cancel switch.czajnik intent=switch.turn_on at=2026-01-14T15:00:00+01:00',
    'switch.turn_on switch.ekspres at 15:00',
  ],
  [
    'pl',
    'przedpokoj',
    'włącz odkurzacz o czternastej / nie, o piętnastej',
    'schedule.cancel vacuum.franek intent=vacuum.start at=2026-01-14T14:00:00+01:00',
    'vacuum.start vacuum.franek at 15:00',
  ],
  [
    'pl',
    'lazienka',
    'wyłącz pralkę o osiemnastej / jednak nie wyłączaj',
    'schedule.cancel switch.pralka intent=switch.turn_off at=2026-01-14T18:00:00+01:00',
  ],
  [
    'en',
    'lazienka',
    "turn off the washing machine at six pm / actually don't turn it off",
    'schedule.cancel switch.pralka intent=switch.turn_off at=2026-01-14T18:00:00+01:00',
  ],
  [
    'en',
    'kuchnia',
    'set a timer for ten minutes / make that fifteen',
    'timer.cancel timer.minutnik start_duration=00:10:00',
    'timer.start timer.minutnik duration=00:15:00',
  ],
  [
    'en',
    'kuchnia',
    'set a timer for ten minutes / make that fifteen / cancel it',
    'timer.cancel timer.minutnik start_duration=00:15:00',
  ],
]);

holds('but not by what speaks of something else, or of nothing that can be told', [
  ['pl', 'salon', 'zapal kinkiet / nie teraz', 'unclear'],
  ['pl', 'salon', 'zapal kinkiet / nie dziękuję', 'unclear'],
  ['pl', 'salon', 'zapal kinkiet / nie w tym domu', 'unclear'],
  ['pl', 'salon', 'zapal kinkiet / nie mam czasu', 'unclear'],
  ['pl', 'salon', 'zapal kinkiet / tylko nie krzycz', 'unclear'],
  ['pl', 'salon', 'zgaś światło / nie, mama jest w kuchni', 'unclear'],
  ['pl', 'salon', 'zgaś światło na piętrze / nie w salonie', 'unclear'],
  ['pl', 'lazienka', 'wyłącz pralkę / nie wyłączaj', 'unclear'],
  ['en', 'salon', 'turn on the light / no sugar for me', 'unclear'],
  ['en', 'salon', 'turn on the light / no problem', 'unclear'],
  ['en', 'salon', 'turn on the light / not bad', 'unclear'],
  ['en', 'salon', 'turn on the light / just a second', 'unclear'],
]);

holds('only the new part is said', [
  ['pl', 'salon', 'opuść lewą roletę / drugą też', 'cover.close_cover cover.salon_prawa'],
  ['en', 'salon', 'close the left blind / the other one too', 'cover.close_cover cover.salon_prawa'],
  ['pl', 'salon', 'zgaś żyrandol / i tę stojącą', 'light.turn_off light.salon_stojaca'],
  ['pl', 'przedpokoj', 'zamknij drzwi / tarasowe też', 'lock.lock lock.drzwi_tarasowe'],
  ['pl', 'kuchnia', 'zamknij bramę garażową / a wjazdowa', 'cover.close_cover cover.brama_wjazdowa'],
  ['en', 'garaz', 'open the garage door / and the gate', 'cover.open_cover cover.brama_wjazdowa'],
  [
    'pl',
    'salon',
    'prawa roleta na dwadzieścia procent / lewa na osiemdziesiąt',
    'cover.set_cover_position cover.salon_lewa position=80',
  ],
  [
    'en',
    'salon',
    'turn the floor lamp and the wall light on / make them both green',
    'light.turn_on light.salon_stojaca color_name=green',
    'light.turn_on light.salon_kinkiet color_name=green',
  ],
  [
    'en',
    'salon',
    'bump the heating up a degree / another one',
    'climate.set_temperature climate.salon temperature_step=1',
  ],
  ['en', 'salon', 'turn on the tv / louder / bit more', 'media_player.volume_up media_player.telewizor'],
  [
    'en',
    'kuchnia',
    'start a pizza timer for 12 minutes / and a tea timer for four',
    'timer.start timer.minutnik name=tea duration=00:04:00',
  ],
  [
    'en',
    'kuchnia',
    'start a pizza timer for 12 minutes / and a tea timer for four / stop the pizza one',
    'timer.cancel timer.minutnik name=pizza',
  ],
  ['pl', 'kuchnia', 'jaka wilgotność na dworze / a ciśnienie', 'weather.get_state'],
  [
    'pl',
    'sypialnia',
    'o wpół do ósmej odsłoń zasłony / i włącz ekspres',
    'switch.turn_on switch.ekspres at 19:30',
  ],
  ['pl', 'sypialnia', 'odsłoń zasłony / i włącz ekspres', 'switch.turn_on switch.ekspres'],
  ['pl', 'salon', 'za godzinę wyłącz telewizor / i zgaś światło teraz', 'light.turn_off salon'],
]);

holds('and nothing is made of what names no other thing', [
  ['pl', 'salon', 'podnieś roletę w kuchni / stojącą też', 'unclear'],
  ['pl', 'salon', 'podnieś lewą roletę / druga klasa podstawówki', 'unclear'],
  ['pl', 'salon', 'opuść lewą roletę i zgaś kinkiet / drugą też', 'unclear'],
  ['pl', 'salon', 'zgaś światło / drugą kawę poproszę', 'unclear'],
  ['en', 'garaz', 'open the garage door / close them both in ten minutes', 'unclear'],
]);

holds('what was said wrong is said anew, whatever it begins with', [
  [
    'en',
    'salon',
    'turn off the floor lamp / sorry I meant the wall light',
    'light.turn_off light.salon_kinkiet',
  ],
  ['en', 'salon', 'turn off the floor lamp / no wait, put it back on', 'light.turn_on light.salon_stojaca'],
  ['en', 'salon', 'turn the tv up / a bit too loud now', 'media_player.volume_down media_player.telewizor'],
  [
    'en',
    'kuchnia',
    'turn the kitchen radio on / not that loud / switch it off',
    'media_player.turn_off media_player.kuchnia',
  ],
  [
    'pl',
    'kuchnia',
    'minutnik 5 minut / a nie, 8',
    'timer.cancel timer.minutnik start_duration=00:05:00',
    'timer.start timer.minutnik duration=00:08:00',
  ],
  [
    'en',
    'salon',
    "lower the blinds at nine / actually don't",
    'schedule.cancel salon intent=cover.close_cover at=2026-01-14T21:00:00+01:00',
  ],
  [
    'pl',
    'salon',
    'opuść rolety o dziewiątej / jednak nie',
    'schedule.cancel salon intent=cover.close_cover at=2026-01-14T21:00:00+01:00',
  ],
]);

holds('no number is done of which only a part was said', [
  [
    'pl',
    'sypialnia',
    'klimatyzator na dwadzieścia pięć / stopień mniej',
    'climate.set_temperature climate.sypialnia temperature_step=-1',
  ],
  [
    'en',
    'sypialnia',
    'ac to twenty five / one degree less',
    'climate.set_temperature climate.sypialnia temperature_step=-1',
  ],
  [
    'en',
    'salon',
    'set the heat to twenty two / no make that twenty one',
    'climate.set_temperature climate.salon temperature=21',
  ],
]);

holds('what ends a list is nothing on it', [
  ['pl', 'kuchnia', 'dodaj do listy pomidory / dzięki to tyle', 'unclear'],
  ['pl', 'kuchnia', 'dodaj do listy pomidory / dobra wystarczy', 'unclear'],
  ['pl', 'kuchnia', 'dodaj do listy pomidory / i tyle', 'unclear'],
  ['en', 'kuchnia', 'add milk to the list / okay enough', 'unclear'],
  ['en', 'kuchnia', "add milk to the list / that's all", 'unclear'],
  [
    'pl',
    'kuchnia',
    'dodaj do listy pomidory / i ogórki / nie ogórki tylko paprykę',
    'todo.remove_item todo.zakupy item=ogórki',
    'todo.add_item todo.zakupy item=paprykę',
  ],
]);

holds('here is where it is said, whatever was done elsewhere', [
  ['pl', 'kuchnia', 'włącz światło w salonie / i zgaś tu światło', 'light.turn_off kuchnia'],
  ['en', 'kuchnia', 'living room lights on / and turn the lights off here', 'light.turn_off kuchnia'],
]);

holds('a step is one of the thing that was spoken of', [
  [
    'en',
    'salon',
    'turn on the floor lamp / a little dimmer',
    'light.turn_on light.salon_stojaca brightness_step_pct=-20',
  ],
]);

holds('what is told of something else is no part of it', [
  ['pl', 'kuchnia', 'zgaś światło / w salonie jest ciemno', 'unclear'],
  ['pl', 'kuchnia', 'dodaj mleko do listy / ciemno tu jest w pokoju', 'unclear'],
  ['pl', 'kuchnia', 'zgaś światło / w salonie jest zimno', 'unclear'],
  ['en', 'kuchnia', 'turn off the light / it is dark in the bedroom', 'unclear'],
  ['en', 'salon', 'close the left blind / it is dark in the bedroom', 'unclear'],
  ['en', 'kuchnia', 'set a timer for ten minutes / do you know this carol by Blur', 'unclear'],
  ['pl', 'salon', 'zgaś światło w sypialni / jednak nie', 'unclear'],
  ['pl', 'salon', 'zgaś światło w sypialni / nie w kuchni', 'unclear'],
]);

holds('who complains wants no more of it', [
  ['en', 'salon', 'turn the tv up / it is a bit too loud for the neighbours', 'unclear'],
  ['pl', 'salon', 'ustaw 21 stopni / a nie zgaś światło', 'unclear'],
]);

import { expect, test } from 'vitest';
import { settableClock, startBridgeUnderTest } from '../support/bridge.ts';

const asked = (intent: string, entities = {}) => ({ intent, entities });
const of = (...ids: string[]) => ({ entity_id: ids.length === 1 ? (ids[0] ?? '') : ids });

/** What is asked, and what is said in Polish and English. */
const QUESTIONS = [
  [
    asked('light.get_state', { area: 'salon' }),
    'W salonie nie świeci żadne światło.',
    'In the living room no lights are on.',
  ],
  [asked('light.get_state', of('light.kuchnia')), 'Nie świeci: światło kuchenne.', 'Off: światło kuchenne.'],
  [asked('cover.get_state', of('cover.brama')), 'Zamknięte: brama.', 'Closed: brama.'],
  [
    asked('lock.get_state', of('lock.drzwi')),
    'Zamknięte na klucz: drzwi wejściowe.',
    'Locked: drzwi wejściowe.',
  ],
  [
    asked('binary_sensor.get_state', of('cover.brama', 'binary_sensor.okno')),
    'Wszystko jest zamknięte.',
    'Everything is closed.',
  ],
  [
    asked('climate.get_temperature', { area: 'salon', ...of('sensor.salon_temperatura') }),
    'W salonie jest 21,5 stopnia.',
    'It is 21.5 degrees in the living room.',
  ],
  [
    asked('climate.get_temperature', of('climate.salon')),
    'Teraz jest 20,5 stopnia. Ustawione: 21 stopni.',
    'It is 20.5 degrees. Set to 21 degrees.',
  ],
  [
    asked('climate.get_humidity', { area: 'salon', ...of('sensor.salon_wilgotnosc') }),
    'Wilgotność w salonie: 45 procent.',
    'The humidity in the living room is 45 percent.',
  ],
  [
    asked('weather.get_temperature', of('weather.dom')),
    'Na zewnątrz jest 5 stopni.',
    'It is 5 degrees outside.',
  ],
  [
    asked('weather.get_humidity', of('weather.dom')),
    'Wilgotność na zewnątrz: 80 procent.',
    'The humidity outside is 80 percent.',
  ],
  [
    asked('weather.get_state', { ...of('weather.dom'), attribute: 'pressure' }),
    'Ciśnienie: 1013 hPa.',
    'Pressure: 1013 hPa.',
  ],
  [
    asked('weather.get_forecast', { ...of('weather.dom'), day: 'tomorrow' }),
    'Jutro: śnieg, najmniej -3 stopnie, najwięcej 2 stopnie.',
    'Tomorrow: snow, -3 degrees to 2 degrees.',
  ],
  [
    asked('media_player.get_state', of('media_player.salon')),
    'Gra: Chopin, Preludium.',
    'Playing: Chopin, Preludium.',
  ],
  [asked('person.get_state', { entity_id: 'all' }), 'W domu: Anna.', 'At home: Anna.'],
  [asked('person.get_state', of('person.jan')), 'Poza domem: Jan.', 'Away: Jan.'],
  [asked('vacuum.get_state', of('vacuum.franek')), 'Franek: w bazie.', 'Franek: docked.'],
  [asked('todo.get_items', of('todo.zakupy')), 'Na liście: mleko i chleb.', 'On the list: mleko and chleb.'],
  [asked('sensor.get_state', of('sensor.salon_temperatura')), 'Termometr: 21,46 °C.', 'Termometr: 21.46 °C.'],
  [asked('time.get'), 'Jest 13:00.', 'It is 13:00.'],
  [asked('date.get'), 'Dziś jest sobota, 21 listopada 2026.', 'Today is Saturday, 21 November 2026.'],
  [
    asked('vacuum.get_state', of('vacuum.gone')),
    'Nie ma tu niczego takiego.',
    'There is nothing like that here.',
  ],
] as const;

test('answers from how things are, in the language of the question', async () => {
  const clock = settableClock();
  const { ask, executed, fake } = await startBridgeUnderTest({ clock });
  fake.respond('weather.get_forecasts', {
    'weather.dom': {
      forecast: [
        { datetime: '2026-11-21T11:00:00+00:00', condition: 'rainy', temperature: 5, templow: 1 },
        { datetime: '2026-11-22T11:00:00+00:00', condition: 'snowy', temperature: 2, templow: -3 },
      ],
    },
  });
  fake.respond('todo.get_items', {
    'todo.zakupy': { items: [{ summary: 'mleko' }, { summary: 'chleb' }] },
  });
  for (const [query] of QUESTIONS) for (const language of ['pl', 'en-GB']) await ask(query, { language });
  const told = await executed(QUESTIONS.length * 2);
  expect(told.map((one) => one['response_text'])).toEqual(QUESTIONS.flatMap(([, pl, en]) => [pl, en]));
  expect(new Set(told.map(({ status }) => status))).toEqual(new Set(['answered']));
});

test('tells which of several, how many, and what does not answer', async () => {
  const { ask, executed, fake } = await startBridgeUnderTest();
  fake.set('light.salon_sufit', 'on');
  fake.set('light.salon_kinkiet', 'on');
  fake.set('light.kuchnia', 'unavailable');
  fake.set('lock.drzwi', 'jammed');
  fake.set('cover.brama', 'opening');
  await ask(asked('light.get_state', { entity_id: 'all' }));
  await ask(asked('light.get_state', of('light.kuchnia')), { language: 'en' });
  await ask(asked('lock.get_state', of('lock.drzwi')));
  await ask(asked('binary_sensor.get_state', of('cover.brama', 'binary_sensor.okno')));
  await ask(asked('climate.get_temperature', of('sensor.nowhere')));
  expect((await executed(5)).map((one) => one['response_text'])).toEqual([
    'Świecą (2): lampa sufitowa i kinkiet. Nie odpowiada: światło kuchenne.',
    'Not responding: światło kuchenne.',
    'Niezamknięte na klucz: drzwi wejściowe.',
    'Otwarte: brama.',
    'Nie ma tu niczego takiego.',
  ]);
});

test('says that it knows nothing while Home Assistant is away, but what time it is', async () => {
  const { ask, executed, fake } = await startBridgeUnderTest();
  await fake.stop();
  await ask(asked('light.get_state', { area: 'salon' }), {
    expires_at: new Date(Date.now() + 300).toISOString(),
  });
  await ask(asked('time.get'), { room: 'kuchnia' });
  const told = await executed(2);
  expect(told.map(({ status }) => status).sort()).toEqual(['answered', 'failed']);
  expect(told.find(({ status }) => status === 'failed')).toMatchObject({
    response_text: 'Nie mam połączenia z Home Assistantem.',
  });
});

test('says what the service said already where nothing is asked of the home', async () => {
  const { ask, executed } = await startBridgeUnderTest();
  await ask(asked('conversation.nevermind'), { response_text: 'Dobrze.' });
  expect((await executed(1))[0]).toMatchObject({ status: 'answered', response_text: 'Dobrze.' });
});

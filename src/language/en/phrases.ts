import type { Phrases } from '../phrases.ts';

const THINGS: Readonly<Record<string, string>> = {
  light: 'lights',
  switch: 'switches',
  cover: 'blinds',
  'cover.garage': 'garage door',
  'cover.gate': 'gate',
  'cover.curtain': 'curtains',
  'cover.awning': 'awning',
  climate: 'heating or cooling',
  media_player: 'players',
  fan: 'fans',
  vacuum: 'vacuum cleaner',
  lock: 'locks',
  scene: 'such scene',
  script: 'such script',
  timer: 'timer',
  todo: 'shopping list',
  alarm_control_panel: 'alarm',
  assist_satellite: 'speakers for announcements',
  weather: 'weather forecast',
  sensor: 'such sensor',
  'sensor.temperature': 'temperature sensor',
  'sensor.humidity': 'humidity sensor',
  binary_sensor: 'such sensor',
};

export const englishPhrases: Phrases = {
  unclear: 'I did not understand. Try, for example: “turn on the light in the living room”.',
  unavailable: (where, thing) => `I know of no ${thing} ${where}.`,
  noSuchName: (where, name) => `There is nothing called “${name}” ${where}.`,
  whichRoom: (rooms) => `In which room: ${rooms.join(', ')}?`,
  whichOne: (names) => `Which one: ${names.join(' or ')}?`,
  place: (words) => (words === undefined ? 'here' : `in the ${words}`),
  wholeHome: 'in this home',
  number: String,
  thing: (key) => THINGS[key] ?? THINGS[key.split('.')[0] ?? ''] ?? 'such device',
};

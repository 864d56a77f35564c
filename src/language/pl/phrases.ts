import type { Phrases } from '../phrases.ts';

/** In the genitive plural, for "nie ma …". */
const THINGS: Readonly<Record<string, string>> = {
  light: 'świateł',
  switch: 'gniazdek',
  cover: 'rolet',
  'cover.garage': 'bramy garażowej',
  'cover.gate': 'bramy',
  'cover.curtain': 'zasłon',
  'cover.awning': 'markizy',
  climate: 'ogrzewania ani klimatyzacji',
  media_player: 'odtwarzaczy',
  fan: 'wentylatorów',
  vacuum: 'odkurzacza',
  lock: 'zamków',
  scene: 'takiej sceny',
  script: 'takiego skryptu',
  timer: 'minutnika',
  todo: 'listy zakupów',
  alarm_control_panel: 'alarmu',
  assist_satellite: 'głośników do ogłoszeń',
  weather: 'prognozy pogody',
  sensor: 'takiego czujnika',
  'sensor.temperature': 'czujnika temperatury',
  'sensor.humidity': 'czujnika wilgotności',
  binary_sensor: 'takiego czujnika',
};

export const polishPhrases: Phrases = {
  unclear: 'Nie rozumiem. Powiedz na przykład: „włącz światło w salonie”.',
  unavailable: (where, thing) => `${sentenceCase(where)} nie ma ${thing}.`,
  noSuchName: (where, name) => `${sentenceCase(where)} nie ma czegoś o nazwie „${name}”.`,
  whichRoom: (rooms) => `W którym pomieszczeniu: ${rooms.join(', ')}?`,
  whichOne: (names) => `Co masz na myśli: ${names.join(' czy ')}?`,
  place: (words) => (words === undefined ? 'tutaj' : `w miejscu „${words}”`),
  wholeHome: 'w tym domu',
  number: (value) => String(value).replace('.', ','),
  thing: (key) => THINGS[key] ?? THINGS[key.split('.')[0] ?? ''] ?? 'takiego urządzenia',
};

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

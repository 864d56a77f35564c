import { eitherOf } from '../asking-which.ts';
import type { Phrases } from '../phrases.ts';
import { polishCounted } from './counted.ts';

/** In the genitive plural, for "nie ma …". */
const THINGS: Readonly<Record<string, string>> = {
  light: 'świateł',
  switch: 'gniazdek',
  input_boolean: 'przełączników',
  cover: 'rolet',
  'cover.garage': 'bramy garażowej',
  'cover.gate': 'bramy',
  'cover.curtain': 'zasłon',
  'cover.awning': 'markizy',
  'cover.blind': 'żaluzji',
  'cover.damper': 'przepustnicy',
  'cover.door': 'drzwi, którymi da się sterować',
  'cover.window': 'okien, którymi da się sterować',
  valve: 'zaworów',
  climate: 'ogrzewania ani klimatyzacji',
  water_heater: 'podgrzewacza wody',
  humidifier: 'nawilżacza',
  'humidifier.dehumidifier': 'osuszacza',
  media_player: 'odtwarzaczy',
  remote: 'pilota',
  fan: 'wentylatorów',
  vacuum: 'odkurzacza',
  lawn_mower: 'kosiarki',
  lock: 'zamków',
  siren: 'syreny',
  camera: 'kamer',
  person: 'takiej osoby',
  scene: 'takiej sceny',
  script: 'takiego skryptu',
  automation: 'takiej automatyzacji',
  timer: 'minutnika',
  todo: 'listy zakupów',
  calendar: 'kalendarza',
  alarm_control_panel: 'alarmu',
  assist_satellite: 'głośników do ogłoszeń',
  weather: 'prognozy pogody',
  sensor: 'takiego czujnika',
  'sensor.temperature': 'czujnika temperatury',
  'sensor.humidity': 'czujnika wilgotności',
  'sensor.battery': 'czujnika baterii',
  'sensor.power': 'miernika mocy',
  'sensor.energy': 'licznika energii',
  'sensor.illuminance': 'czujnika światła',
  'sensor.pressure': 'czujnika ciśnienia',
  'sensor.aqi': 'czujnika jakości powietrza',
  'sensor.carbon_dioxide': 'czujnika dwutlenku węgla',
  'sensor.pm1': 'czujnika pyłów',
  binary_sensor: 'takiego czujnika',
  'binary_sensor.door': 'czujnika drzwi',
  'binary_sensor.garage_door': 'czujnika bramy garażowej',
  'binary_sensor.window': 'czujnika okna',
  'binary_sensor.motion': 'czujnika ruchu',
  'binary_sensor.occupancy': 'czujnika obecności',
  'binary_sensor.presence': 'czujnika obecności',
  'binary_sensor.moisture': 'czujnika zalania',
  'binary_sensor.smoke': 'czujnika dymu',
  'binary_sensor.gas': 'czujnika gazu',
  'binary_sensor.carbon_monoxide': 'czujnika czadu',
  'binary_sensor.battery': 'czujnika baterii',
};

export const polishPhrases: Phrases = {
  unclear: 'Nie rozumiem. Powiedz na przykład: „włącz światło w salonie”.',
  unavailable: (where, thing) => `${sentenceCase(where)} nie ma ${thing}.`,
  noSuchName: (where, name) => `${sentenceCase(where)} nie ma czegoś o nazwie „${name}”.`,
  whichRoom: (rooms) => `W którym pomieszczeniu: ${eitherOf(rooms, 'czy')}?`,
  whichOne: (names, word) =>
    `${word === undefined ? 'Co masz na myśli' : `${which(word)} ${word}`}: ${eitherOf(names, 'czy')}?`,
  whichOfMany: (count, names) => `Powiedz, o co chodzi; pasuje ${count}, między innymi: ${names.join(', ')}.`,
  confirm: (what) => `Na pewno (${what})? Powiedz „tak”, a zrobię to.`,
  dropped: 'Dobrze, nic nie robię.',
  nothingAsked: 'O nic teraz nie pytam. Powiedz całe polecenie.',
  cannotAsk: 'Nie mogę teraz przyjąć odpowiedzi. Powiedz za chwilę całe polecenie jeszcze raz.',
  cannotAskThere: 'Na to potrzebuję potwierdzenia, a nie wiem, z którego pomieszczenia miałoby przyjść.',
  deny: (what) => `Tego nie wolno mi zrobić: ${what}.`,
  denyQuery: (what) => `Tego nie wolno mi powiedzieć: ${what}.`,
  denyAll: (what) => `Nic z tego nie robię, bo tego mi nie wolno: ${what}.`,
  place: (words) => (words === undefined ? 'tutaj' : `w miejscu „${words}”`),
  wholeHome: 'w tym domu',
  everywhere: 'cały dom',
  number: (value) => String(value).replace('.', ','),
  counted: polishCounted,
  thing: (key) => THINGS[key] ?? THINGS[key.split('.')[0] ?? ''] ?? 'takiego urządzenia',
};

/** As the word asks for it, in the accusative of an order or as it stands in a dictionary. */
function which(word: string): string {
  if (word.endsWith('ę')) return 'Którą';
  if (word.endsWith('a')) return 'Która';
  return word.endsWith('o') ? 'Które' : 'Który';
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

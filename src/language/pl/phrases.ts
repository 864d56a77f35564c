import { eitherOf } from '../asking-which.ts';
import type { Phrases, SpokenMoment } from '../phrases.ts';
import { WEEKDAYS, type Weekday } from '../time-pieces.ts';
import { polishCounted } from './counted.ts';

/** In the genitive plural, for "nie ma …". */
const THINGS: Readonly<Record<string, string>> = {
  light: 'świateł',
  switch: 'gniazdek',
  'switch.kettle': 'czajnika',
  'switch.irrigation': 'podlewania',
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
  'script.wake_up': 'skryptu, który budzi',
  automation: 'takiej automatyzacji',
  timer: 'minutnika',
  reminder: 'przypomnień na daną godzinę',
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

/** What policy asks about, as the answer to "what shall be done". */
const DEEDS: Readonly<Record<string, string>> = {
  turn_on: 'włączyć',
  turn_off: 'wyłączyć',
  toggle: 'przełączyć',
  open: 'otworzyć',
  open_cover: 'otworzyć',
  close_cover: 'zamknąć',
  open_valve: 'otworzyć',
  close_valve: 'zamknąć',
  lock: 'zamknąć na klucz',
  unlock: 'otworzyć zamek',
  alarm_arm_away: 'uzbroić',
  alarm_arm_home: 'uzbroić w domu',
  alarm_arm_night: 'uzbroić na noc',
  alarm_arm_vacation: 'uzbroić na urlop',
  alarm_disarm: 'rozbroić',
};

/** The names stand apart, for nobody knows their cases. */
function deedText({ intent, what }: { intent: string; what: string }): string {
  const deed = DEEDS[intent.split('.')[1] ?? ''];
  return deed === undefined ? `(${what})` : `${deed} (${what})`;
}

export const polishPhrases: Phrases = {
  unclear: 'Nie rozumiem. Powiedz na przykład: „włącz światło w salonie”.',
  unavailable: (where, thing) => `${sentenceCase(where)} nie ma ${thing}.`,
  noSuchName: (where, name) => `${sentenceCase(where)} nie ma czegoś o nazwie „${name}”.`,
  whichRoom: (rooms) => `W którym pomieszczeniu: ${eitherOf(rooms, 'czy')}?`,
  whichOne: (names, word) =>
    `${word === undefined ? 'Co masz na myśli' : `${which(word)} ${word}`}: ${eitherOf(names, 'czy')}?`,
  whichOfMany: (count, names) => `Powiedz, o co chodzi; pasuje ${count}, między innymi: ${names.join(', ')}.`,
  confirm: (deeds) => `Na pewno ${deeds.map(deedText).join(', ')}? Powiedz „tak”, a zrobię to.`,
  dropped: 'Dobrze, nic nie robię.',
  nothingAsked: 'O nic teraz nie pytam. Powiedz całe polecenie.',
  cannotAsk: 'Nie mogę teraz przyjąć odpowiedzi. Powiedz za chwilę całe polecenie jeszcze raz.',
  cannotAskThere: 'Na to potrzebuję potwierdzenia, a nie wiem, z którego pomieszczenia miałoby przyjść.',
  deny: (what) => `Tego nie wolno mi zrobić: ${what}.`,
  denyQuery: (what) => `Tego nie wolno mi powiedzieć: ${what}.`,
  denyAll: (what) => `Nic z tego nie robię, bo tego mi nie wolno: ${what}.`,
  done: 'Robię to.',
  notDone: 'Nie udało mi się tego zrobić.',
  unheard: 'Nie wiem, czy to się udało: nikt mi jeszcze nie odpowiedział.',
  calledOff: 'Odwołuję to.',
  putBack: 'Cofam to.',
  cannotUndo: 'Nie wiem, jak było przedtem. Powiedz, jak ma być.',
  staysPlanned:
    'Co jest zaplanowane, zostaje. Powiedz, co odwołać, na przykład: „anuluj minutnik” albo „odwołaj to”.',
  later: (when, what) => `Dobrze, ${whenPolish(when)} ${what.map(inside).join(', ')}.`,
  until: (when, what) => `${what.replace(/\.$/, '')}, potem ${whenPolish(when)} przywracam jak było.`,
  except: (what, names) =>
    `${what.replace(/\.$/, '')}, z wyjątkiem: ${names.map((name) => `„${name}”`).join(', ')}.`,
  partly: (understood, not) =>
    `Rozumiem ${understood.map((said) => `„${said}”`).join(', ')}, ale nie „${not}”, więc nic nie robię.`,
  orderAndQuestion: 'Polecenie i pytanie powiedz osobno, nic jeszcze nie robię.',
  oneQuestion: 'Zapytaj o każdą z tych rzeczy osobno.',
  timeTrouble: {
    vague: 'Powiedz, o której to zrobić.',
    past: 'Ta pora już minęła. Powiedz, kiedy to zrobić.',
    impossible: 'Nie ma takiej godziny. Powiedz, o której to zrobić.',
    contradictory: 'Powiedz jedną porę, bo nie wiem, o którą chodzi.',
    scope: 'Powiedz przy każdej rzeczy, kiedy ją zrobić, nic jeszcze nie robię.',
    lasting: 'Nie wiem, do czego potem wrócić. Powiedz, co i o której zrobić.',
  },
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

const ON_DAYS: Readonly<Record<Weekday, string>> = {
  MO: 'w poniedziałek',
  TU: 'we wtorek',
  WE: 'w środę',
  TH: 'w czwartek',
  FR: 'w piątek',
  SA: 'w sobotę',
  SU: 'w niedzielę',
};

/** "o 21:00", "jutro o 7:00", "co tydzień w poniedziałek o 8:00". */
function whenPolish({ time, days, weekday, repeat, every }: SpokenMoment): string {
  const hour = `o ${time}`;
  if (repeat) {
    const listed = repeat.map((day) => ON_DAYS[day]).join(' i ');
    if (every !== undefined) {
      return repeat.length === WEEKDAYS.length
        ? `co ${every} dni ${hour}`
        : `co ${every} tygodnie ${listed} ${hour}`;
    }
    if (repeat.length === WEEKDAYS.length) return `codziennie ${hour}`;
    if (repeat.join() === WEEKDAYS.slice(0, 5).join()) return `w dni powszednie ${hour}`;
    return `co tydzień ${listed} ${hour}`;
  }
  if (days === 0) return hour;
  if (days === 1) return `jutro ${hour}`;
  return days < 7 ? `${ON_DAYS[weekday]} ${hour}` : `za ${days} dni ${hour}`;
}

/** As it stands inside a sentence. */
function inside(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');
}

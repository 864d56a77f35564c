import { eitherOf } from '../asking-which.ts';
import type { Phrases, SpokenMoment } from '../phrases.ts';
import { WEEKDAYS, type Weekday } from '../time-pieces.ts';
import { englishCounted } from './counted.ts';

const THINGS: Readonly<Record<string, string>> = {
  light: 'lights',
  switch: 'switches',
  'switch.kettle': 'kettle',
  'switch.irrigation': 'irrigation',
  input_boolean: 'switches',
  cover: 'blinds',
  'cover.garage': 'garage door',
  'cover.gate': 'gate',
  'cover.curtain': 'curtains',
  'cover.awning': 'awning',
  'cover.damper': 'damper',
  'cover.door': 'doors that can be moved',
  'cover.window': 'windows that can be moved',
  valve: 'valves',
  climate: 'heating or cooling',
  water_heater: 'water heater',
  humidifier: 'humidifier',
  'humidifier.dehumidifier': 'dehumidifier',
  media_player: 'players',
  remote: 'remote control',
  fan: 'fans',
  vacuum: 'vacuum cleaner',
  lawn_mower: 'lawn mower',
  lock: 'locks',
  siren: 'siren',
  camera: 'cameras',
  person: 'such person',
  scene: 'such scene',
  script: 'such script',
  'script.wake_up': 'script that wakes anybody up',
  automation: 'such automation',
  timer: 'timer',
  reminder: 'reminder for an hour of the day',
  todo: 'shopping list',
  calendar: 'calendar',
  alarm_control_panel: 'alarm',
  assist_satellite: 'speakers for announcements',
  weather: 'weather forecast',
  sensor: 'such sensor',
  'sensor.temperature': 'temperature sensor',
  'sensor.humidity': 'humidity sensor',
  'sensor.battery': 'battery sensor',
  'sensor.power': 'power meter',
  'sensor.energy': 'energy meter',
  'sensor.illuminance': 'light sensor',
  'sensor.pressure': 'pressure sensor',
  'sensor.aqi': 'air quality sensor',
  'sensor.carbon_dioxide': 'carbon dioxide sensor',
  'sensor.pm1': 'dust sensor',
  binary_sensor: 'such sensor',
  'binary_sensor.door': 'door sensor',
  'binary_sensor.garage_door': 'garage door sensor',
  'binary_sensor.window': 'window sensor',
  'binary_sensor.motion': 'motion sensor',
  'binary_sensor.occupancy': 'presence sensor',
  'binary_sensor.presence': 'presence sensor',
  'binary_sensor.moisture': 'water leak sensor',
  'binary_sensor.smoke': 'smoke detector',
  'binary_sensor.gas': 'gas detector',
  'binary_sensor.carbon_monoxide': 'carbon monoxide detector',
  'binary_sensor.battery': 'battery sensor',
};

/** What policy asks about. */
const DEEDS: Readonly<Record<string, string>> = {
  turn_on: 'turn on',
  turn_off: 'turn off',
  toggle: 'toggle',
  open: 'open',
  open_cover: 'open',
  close_cover: 'close',
  open_valve: 'open',
  close_valve: 'close',
  lock: 'lock',
  unlock: 'unlock',
  alarm_arm_away: 'arm away',
  alarm_arm_home: 'arm at home',
  alarm_arm_night: 'arm for the night',
  alarm_arm_vacation: 'arm for the holidays',
  alarm_disarm: 'disarm',
};

function deedText({ intent, what }: { intent: string; what: string }): string {
  const deed = DEEDS[intent.split('.')[1] ?? ''];
  return deed === undefined ? what : `${deed} (${what})`;
}

export const englishPhrases: Phrases = {
  unclear: 'I did not understand. Try, for example: “turn on the light in the living room”.',
  unavailable: (where, thing) => `I know of no ${thing} ${where}.`,
  noSuchName: (where, name) => `There is nothing called “${name}” ${where}.`,
  whichRoom: (rooms) => `In which room: ${eitherOf(rooms, 'or')}?`,
  whichOne: (names, word = 'one') => `Which ${word}: ${eitherOf(names, 'or')}?`,
  whichOfMany: (count, names) => `Say which one; ${count} would do, among them: ${names.join(', ')}.`,
  confirm: (deeds) => `Are you sure: ${deeds.map(deedText).join(', ')}? Say “yes” and I will do it.`,
  dropped: 'All right, I am doing nothing.',
  nothingAsked: 'I am not asking anything at the moment. Please say the whole order.',
  cannotAsk: 'I cannot take an answer at the moment. Please say the whole order again in a while.',
  cannotAskThere: 'I need a yes for this, and do not know from which room it would have to come.',
  deny: (what) => `I am not allowed to do that: ${what}.`,
  denyQuery: (what) => `I am not allowed to tell that: ${what}.`,
  denyAll: (what) => `I am doing none of this, because I am not allowed to: ${what}.`,
  done: 'I am doing it.',
  notDone: 'I could not do that.',
  unheard: 'I do not know whether that worked: nobody has answered me yet.',
  calledOff: 'Calling it off.',
  putBack: 'Undoing that.',
  cannotUndo: 'I do not know how it was before. Say how it should be.',
  staysPlanned:
    'What is planned stays. Say what to call off, for example “cancel the timer” or “cancel what is scheduled”.',
  later: (when, what) => `OK, ${whenEnglish(when)}: ${what.map(inside).join(', ')}.`,
  until: (when, what) => `${what.replace(/\.$/, '')}, and back again ${whenEnglish(when)}.`,
  except: (what, names) =>
    `${what.replace(/\.$/, '')}, except for ${names.map((name) => `“${name}”`).join(', ')}.`,
  partly: (understood, not) =>
    `I understood ${understood.map((said) => `“${said}”`).join(', ')} but not “${not}”, so I am doing nothing.`,
  orderAndQuestion: 'Say the order and the question one after the other; I am doing nothing yet.',
  oneQuestion: 'Ask about each of these things by itself.',
  timeTrouble: {
    vague: 'Say at what time I should do it.',
    past: 'That time is over. Say when I should do it.',
    impossible: 'There is no such hour. Say at what time I should do it.',
    contradictory: 'Say one time only; I cannot tell which you mean.',
    scope: 'Say for each thing when I should do it; I am doing nothing yet.',
    lasting: 'I do not know how it should be afterwards. Say what to do, and when.',
  },
  place: (words) => (words === undefined ? 'here' : `in the ${words}`),
  wholeHome: 'in this home',
  everywhere: 'the whole home',
  number: String,
  counted: englishCounted,
  thing: (key) => THINGS[key] ?? THINGS[key.split('.')[0] ?? ''] ?? 'such device',
};

const DAYS: Readonly<Record<Weekday, string>> = {
  MO: 'Monday',
  TU: 'Tuesday',
  WE: 'Wednesday',
  TH: 'Thursday',
  FR: 'Friday',
  SA: 'Saturday',
  SU: 'Sunday',
};

/** "at 21:00", "tomorrow at 7:00", "every Monday at 8:00". */
function whenEnglish({ time, days, weekday, repeat, every }: SpokenMoment): string {
  const hour = `at ${time}`;
  if (repeat) {
    const listed = repeat.map((day) => DAYS[day]).join(' and ');
    if (every !== undefined) {
      return repeat.length === WEEKDAYS.length
        ? `every ${every} days ${hour}`
        : `every ${every} weeks on ${listed} ${hour}`;
    }
    if (repeat.length === WEEKDAYS.length) return `every day ${hour}`;
    if (repeat.join() === WEEKDAYS.slice(0, 5).join()) return `on weekdays ${hour}`;
    return `every ${listed} ${hour}`;
  }
  if (days === 0) return hour;
  if (days === 1) return `tomorrow ${hour}`;
  return days < 7 ? `on ${DAYS[weekday]} ${hour}` : `in ${days} days ${hour}`;
}

/** As it stands inside a sentence. */
function inside(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');
}

import { partsOf, type Speech, type StateWords } from './speech.ts';

const heading = (yes: string, no: string, none: string): StateWords => ({
  yes: (count) => (count === 1 ? yes : `${yes} (${count})`),
  no: () => no,
  none,
});

function list(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

const ACTIONS: Readonly<Record<string, string>> = {
  turn_on: 'turning on',
  turn_off: 'turning off',
  toggle: 'toggling',
  open_cover: 'opening',
  close_cover: 'closing',
  set_cover_position: 'setting',
  open_valve: 'opening',
  close_valve: 'closing',
  lock: 'locking',
  unlock: 'unlocking',
  set_temperature: 'setting the temperature',
  announce: 'an announcement',
  start: 'starting',
};

const counted = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`;

/** What is said in English, and to whoever speaks a language that the bridge does not. */
export const englishSpeech: Speech = {
  locale: 'en-GB',
  list,
  unreachable: 'I cannot reach Home Assistant.',
  failed: 'That did not work.',
  maybeDone: 'I do not know whether that worked. Please check.',
  notConfirmed: 'I do not do that without a yes.',
  nothingThere: 'There is nothing like that here.',
  unknownTemperature: 'I do not know what it is set to now.',
  tooManyPlans: 'Too much is planned already. Cancel something.',
  strangeRepeat: 'I cannot repeat that in this way.',
  away: (names) => `Not responding: ${list(names)}.`,
  noAnswer: 'I do not know that.',

  what: (action) => ACTIONS[action.split('.')[1] ?? ''] ?? 'an order',
  when(days, date, time) {
    if (days === 0) return `today at ${time}`;
    return days === 1 ? `tomorrow at ${time}` : `on ${date} at ${time}`;
  },
  every(days) {
    const key = days.join();
    if (days.length === 0 || days.length === 7) return 'every day';
    if (key === '0,1,2,3,4') return 'on weekdays';
    return key === '5,6' ? 'at weekends' : `on ${list(days.map((day) => `${WEEKDAYS[day]}s`))}`;
  },
  duration: (seconds) => list(partsOf(seconds).map(([count, unit]) => counted(count, unit))),
  overdue: (what, when) => `Skipped, because its time was over: ${what}, ${when}.`,
  timerOver: (name) => (name === undefined ? 'Your timer is over.' : `Your timer ${name} is over.`),
  noTimer: 'No timer is set.',
  timers: (timers) =>
    timers
      .map(({ name, left, isPaused }) => {
        const what = name === undefined ? 'Timer' : `Timer ${name}`;
        return `${what}: ${isPaused ? 'paused, ' : ''}${left} left.`;
      })
      .join(' '),
  nothingPlanned: 'Nothing is planned.',
  planned: (plans) => `Planned: ${plans.join('; ')}.`,
  whichPlan: (plans) => `Say which to cancel: ${plans.join('; ')}.`,

  states: {
    lit: heading('on', 'off', 'no lights are on'),
    running: heading('on', 'off', 'nothing is on'),
    open: heading('open', 'closed', 'everything is closed'),
    unlocked: heading('unlocked', 'locked', 'everything is locked'),
    detected: heading('detected by', 'nothing detected by', 'nothing is detected'),
    low_battery: heading('low battery', 'battery fine', 'no battery is low'),
    playing: heading('playing', 'not playing', 'nothing is playing'),
    home: heading('at home', 'away', 'nobody is at home'),
    armed: heading('armed', 'disarmed', 'nothing is armed'),
  },
  doing: {
    cleaning: 'cleaning',
    docked: 'docked',
    returning: 'on its way back',
    paused: 'paused',
    idle: 'idle',
    error: 'reports an error',
    mowing: 'mowing',
    triggered: 'triggered!',
    arming: 'arming',
    pending: 'about to go off',
  },
  temperature: (degrees, where) => `It is ${degrees}${where === undefined ? '' : ` ${where}`}.`,
  degrees: 'degrees',
  outside: 'outside',
  target: (degrees) => `Set to ${degrees}.`,
  humidity: (percent, where) =>
    `The humidity${where === undefined ? '' : ` ${where}`} is ${percent} percent.`,
  weatherAttributes: {
    wind_speed: 'Wind',
    pressure: 'Pressure',
    dew_point: 'Dew point',
    cloud_coverage: 'Cloud cover',
    visibility: 'Visibility',
    uv_index: 'UV index',
    ozone: 'Ozone',
  },
  conditions: {
    'clear-night': 'a clear night',
    cloudy: 'cloudy',
    exceptional: 'exceptional weather',
    fog: 'fog',
    hail: 'hail',
    lightning: 'thunderstorms',
    'lightning-rainy': 'thunderstorms and rain',
    partlycloudy: 'partly cloudy',
    pouring: 'heavy rain',
    rainy: 'rain',
    snowy: 'snow',
    'snowy-rainy': 'sleet',
    sunny: 'sunny',
    windy: 'windy',
    'windy-variant': 'windy and cloudy',
  },
  forecast(day, condition, from, to) {
    const name = day.replaceAll('_', ' ');
    const degrees = [from, to].filter((value) => value !== undefined).join(' to ');
    return `${name.charAt(0).toUpperCase()}${name.slice(1)}: ${condition}${degrees === '' ? '' : `, ${degrees}`}.`;
  },
  noForecast: 'I have no such forecast.',
  listed: (items) => `On the list: ${list(items)}.`,
  emptyList: 'The list is empty.',
  time: (time) => `It is ${time}.`,
  date: (date) => `Today is ${date}.`,
  nowPlaying: (title) => `Playing: ${title}.`,
};

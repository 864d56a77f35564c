import { partsOf, type Speech, type StateWords } from './speech.ts';

const heading = (
  one: string,
  many: string,
  none: string,
  not: { one: string; many: string },
): StateWords => ({
  yes: (count) => (count === 1 ? one : `${many} (${count})`),
  no: (count) => (count === 1 ? not.one : not.many),
  none,
});

function list(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} i ${names.at(-1)}`;
}

const DAYS: Readonly<Record<string, string>> = {
  today: 'Dziś',
  tomorrow: 'Jutro',
  day_after_tomorrow: 'Pojutrze',
  weekend: 'W weekend',
  week: 'W tym tygodniu',
  monday: 'W poniedziałek',
  tuesday: 'We wtorek',
  wednesday: 'W środę',
  thursday: 'W czwartek',
  friday: 'W piątek',
  saturday: 'W sobotę',
  sunday: 'W niedzielę',
};

const WEEKLY = ['poniedziałki', 'wtorki', 'środy', 'czwartki', 'piątki', 'soboty', 'niedziele'];

const ACTIONS: Readonly<Record<string, string>> = {
  turn_on: 'włączenie',
  turn_off: 'wyłączenie',
  toggle: 'przełączenie',
  open_cover: 'otwarcie',
  close_cover: 'zamknięcie',
  set_cover_position: 'ustawienie',
  open_valve: 'otwarcie',
  close_valve: 'zamknięcie',
  lock: 'zamknięcie na klucz',
  unlock: 'otwarcie zamka',
  set_temperature: 'ustawienie temperatury',
  announce: 'ogłoszenie',
  start: 'uruchomienie',
};

const UNITS = {
  hour: ['godzina', 'godziny', 'godzin'],
  minute: ['minuta', 'minuty', 'minut'],
  second: ['sekunda', 'sekundy', 'sekund'],
} as const;

function counted(count: number, [one, few, many]: readonly [string, string, string]): string {
  const [tens, units] = [Math.floor(count / 10) % 10, count % 10];
  if (count === 1) return `1 ${one}`;
  return `${count} ${units >= 2 && units <= 4 && tens !== 1 ? few : many}`;
}

/** What is said in Polish. A colon before the names spares every verb and participle the gender of what it is about. */
export const polishSpeech: Speech = {
  locale: 'pl',
  list,
  unreachable: 'Nie mam połączenia z Home Assistantem.',
  failed: 'Nie udało się.',
  maybeDone: 'Nie wiem, czy się udało. Sprawdź, proszę.',
  notConfirmed: 'Nie robię tego bez potwierdzenia.',
  nothingThere: 'Nie ma tu niczego takiego.',
  unknownTemperature: 'Nie wiem, na ile jest teraz ustawione.',
  tooManyPlans: 'Za dużo już zaplanowano. Odwołaj coś.',
  strangeRepeat: 'Nie umiem tego tak powtarzać.',
  away: (names) => `Nie ${names.length === 1 ? 'odpowiada' : 'odpowiadają'}: ${list(names)}.`,
  noAnswer: 'Tego nie wiem.',

  what: (action) => ACTIONS[action.split('.')[1] ?? ''] ?? 'polecenie',
  when(days, date, time) {
    if (days === 0) return `dziś o ${time}`;
    return days === 1 ? `jutro o ${time}` : `${date} o ${time}`;
  },
  every(days) {
    const key = days.join();
    if (days.length === 0 || days.length === 7) return 'codziennie';
    if (key === '0,1,2,3,4') return 'w dni powszednie';
    return key === '5,6' ? 'w weekendy' : `w ${list(days.map((day) => WEEKLY[day] ?? ''))}`;
  },
  duration: (seconds) => list(partsOf(seconds).map(([count, unit]) => counted(count, UNITS[unit]))),
  overdue: (what, when) => `Pominięto, bo minął czas: ${what}, ${when}.`,
  timerOver: (name) => (name === undefined ? 'Minutnik: czas minął.' : `Minutnik „${name}”: czas minął.`),
  noTimer: 'Żaden minutnik nie jest ustawiony.',
  timers: (timers) =>
    timers
      .map(({ name, left, isPaused }) => {
        const what = name === undefined ? 'Minutnik' : `Minutnik „${name}”`;
        return `${what}: ${isPaused ? 'wstrzymany, ' : ''}jeszcze ${left}.`;
      })
      .join(' '),
  nothingPlanned: 'Nic nie jest zaplanowane.',
  planned: (plans) => `Zaplanowane: ${plans.join('; ')}.`,
  whichPlan: (plans) => `Powiedz, co odwołać: ${plans.join('; ')}.`,

  states: {
    lit: heading('świeci', 'świecą', 'nie świeci żadne światło', { one: 'nie świeci', many: 'nie świecą' }),
    running: heading('działa', 'działają', 'nic nie działa', { one: 'nie działa', many: 'nie działają' }),
    open: heading('otwarte', 'otwarte', 'wszystko jest zamknięte', { one: 'zamknięte', many: 'zamknięte' }),
    unlocked: heading('niezamknięte na klucz', 'niezamknięte na klucz', 'wszystko jest zamknięte na klucz', {
      one: 'zamknięte na klucz',
      many: 'zamknięte na klucz',
    }),
    detected: heading('zgłasza', 'zgłaszają', 'żaden czujnik niczego nie zgłasza', {
      one: 'nic nie zgłasza',
      many: 'nic nie zgłaszają',
    }),
    low_battery: heading('słaba bateria', 'słabe baterie', 'żadna bateria nie jest słaba', {
      one: 'bateria w porządku',
      many: 'baterie w porządku',
    }),
    playing: heading('gra', 'grają', 'nic nie gra', { one: 'nie gra', many: 'nie grają' }),
    home: heading('w domu', 'w domu', 'nikogo nie ma w domu', { one: 'poza domem', many: 'poza domem' }),
    armed: heading('uzbrojone', 'uzbrojone', 'nic nie jest uzbrojone', {
      one: 'rozbrojone',
      many: 'rozbrojone',
    }),
  },
  doing: {
    cleaning: 'sprząta',
    docked: 'w bazie',
    returning: 'wraca do bazy',
    paused: 'wstrzymane',
    idle: 'nic nie robi',
    error: 'zgłasza błąd',
    mowing: 'kosi',
    triggered: 'alarm!',
    arming: 'uzbraja się',
    pending: 'zaraz zadzwoni',
  },
  temperature: (degrees, where) => sentence(`${where ?? 'teraz'} jest ${degrees}.`),
  degrees: 'stopni',
  outside: 'na zewnątrz',
  target: (degrees) => `Ustawione: ${degrees}.`,
  humidity: (percent, where) => `Wilgotność${where === undefined ? '' : ` ${where}`}: ${percent} procent.`,
  weatherAttributes: {
    wind_speed: 'Wiatr',
    pressure: 'Ciśnienie',
    dew_point: 'Punkt rosy',
    cloud_coverage: 'Zachmurzenie',
    visibility: 'Widoczność',
    uv_index: 'Indeks UV',
    ozone: 'Ozon',
  },
  conditions: {
    'clear-night': 'bezchmurna noc',
    cloudy: 'pochmurno',
    exceptional: 'nietypowa pogoda',
    fog: 'mgła',
    hail: 'grad',
    lightning: 'burza',
    'lightning-rainy': 'burza z deszczem',
    partlycloudy: 'częściowe zachmurzenie',
    pouring: 'ulewa',
    rainy: 'deszcz',
    snowy: 'śnieg',
    'snowy-rainy': 'deszcz ze śniegiem',
    sunny: 'słonecznie',
    windy: 'wietrznie',
    'windy-variant': 'wietrznie i pochmurno',
  },
  forecast(day, condition, from, to) {
    const degrees = [
      ...(from === undefined ? [] : [`najmniej ${from}`]),
      ...(to === undefined ? [] : [`najwięcej ${to}`]),
    ];
    return `${DAYS[day] ?? day}: ${[condition, ...degrees].join(', ')}.`;
  },
  noForecast: 'Nie mam takiej prognozy.',
  listed: (items) => `Na liście: ${list(items)}.`,
  emptyList: 'Lista jest pusta.',
  time: (time) => `Jest ${time}.`,
  date: (date) => `Dziś jest ${date}.`,
  nowPlaying: (title) => `Gra: ${title}.`,
};

function sentence(text: string): string {
  return text.charAt(0).toLocaleUpperCase('pl') + text.slice(1);
}

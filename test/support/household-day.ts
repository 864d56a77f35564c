import { createRandom } from '../../src/evaluation/random.ts';

/** Something said at home. */
export interface HouseholdUtterance {
  /** Milliseconds since midnight. */
  readonly at: number;
  readonly room: string;
  readonly user: string;
  readonly text: string;
  /** Who says the same, in whatever words, in the same room, wants the same. */
  readonly wish: string;
}

/** What one wishes for, in the ways people say it; the first is the one said most. */
type Wish = readonly [string, ...string[]];

const LIGHT_ON: Wish = ['zapal światło', 'włącz światło', 'światło włącz', 'zaświeć światło'];
const LIGHT_OFF: Wish = ['zgaś światło', 'wyłącz światło', 'pogaś światła'];

/** Wishes by room, those that come most often first. */
const WISHES: Readonly<Record<string, readonly Wish[]>> = {
  salon: [
    LIGHT_ON,
    LIGHT_OFF,
    ['włącz telewizor', 'odpal telewizor', 'uruchom telewizor'],
    ['wyłącz telewizor', 'zgaś telewizor'],
    ['opuść rolety', 'zasłoń rolety', 'zamknij rolety'],
    ['podnieś rolety', 'otwórz rolety', 'odsłoń rolety'],
    ['przyciemnij światło na 30 procent', 'ustaw światło na 30 procent'],
    ['włącz kinkiet', 'zapal kinkiet'],
    ['ile stopni jest w salonie', 'jaka jest temperatura w salonie'],
    ['włącz radio', 'puść radio'],
  ],
  kuchnia: [
    LIGHT_ON,
    LIGHT_OFF,
    ['włącz czajnik', 'zagotuj wodę'],
    ['włącz ekspres', 'uruchom ekspres do kawy'],
    ['dodaj mleko do listy zakupów', 'dopisz mleko do zakupów'],
    ['dodaj chleb do listy zakupów', 'dopisz chleb do zakupów'],
    ['zapal światło nad blatem', 'włącz lampkę nad blatem'],
    ['włącz okap', 'uruchom okap'],
    ['włącz radio', 'puść radio'],
  ],
  sypialnia: [
    LIGHT_ON,
    LIGHT_OFF,
    ['zapal lampkę nocną', 'włącz lampkę nocną'],
    ['zgaś lampkę nocną', 'wyłącz lampkę nocną'],
    ['opuść rolety', 'zasłoń rolety'],
    ['podnieś rolety', 'odsłoń rolety'],
    ['ustaw temperaturę na 19 stopni', 'ustaw 19 stopni'],
  ],
  lazienka: [
    LIGHT_ON,
    LIGHT_OFF,
    ['włącz wentylator', 'uruchom wentylator'],
    ['włącz grzejnik', 'uruchom grzejnik'],
  ],
  pokoj_dzieciecy: [
    LIGHT_ON,
    LIGHT_OFF,
    ['włącz lampkę', 'zapal lampkę'],
    ['puść bajkę o smoku', 'włącz bajkę o smoku'],
    ['opuść rolety', 'zasłoń rolety'],
  ],
  przedpokoj: [
    LIGHT_ON,
    LIGHT_OFF,
    ['zgaś wszystkie światła', 'wyłącz wszystkie światła'],
    ['zamknij bramę', 'zamknij bramę garażową'],
    ['czy okna są zamknięte', 'czy wszystkie okna są zamknięte'],
  ],
};

/** Said from anywhere: they name their room. */
const ELSEWHERE: readonly Wish[] = [
  ['zgaś światło w kuchni', 'wyłącz światło w kuchni'],
  ['zapal światło w przedpokoju', 'włącz światło w przedpokoju'],
  ['zgaś światło w łazience', 'wyłącz światło w łazience'],
  ['ile stopni jest w sypialni', 'jaka jest temperatura w sypialni'],
];

/** What leans on what was said before it, or on time. */
const LEANING: readonly string[] = [
  ...['trochę jaśniej', 'ciszej', 'głośniej', 'a teraz zgaś', 'jeszcze trochę', 'zgaś to', 'w kuchni też'],
  ...['zgaś światło za 10 minut', 'ustaw minutnik na 7 minut', 'obudź mnie jutro o siódmej', 'tak'],
];

/** Said once in a long while; the number stands for what differs each time. */
const RARE: readonly string[] = [
  ...['dodaj rzecz numer # do listy zakupów', 'zagraj utwór numer #', 'zapisz notatkę numer #'],
  ...['ustaw temperaturę w łazience na # stopni', 'włącz scenę numer #'],
];

const MINUTE = 60_000;

/** When people are at home and awake, how much they say, and where: from hour to hour. */
const TIMES: readonly { from: number; to: number; share: number; rooms: readonly string[] }[] = [
  {
    from: 6,
    to: 8.5,
    share: 0.26,
    rooms: ['kuchnia', 'lazienka', 'sypialnia', 'pokoj_dzieciecy', 'przedpokoj'],
  },
  { from: 8.5, to: 15.5, share: 0.1, rooms: ['salon', 'kuchnia', 'przedpokoj'] },
  {
    from: 15.5,
    to: 19,
    share: 0.26,
    rooms: ['kuchnia', 'salon', 'przedpokoj', 'pokoj_dzieciecy', 'lazienka'],
  },
  { from: 19, to: 23, share: 0.38, rooms: ['salon', 'kuchnia', 'sypialnia', 'lazienka', 'pokoj_dzieciecy'] },
];

/** Each speaker mostly says a thing in the words they like best. */
const USERS: readonly { readonly name: string; readonly taste: number }[] = [
  { name: 'anna', taste: 0 },
  { name: 'jan', taste: 1 },
  { name: 'franek', taste: 0 },
];

/**
 * What a family of three says on one day. The same seed gives the same day.
 *
 * Few wishes come often and many seldom (Zipf). Speakers keep to their words in four of five cases, and in one of eight
 * add a "proszę" or a full stop, as speech recognition does. One in eight says again within a minute what was not heard;
 * one in eight leans on what was said; one in sixteen says what nobody says twice.
 */
export function householdDay({
  seed = '1',
  utterances = 300,
}: {
  readonly seed?: string;
  readonly utterances?: number;
} = {}): HouseholdUtterance[] {
  const { next: random, pick, below } = createRandom(seed);
  const zipf = <Item>(items: readonly Item[]): Item => {
    return weighted(
      items.map((item, index) => [item, 1 / (index + 1)]),
      random(),
    );
  };

  const day: HouseholdUtterance[] = [];
  function say(utterance: HouseholdUtterance): void {
    if (day.length < utterances) day.push(utterance);
  }

  while (day.length < utterances) {
    const { from, to, rooms } = weighted(
      TIMES.map((time) => [time, time.share]),
      random(),
    );
    const at = Math.round((from + random() * (to - from)) * 60 * MINUTE);
    const room = zipf(rooms);
    const { name: user, taste } = pick(USERS);
    const kind = random();
    if (kind < 1 / 8) {
      const text = pick(LEANING);
      say({ at, room, user, text, wish: text });
      continue;
    }
    if (kind < 3 / 16) {
      const text = pick(RARE).replace('#', String(100 + below(900)));
      say({ at, room, user, text, wish: text });
      continue;
    }
    const isElsewhere = random() < 0.1;
    const wish = zipf(isElsewhere ? ELSEWHERE : (WISHES[room] ?? []));
    const words = random() < 0.8 ? (wish[taste % wish.length] ?? wish[0]) : pick(wish);
    const spelled = random() < 1 / 8 ? pick([`proszę ${words}`, `${words}.`, `${words}, proszę`]) : words;
    say({ at, room, user, text: spelled, wish: wish[0] });
    if (random() < 1 / 8) {
      say({ at: at + Math.round((5 + random() * 55) * 1000), room, user, text: words, wish: wish[0] });
    }
  }
  return day.sort((one, other) => one.at - other.at);
}

/** @param chance from 0 up to 1 */
function weighted<Item>(items: readonly (readonly [Item, number])[], chance: number): Item {
  const sum = items.reduce((total, [, weight]) => total + weight, 0);
  let passed = 0;
  for (const [item, weight] of items) {
    passed += weight / sum;
    if (chance < passed) return item;
  }
  throw new RangeError('expected something to pick from, and a chance below 1');
}

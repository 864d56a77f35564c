import type { EntityState, HomeAssistant } from '../home-assistant/connect.ts';
import { localTime } from '../intent/local-time.ts';
import type { Action } from '../intent/recognition.ts';
import type { Language } from '../intent/utterance.ts';
import { knowledgeOf } from '../language/languages.ts';
import { entitiesTouched } from '../lexicon/entities-touched.ts';
import type { Entity, Home } from '../lexicon/home.ts';
import { answerState, isAway } from './answer-state.ts';
import type { Speech } from './speech.ts';
import { speechIn } from './speech-in.ts';

/** What an answer is made of. */
interface Asked {
  readonly query: Action;
  readonly language: Language;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Answers what is asked of the home, as it is now. @throws HomeAssistantError */
export type Answerer = (asked: Asked) => Promise<string>;

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** @param zone of the home */
export function createAnswerer({
  home,
  assistant,
  zone,
}: {
  home: () => Home;
  assistant: Pick<HomeAssistant, 'states' | 'call'>;
  zone: string;
}): Answerer {
  return async ({ query, language, now }) => {
    const speech = speechIn(language);
    const { phrases } = knowledgeOf(speech.locale.slice(0, 2));
    const [, question = ''] = query.intent.split('.');
    if (query.intent === 'time.get') return speech.time(clockOf(now, { speech, zone }));
    if (query.intent === 'date.get') return speech.date(dateOf(now, { speech, zone }));

    const states = assistant.states() ?? {};
    const entities = entitiesTouched(query, home());
    if (entities.length === 0) return speech.nothingThere;
    const where = placeOf(query, { home: home(), language });
    const there = entities.filter(({ id }) => !isAway(id, states));
    const [first] = there;
    if (!first) return answerState(entities, { states, speech, where });
    const state = states[first.id] as EntityState;
    const number = (value: unknown): string | undefined => {
      const amount = Number(value);
      const isNumber = value !== null && value !== '' && Number.isFinite(amount);
      return isNumber ? phrases.number(Math.round(amount * 10) / 10) : undefined;
    };
    const degrees = (value: unknown): string | undefined => {
      const amount = number(value);
      return amount === undefined ? undefined : phrases.counted(`${amount} ${speech.degrees}`);
    };

    switch (question) {
      case 'get_temperature':
        return temperature(there, { value: degrees, states, speech, where });
      case 'get_humidity': {
        const isOutside = first.domain === 'weather';
        const percent = number(isOutside ? state.attributes['humidity'] : state.state);
        return percent === undefined
          ? speech.noAnswer
          : speech.humidity(percent, isOutside ? speech.outside : where);
      }
      case 'get_forecast':
        return forecast(first, { query, now, speech, degrees });
      case 'get_items':
        return items(first, speech);
    }
    if (first.domain === 'weather') {
      const attribute = String(query.entities['attribute']);
      const value = number(state.attributes[attribute]);
      const unit = state.attributes[`${attribute}_unit`] ?? (attribute === 'cloud_coverage' ? '%' : '');
      const name = speech.weatherAttributes[attribute];
      if (value === undefined || name === undefined) return speech.noAnswer;
      return `${`${name}: ${value} ${String(unit)}`.trim()}.`;
    }
    const title = state.attributes['media_title'];
    if (first.domain === 'media_player' && there.length === 1 && state.state === 'playing' && title) {
      const artist = state.attributes['media_artist'];
      return speech.nowPlaying(typeof artist === 'string' ? `${artist}, ${String(title)}` : String(title));
    }
    return answerState(entities, { states, speech, where });
  };

  async function forecast(
    { id }: Entity,
    {
      query,
      now,
      speech,
      degrees,
    }: { query: Action; now: number; speech: Speech; degrees: (value: unknown) => string | undefined },
  ): Promise<string> {
    const response = await assistant.call(
      { action: 'weather.get_forecasts', data: { type: 'daily' }, entityIds: [id] },
      { wantsResponse: true },
    );
    const days = listIn(response, id, 'forecast');
    const wanted = String(query.entities['day'] ?? 'today');
    const dates = daysMeant(wanted, { now, zone });
    const found = days.filter((day) => {
      const at = Date.parse(String(day['datetime']));
      return !Number.isNaN(at) && dates.has(localTime(at, zone).time.slice(0, 10));
    });
    if (found.length === 0) return speech.noForecast;
    return found
      .map((day) => {
        const at = Date.parse(String(day['datetime']));
        const name = found.length > 1 ? weekdayOf(at, zone) : wanted;
        const condition = speech.conditions[String(day['condition'])] ?? String(day['condition']);
        return speech.forecast(name, condition, degrees(day['templow']), degrees(day['temperature']));
      })
      .join(' ');
  }

  async function items({ id }: Entity, speech: Speech): Promise<string> {
    const response = await assistant.call(
      { action: 'todo.get_items', data: { status: ['needs_action'] }, entityIds: [id] },
      { wantsResponse: true },
    );
    const names = listIn(response, id, 'items').map(({ summary }) => String(summary));
    return names.length === 0 ? speech.emptyList : speech.listed(names);
  }
}

function temperature(
  entities: readonly Entity[],
  {
    value,
    states,
    speech,
    where,
  }: {
    value: (value: unknown) => string | undefined;
    states: Readonly<Record<string, EntityState>>;
    speech: Speech;
    where: string | undefined;
  },
): string {
  const told = entities.flatMap(({ id, domain }) => {
    const { state, attributes } = states[id] as EntityState;
    if (domain === 'climate') {
      const [now, set] = [value(attributes['current_temperature']), value(attributes['temperature'])];
      return [
        ...(now === undefined ? [] : [speech.temperature(now, where)]),
        ...(set === undefined ? [] : [speech.target(set)]),
      ];
    }
    const measured = value(domain === 'weather' ? attributes['temperature'] : state);
    if (measured === undefined) return [];
    return [speech.temperature(measured, domain === 'weather' ? speech.outside : where)];
  });
  return told.length === 0 ? speech.noAnswer : told.join(' ');
}

/** "w salonie", as the home says it; undefined where no room was meant. */
function placeOf(
  { entities }: Action,
  { home, language }: { home: Home; language: Language },
): string | undefined {
  const area = typeof entities['area'] === 'string' ? home.area(entities['area']) : undefined;
  return area && (area.where[language] ?? `(${area.names[0]})`);
}

/** Lists in what an action answers with, by entity. */
function listIn(response: unknown, id: string, field: string): readonly Readonly<Record<string, unknown>>[] {
  const ofEntity = (response as Readonly<Record<string, unknown>> | null)?.[id];
  const found = (ofEntity as Readonly<Record<string, unknown>> | undefined)?.[field];
  return Array.isArray(found) ? found : [];
}

const DAY_MS = 86_400_000;

/** Days of the calendar at home that a word means. */
function daysMeant(word: string, { now, zone }: { now: number; zone: string }): ReadonlySet<string> {
  const date = (days: number): string => localTime(now + days * DAY_MS, zone).time.slice(0, 10);
  const week = [0, 1, 2, 3, 4, 5, 6];
  const named = (names: readonly string[]) =>
    week.filter((days) => names.includes(weekdayOf(now + days * DAY_MS, zone)));
  switch (word) {
    case 'today':
      return new Set([date(0)]);
    case 'tomorrow':
      return new Set([date(1)]);
    case 'day_after_tomorrow':
      return new Set([date(2)]);
    case 'week':
      return new Set(week.map(date));
    case 'weekend':
      return new Set(named(['saturday', 'sunday']).map(date));
    default:
      return new Set(WEEKDAYS.includes(word) ? named([word]).map(date) : []);
  }
}

function weekdayOf(at: number, zone: string): string {
  return localTime(at, zone).weekday.toLowerCase();
}

/** `21:05`, `7:00` */
function clockOf(at: number, { speech, zone }: { speech: Speech; zone: string }): string {
  const format = new Intl.DateTimeFormat(speech.locale, {
    timeZone: zone,
    hour: 'numeric',
    minute: '2-digit',
  });
  return format.format(at);
}

function dateOf(at: number, { speech, zone }: { speech: Speech; zone: string }): string {
  return new Intl.DateTimeFormat(speech.locale, { timeZone: zone, dateStyle: 'full' }).format(at);
}

/** "dziś o 21:05", "28 listopada o 7:00". */
export function whenSaid(
  at: number,
  { now, speech, zone }: { now: number; speech: Speech; zone: string },
): string {
  const midnight = (ms: number): number => Date.parse(`${localTime(ms, zone).time.slice(0, 10)}T00:00Z`);
  const date = new Intl.DateTimeFormat(speech.locale, { timeZone: zone, day: 'numeric', month: 'long' });
  const days = Math.round((midnight(at) - midnight(now)) / DAY_MS);
  return speech.when(days, date.format(at), clockOf(at, { speech, zone }));
}

import type { EntityStates } from '../home-assistant/connect.ts';
import type { Entity } from '../lexicon/home.ts';
import type { Speech, StateKind } from './speech.ts';

const RUNNING = new Set(['switch', 'fan', 'climate', 'humidifier', 'input_boolean', 'siren', 'water_heater']);
const OPENINGS = new Set(['window', 'door', 'opening', 'garage_door', 'garage', 'gate']);
/** States that tell nothing but that nothing is known. */
const UNKNOWN = new Set(['unavailable', 'unknown']);

/** Which sort of state an entity has; undefined for one that is told as it stands. */
function kindOf({ domain, deviceClass = '' }: Entity): StateKind | undefined {
  if (domain === 'light') return 'lit';
  if (RUNNING.has(domain)) return 'running';
  if (domain === 'cover' || domain === 'valve') return 'open';
  if (domain === 'lock') return 'unlocked';
  if (domain === 'media_player') return 'playing';
  if (domain === 'person') return 'home';
  if (domain === 'alarm_control_panel') return 'armed';
  if (domain !== 'binary_sensor') return undefined;
  if (deviceClass === 'battery') return 'low_battery';
  return OPENINGS.has(deviceClass) ? 'open' : 'detected';
}

/** Whether it is what its kind is named after. */
function isSo(kind: StateKind, state: string): boolean {
  switch (kind) {
    case 'running':
      return state !== 'off';
    case 'open':
      return state !== 'closed' && state !== 'off';
    case 'unlocked':
      // Whatever is on its way, jammed or open is not locked.
      return state !== 'locked';
    case 'playing':
      return state === 'playing';
    case 'home':
      return state === 'home';
    case 'armed':
      return state !== 'disarmed';
    default:
      return state === 'on';
  }
}

/** True where Home Assistant tells nothing of an entity: it is unavailable, or it does not exist there. */
export function isAway(id: string, states: EntityStates): boolean {
  const state = states[id]?.state;
  return state === undefined || UNKNOWN.has(state);
}

/**
 * Tells how things are: which of several are on, open, unlocked; how one is. What does not answer is said to.
 *
 * @param where "w salonie", for several of one room
 */
export function answerState(
  entities: readonly Entity[],
  { states, speech, where }: { states: EntityStates; speech: Speech; where: string | undefined },
): string {
  const nameOf = ({ id, names: [name = id] }: Entity): string => name;
  const there = entities.filter(({ id }) => !isAway(id, states));
  const away = entities.filter(({ id }) => isAway(id, states)).map(nameOf);
  const sentences: string[] = [];
  for (const [kind, ofKind] of Map.groupBy(there, kindOf)) {
    if (kind === undefined) {
      for (const entity of ofKind) {
        const { state = '', attributes = {} } = states[entity.id] ?? {};
        const unit = attributes['unit_of_measurement'];
        const told = speech.doing[state] ?? numberIn(state, speech);
        const value = typeof unit === 'string' ? `${told} ${unit}` : told;
        sentences.push(`${nameOf(entity)}: ${value}`);
      }
      continue;
    }
    const words = speech.states[kind];
    const [yes, no] = [true, false].map((wanted) =>
      ofKind.filter(({ id }) => isSo(kind, states[id]?.state ?? '') === wanted),
    ) as [Entity[], Entity[]];
    const place = ofKind.length > 1 && where !== undefined ? `${where} ` : '';
    const [only] = ofKind;
    if (yes.length > 0) sentences.push(`${place}${words.yes(yes.length)}: ${speech.list(yes.map(nameOf))}`);
    else if (ofKind.length > 1) sentences.push(`${place}${words.none}`);
    else if (only) sentences.push(`${words.no(no.length)}: ${nameOf(only)}`);
  }
  return [
    ...sentences.map((sentence) => `${capital(sentence)}.`),
    ...(away.length > 0 ? [speech.away(away)] : []),
  ].join(' ');
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

/** A measured value as the language writes it; anything else as it is. */
function numberIn(state: string, { locale }: Speech): string {
  const value = Number(state);
  if (state.trim() === '' || !Number.isFinite(value)) return state;
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 2, useGrouping: false }).format(value);
}

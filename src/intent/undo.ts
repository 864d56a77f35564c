import { PLACES } from './place-slots.ts';
import type { Action } from './recognition.ts';

/** What undoes what, by the end of an action's name. A scene, a script or a level cannot be undone: nobody knows what was before. */
const PAIRS: readonly (readonly [string, string])[] = [
  ['turn_on', 'turn_off'],
  ['open_cover', 'close_cover'],
  ['open_valve', 'close_valve'],
  ['unlock', 'lock'],
  ['media_play', 'media_pause'],
];
const LASTING = /^(?:scene|script|automation|vacuum|lawn_mower)\./;

/** The action that puts things back as they were; undefined where none does. */
export function undoOf({ intent, entities }: Pick<Action, 'intent' | 'entities'>): Action | undefined {
  if (LASTING.test(intent)) return undefined;
  const [domain = '', name = ''] = intent.split('.');
  const { is_volume_muted: isMuted, ...others } = entities;
  const isPlain = Object.keys(others).every((slot) => PLACES.has(slot));
  if (!isPlain) return undefined;
  if (name === 'volume_mute' && typeof isMuted === 'boolean') {
    return { intent, entities: { ...others, is_volume_muted: !isMuted } };
  }
  const pair = PAIRS.find((names) => names.includes(name));
  if (!pair || isMuted !== undefined) return undefined;
  return { intent: `${domain}.${pair[0] === name ? pair[1] : pair[0]}`, entities };
}

/** What goes one way with what goes the other, by the end of an action's name. */
const STEPS: readonly (readonly [string, string])[] = [
  ['volume_up', 'volume_down'],
  ['increase_speed', 'decrease_speed'],
];

/** The step that takes one back; undefined for what is no step. */
export function stepBackOf({ intent, entities }: Pick<Action, 'intent' | 'entities'>): Action | undefined {
  const [domain = '', name = ''] = intent.split('.');
  const pair = STEPS.find((names) => names.includes(name));
  if (pair) return { intent: `${domain}.${pair[0] === name ? pair[1] : pair[0]}`, entities };
  const others = Object.entries(entities).filter(([slot]) => !PLACES.has(slot));
  const isStep = others.every(([slot, value]) => slot.includes('step') && typeof value === 'number');
  if (others.length === 0 || !isStep) return undefined;
  const back = others.map(([slot, value]) => [slot, -Number(value)]);
  return { intent, entities: { ...entities, ...Object.fromEntries(back) } };
}

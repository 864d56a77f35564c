import type { Action } from '../intent/recognition.ts';

/** What turning something on or off does to it, where it has other words for that. */
const SWITCHED: Readonly<Record<string, { readonly on: string; readonly off: string }>> = {
  cover: { on: 'open_cover', off: 'close_cover' },
  valve: { on: 'open_valve', off: 'close_valve' },
  lock: { on: 'lock', off: 'unlock' },
  vacuum: { on: 'start', off: 'return_to_base' },
};

/**
 * Every action that one comes to, itself among them, so that what is forbidden in one way cannot be had in another:
 * brightness 0 is turning off, a position is opening or closing, and a toggle may be either.
 *
 * @param domain of the thing it is done to; where Home Assistant's own actions are meant, not their own
 * @returns services of the domain: `light.turn_off`
 */
export function amountsTo({ intent, entities }: Action, domain: string): readonly string[] {
  const service = intent.slice(intent.indexOf('.') + 1);
  const { on = 'turn_on', off = 'turn_off' } = SWITCHED[domain] ?? {};
  const named = (services: readonly string[]) =>
    [...new Set([service, ...services])].map((one) => `${domain}.${one}`);
  const byLevel = (level: unknown): readonly string[] => {
    if (typeof level !== 'number') return [on, off];
    if (level <= 0) return [off];
    return level >= 100 ? [on] : [on, off];
  };
  switch (service) {
    case 'turn_on': {
      const levels = [entities['brightness_pct'], entities['brightness'], entities['percentage']];
      return named(levels.some((level) => typeof level === 'number' && level <= 0) ? [on, off] : [on]);
    }
    case 'turn_off':
      return named([off]);
    case 'toggle':
      return named([on, off]);
    case 'set_cover_position':
    case 'set_valve_position':
      return named(byLevel(entities['position']));
    case 'set_percentage':
      return named(entities['percentage'] === 0 ? [off] : [on]);
    case 'set_hvac_mode':
      return named(entities['hvac_mode'] === 'off' ? [off] : [on]);
    case 'volume_set':
      return named(entities['volume_level'] === 0 ? ['volume_mute'] : []);
    case 'media_play_pause':
      return named(['media_play', 'media_pause']);
    default:
      return named([]);
  }
}

import type { Action } from '../intent/recognition.ts';

/** What leaves things as they are when it is done once more, by domain. */
const SETTINGS: Readonly<Record<string, string>> = {
  climate:
    'set_fan_mode set_humidity set_hvac_mode set_preset_mode set_swing_mode set_temperature turn_off turn_on',
  cover:
    'close_cover close_cover_tilt open_cover open_cover_tilt set_cover_position set_cover_tilt_position stop_cover',
  fan: 'oscillate set_direction set_percentage set_preset_mode turn_off turn_on',
  humidifier: 'set_humidity set_mode turn_off turn_on',
  input_boolean: 'turn_off turn_on',
  lawn_mower: 'dock pause start_mowing',
  light: 'turn_off turn_on',
  lock: 'lock',
  media_player:
    'media_pause media_play media_stop repeat_set select_sound_mode select_source shuffle_set turn_off turn_on volume_mute volume_set',
  scene: 'turn_on',
  siren: 'turn_off turn_on',
  switch: 'turn_off turn_on',
  vacuum: 'pause return_to_base set_fan_speed start stop',
  valve: 'close_valve open_valve set_valve_position stop_valve',
  water_heater: 'set_away_mode set_operation_mode set_temperature turn_off turn_on',
};
const REPEATABLE: ReadonlySet<string> = new Set(
  Object.entries(SETTINGS).flatMap(([domain, services]) =>
    services.split(' ').map((service) => `${domain}.${service}`),
  ),
);

/** Slots that say by how much, counted from how it is now: `brightness_step_pct`. */
const RELATIVE = /_step(_|$)/;

/**
 * True where doing it twice is the same as doing it once. Whatever is not known to be so is not: a toggle, a script, "a
 * little brighter", an item on a list. Nor is what somebody had to say yes to: a door that was locked again meanwhile
 * must not open by itself.
 */
export function isRepeatable(
  { intent, entities }: Action,
  { isConfirmed }: { isConfirmed: boolean },
): boolean {
  return !isConfirmed && REPEATABLE.has(intent) && !Object.keys(entities).some((slot) => RELATIVE.test(slot));
}

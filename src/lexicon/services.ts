import { nearest } from '../language/nearest.ts';

/** What may be done in the domains of Home Assistant whose actions are fixed; `get_state` is our own, for what is asked. */
const SERVICES: Readonly<Record<string, string>> = {
  alarm_control_panel:
    'alarm_arm_away alarm_arm_custom_bypass alarm_arm_home alarm_arm_night alarm_arm_vacation alarm_disarm alarm_trigger',
  assist_satellite: 'announce ask_question start_conversation',
  automation: 'reload toggle trigger turn_off turn_on',
  binary_sensor: '',
  button: 'press',
  camera: 'disable_motion_detection enable_motion_detection play_stream record snapshot turn_off turn_on',
  climate:
    'set_fan_mode set_humidity set_hvac_mode set_preset_mode set_swing_horizontal_mode set_swing_mode set_temperature toggle turn_off turn_on',
  cover:
    'close_cover close_cover_tilt open_cover open_cover_tilt set_cover_position set_cover_tilt_position stop_cover stop_cover_tilt toggle toggle_cover_tilt',
  fan: 'decrease_speed increase_speed oscillate set_direction set_percentage set_preset_mode toggle turn_off turn_on',
  homeassistant:
    'check_config reload_all reload_config_entry reload_core_config restart save_persistent_states set_location stop toggle turn_off turn_on update_entity open_cover close_cover stop_cover open_valve close_valve',
  humidifier: 'set_humidity set_mode toggle turn_off turn_on',
  input_boolean: 'reload toggle turn_off turn_on',
  input_button: 'press reload',
  lawn_mower: 'dock pause start_mowing',
  light: 'toggle turn_off turn_on',
  lock: 'lock open unlock',
  media_player:
    'browse_media clear_playlist join media_next_track media_pause media_play media_play_pause media_previous_track media_seek media_stop play_media repeat_set search_media select_sound_mode select_source shuffle_set toggle turn_off turn_on unjoin volume_down volume_mute volume_set volume_up',
  person: 'reload',
  remote: 'delete_command learn_command send_command toggle turn_off turn_on',
  scene: 'apply create delete reload turn_on',
  sensor: '',
  siren: 'toggle turn_off turn_on',
  switch: 'toggle turn_off turn_on',
  timer: 'cancel change finish pause reload start',
  todo: 'add_item get_items remove_completed_items remove_item update_item',
  vacuum:
    'clean_area clean_spot locate pause return_to_base send_command set_fan_speed start start_pause stop',
  valve: 'close_valve open_valve set_valve_position stop_valve toggle',
  water_heater: 'set_away_mode set_operation_mode set_temperature turn_off turn_on',
  weather: 'get_forecasts',
};

/** All actions in a domain, as far as they are known; undefined where anything may be one, as in `script` or `notify`. */
export function actionsKnownIn(domain: string, besides: Iterable<string>): ReadonlySet<string> | undefined {
  const services = Object.hasOwn(SERVICES, domain) ? SERVICES[domain] : undefined;
  if (services === undefined) return undefined;
  return new Set([
    ...services
      .split(' ')
      .filter(Boolean)
      .concat('get_state')
      .map((service) => `${domain}.${service}`),
    ...[...besides].filter((action) => action.startsWith(`${domain}.`)),
  ]);
}

/** What is wrong with an action, or a pattern for some, that fits none of those known, and which one may be meant. */
export function unknownAction(action: string, known: ReadonlySet<string>): string {
  const meant = nearest(action, known);
  const hint =
    meant === undefined ? `; expected one of ${[...known].join(', ')}` : `; did you mean ${meant}?`;
  return `${action} fits no action that Home Assistant or intents.yaml has${hint}`;
}

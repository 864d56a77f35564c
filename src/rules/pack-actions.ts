import type { Slots } from '../intent/recognition.ts';
import { formatDuration } from '../language/durations.ts';

/** What an intent of Home Assistant's sentence packs comes to. */
export interface PackAction {
  readonly kind: 'action' | 'query';
  /** The action by the domain it is about, under `*` for the others, absent where these have none; `{domain}` stands for that domain. */
  readonly actions: Readonly<Record<string, string>>;
  /** Where a slot decides the action: which one; undefined where it decides for none. */
  chosen?(slots: Slots): string | undefined;
  /** What it is about where neither a slot nor a name tells; absent: nothing in the home. */
  readonly domain?: string;
  /** True where one thing serves the whole home, so that it is looked for in all rooms. */
  readonly isShared?: boolean;
  /** True for what Home Assistant keeps itself, so that it needs no thing in the home. */
  readonly isBuiltIn?: boolean;
  /** Our slots of the pack's. */
  slots?(slots: Slots): Slots;
  /** True where the slots quote an order for later, which is in nobody's hands until it is understood itself. */
  defersOrder?(slots: Slots): boolean;
}

type Write = (value: Slots[string]) => Slots;

const rename =
  (slot: string): Write =>
  (value) => ({ [slot]: value });
/** Packs speak of volume in percent, Home Assistant's action of 0 to 1. */
const hundredth =
  (slot: string): Write =>
  (value) => ({ [slot]: typeof value === 'number' ? value / 100 : value });

/** Makes slots of ours: those that are named are rewritten, the others kept. */
function rewrite(writes: Readonly<Record<string, Write>>): NonNullable<PackAction['slots']> {
  return (slots) =>
    Object.fromEntries(
      Object.entries(slots).flatMap(([slot, value]) =>
        Object.entries(writes[slot]?.(value) ?? { [slot]: value }),
      ),
    );
}

const UNITS = ['hours', 'minutes', 'seconds'];
const TIMES = new Set(UNITS.flatMap((unit) => [unit, `start_${unit}`]));

/** Puts hours, minutes and seconds together. @param sign `-` for time that is taken away */
function timed(sign = ''): NonNullable<PackAction['slots']> {
  return (slots) => {
    const rest = Object.entries(slots).filter(([slot]) => !TIMES.has(slot));
    const duration = clockTime(slots, '');
    const start = clockTime(slots, 'start_');
    return {
      ...Object.fromEntries(rest),
      ...(duration !== undefined && { duration: sign + duration }),
      ...(start !== undefined && { start_duration: start }),
    };
  };
}

function clockTime(slots: Slots, prefix: string): string | undefined {
  const parts = UNITS.map((unit) => slots[prefix + unit]);
  if (parts.every((part) => part === undefined)) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = parts.map(Number).map((part) => part || 0);
  return formatDuration(Math.round(hours * 3600 + minutes * 60 + seconds));
}

/** A volume is changed by `up` or `down`, or by percents, below zero to make it quieter. */
function upOrDown({ volume_step: step }: Slots): string | undefined {
  if (step === 'up' || Number(step) > 0) return 'media_player.volume_up';
  return step === 'down' || Number(step) < 0 ? 'media_player.volume_down' : undefined;
}

function steps({ volume_step: step, ...slots }: Slots): Slots {
  return typeof step === 'number' ? { ...slots, volume_step: Math.abs(step) / 100 } : slots;
}

const act = (action: string, more: Partial<PackAction> = {}): PackAction => ({
  kind: 'action',
  actions: { '*': action },
  domain: action.slice(0, action.indexOf('.')),
  ...more,
});
const timer = (action: string, sign?: string): PackAction =>
  act(`timer.${action}`, { isShared: true, isBuiltIn: true, slots: timed(sign) });
const todo = (action: string): PackAction => act(`todo.${action}`, { isShared: true });
const ask = (action: string, more: Partial<PackAction> = {}): PackAction =>
  act(action, { kind: 'query', isShared: true, ...more });
const talk = (action: string, kind: PackAction['kind']): PackAction => ({ kind, actions: { '*': action } });

/** The domains whose things Home Assistant turns on, off and over by actions of that name. */
const SWITCHED =
  'automation climate fan humidifier input_boolean light media_player remote siren switch'.split(' ');

/** An action of the same name for each domain. */
function each(domains: readonly string[], service: string): Record<string, string> {
  return Object.fromEntries(domains.map((domain) => [domain, `${domain}.${service}`]));
}

/** By intent; what is not here is left out when a pack is loaded, and told. */
export const PACK_ACTIONS: Readonly<Record<string, PackAction>> = {
  HassTurnOn: {
    kind: 'action',
    actions: {
      ...each([...SWITCHED, 'camera', 'scene', 'script', 'water_heater'], 'turn_on'),
      alarm_control_panel: 'alarm_control_panel.alarm_arm_away',
      button: 'button.press',
      cover: 'cover.open_cover',
      group: 'homeassistant.turn_on',
      input_button: 'input_button.press',
      lawn_mower: 'lawn_mower.start_mowing',
      lock: 'lock.lock',
      vacuum: 'vacuum.start',
      valve: 'valve.open_valve',
    },
  },
  HassTurnOff: {
    kind: 'action',
    actions: {
      ...each([...SWITCHED, 'camera', 'script', 'water_heater'], 'turn_off'),
      alarm_control_panel: 'alarm_control_panel.alarm_disarm',
      cover: 'cover.close_cover',
      group: 'homeassistant.turn_off',
      lawn_mower: 'lawn_mower.dock',
      lock: 'lock.unlock',
      vacuum: 'vacuum.return_to_base',
      valve: 'valve.close_valve',
    },
  },
  HassToggle: {
    kind: 'action',
    actions: { ...each([...SWITCHED, 'cover', 'script', 'valve'], 'toggle'), group: 'homeassistant.toggle' },
  },
  HassStopMoving: {
    kind: 'action',
    actions: { '*': 'cover.stop_cover', valve: 'valve.stop_valve' },
    domain: 'cover',
  },
  HassGetState: { kind: 'query', actions: { '*': '{domain}.get_state' } },
  HassSetPosition: {
    kind: 'action',
    actions: { '*': 'cover.set_cover_position', valve: 'valve.set_valve_position' },
    domain: 'cover',
  },
  HassLightSet: act('light.turn_on', {
    slots: rewrite({
      brightness: rename('brightness_pct'),
      color: rename('color_name'),
      temperature: rename('color_temp_kelvin'),
    }),
  }),
  HassFanSetSpeed: act('fan.set_percentage'),
  HassHumidifierSetpoint: act('humidifier.set_humidity'),
  HassHumidifierMode: act('humidifier.set_mode'),
  HassClimateSetTemperature: act('climate.set_temperature'),
  HassClimateGetTemperature: ask('climate.get_temperature'),
  HassClimateSetFanMode: act('climate.set_fan_mode'),
  HassMediaPause: act('media_player.media_pause'),
  HassMediaUnpause: act('media_player.media_play'),
  HassMediaNext: act('media_player.media_next_track'),
  HassMediaPrevious: act('media_player.media_previous_track'),
  HassMediaPlayerMute: act('media_player.volume_mute', {
    slots: (slots) => ({ ...slots, is_volume_muted: true }),
  }),
  HassMediaPlayerUnmute: act('media_player.volume_mute', {
    slots: (slots) => ({ ...slots, is_volume_muted: false }),
  }),
  HassMediaSearchAndPlay: act('media_player.play_media', {
    slots: rewrite({ search_query: rename('media_content_id'), media_class: rename('media_content_type') }),
  }),
  HassSetVolume: act('media_player.volume_set', {
    slots: rewrite({ volume_level: hundredth('volume_level') }),
  }),
  HassSetVolumeRelative: act('media_player.volume_up', { chosen: upOrDown, slots: steps }),
  HassVacuumStart: act('vacuum.start', { isShared: true }),
  HassVacuumReturnToBase: act('vacuum.return_to_base', { isShared: true }),
  HassVacuumCleanArea: act('vacuum.clean_area', { isShared: true }),
  HassLawnMowerStartMowing: act('lawn_mower.start_mowing', { isShared: true }),
  HassLawnMowerDock: act('lawn_mower.dock', { isShared: true }),
  HassStartTimer: {
    ...timer('start'),
    // A timer with a command would open the door in five minutes without anybody having asked policy.
    defersOrder: (slots) => slots['conversation_command'] !== undefined,
  },
  HassCancelTimer: timer('cancel'),
  HassCancelAllTimers: {
    ...timer('cancel'),
    slots: (slots) => ({ ...timed()(slots), all: true }),
  },
  HassIncreaseTimer: timer('change'),
  HassDecreaseTimer: timer('change', '-'),
  HassPauseTimer: timer('pause'),
  HassUnpauseTimer: timer('start'),
  HassTimerStatus: ask('timer.get_remaining', { isBuiltIn: true, slots: timed() }),
  HassShoppingListAddItem: todo('add_item'),
  HassShoppingListCompleteItem: todo('update_item'),
  HassListAddItem: todo('add_item'),
  HassListCompleteItem: todo('update_item'),
  HassListRemoveItem: todo('remove_item'),
  HassBroadcast: act('assist_satellite.announce', { isShared: true }),
  HassGetWeather: ask('weather.get_forecast'),
  HassGetCurrentTime: talk('time.get', 'query'),
  HassGetCurrentDate: talk('date.get', 'query'),
  HassRespond: talk('conversation.respond', 'query'),
  HassNevermind: talk('conversation.nevermind', 'action'),
};

/** The action of an intent for a domain; undefined where it needs one and there is none. */
export function actionFor(
  { actions, chosen }: PackAction,
  domain: string | undefined,
  slots: Slots,
): string | undefined {
  if (chosen) return chosen(slots);
  const named = domain !== undefined && Object.hasOwn(actions, domain) ? actions[domain] : actions['*'];
  if (named === undefined || !named.includes('{domain}')) return named;
  return domain === undefined ? undefined : named.replace('{domain}', domain);
}

import type { FakeCall, FakeState } from './fake-home-assistant.ts';

type Change = (before: FakeState, data: Readonly<Record<string, unknown>>) => FakeState;

const becomes =
  (
    state: string,
    pick: (data: Readonly<Record<string, unknown>>) => Record<string, unknown> = () => ({}),
  ): Change =>
  ({ attributes }, data) => ({ state, attributes: { ...attributes, ...pick(data) } });
const keeps =
  (pick: (data: Readonly<Record<string, unknown>>) => Record<string, unknown>): Change =>
  ({ state, attributes }, data) => ({ state, attributes: { ...attributes, ...pick(data) } });
const nothing: Change = (before) => before;

const SWITCHES: Readonly<Record<string, Change>> = {
  turn_on: becomes('on', ({ brightness_pct: percent }) =>
    typeof percent === 'number' ? { brightness: Math.round(percent * 2.55) } : {},
  ),
  turn_off: becomes('off'),
  toggle: ({ state, attributes }) => ({ state: state === 'on' ? 'off' : 'on', attributes }),
};

/** What an action does to the state of what it is done to. */
const SERVICES: Readonly<Record<string, Readonly<Record<string, Change>>>> = {
  light: SWITCHES,
  switch: SWITCHES,
  fan: SWITCHES,
  media_player: { turn_on: becomes('on'), turn_off: becomes('off'), volume_up: nothing },
  cover: { open_cover: becomes('open'), close_cover: becomes('closed') },
  lock: { lock: becomes('locked'), unlock: becomes('unlocked') },
  climate: { set_temperature: keeps(({ temperature }) => ({ temperature })) },
  scene: { turn_on: nothing },
  script: { turn_on: nothing },
  vacuum: { start: becomes('cleaning') },
  assist_satellite: { announce: nothing },
  todo: { add_item: nothing, get_items: nothing },
  weather: { get_forecasts: nothing },
};

/** States after a call, or the error that the real one answers with. Nothing happens to what is not available. */
export function effectsOf(
  { action, data, target }: FakeCall,
  states: ReadonlyMap<string, FakeState>,
):
  | { readonly states: ReadonlyMap<string, FakeState> }
  | { readonly error: { readonly code: string; readonly message: string } } {
  const [domain = '', service = ''] = action.split('.');
  const change = SERVICES[domain]?.[service];
  if (!change) return { error: { code: 'not_found', message: `Service ${action} not found.` } };
  const named = [target['entity_id'] ?? data['entity_id'] ?? []].flat().map(String);
  const touched = named.includes('all')
    ? [...states.keys()].filter((id) => id.startsWith(`${domain}.`))
    : named.filter((id) => states.has(id));
  return {
    states: new Map(
      touched.flatMap((id) => {
        const before = states.get(id);
        if (!before || before.state === 'unavailable') return [];
        return [[id, change(before, data)] as const];
      }),
    ),
  };
}

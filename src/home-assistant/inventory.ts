import { nameKey } from '../lexicon/home.ts';
import type { HomeAssistant } from './connect.ts';
import { HomeAssistantError } from './failure.ts';

interface FoundItem {
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
}

export interface FoundArea extends FoundItem {
  readonly floor?: string;
}

export interface FoundEntity extends FoundItem {
  readonly area?: string;
  readonly deviceClass?: string;
  readonly labels: readonly string[];
}

/** What Home Assistant has of a home, as far as people may talk about it. */
export interface Inventory {
  readonly floors: readonly FoundItem[];
  readonly areas: readonly FoundArea[];
  readonly entities: readonly FoundEntity[];
  /** What is not taken over, and why, for a person. */
  readonly leftOut: readonly string[];
}

interface RegistryItem {
  readonly name: string | null;
  /** Null among them stands for the name itself. */
  readonly aliases?: readonly (string | null)[] | null;
  readonly labels?: readonly string[] | null;
}
interface FloorEntry extends RegistryItem {
  readonly floor_id: string;
}
interface AreaEntry extends RegistryItem {
  readonly area_id: string;
  readonly floor_id?: string | null;
}
interface DeviceEntry extends RegistryItem {
  readonly id: string;
  readonly area_id: string | null;
}
interface EntityEntry extends RegistryItem {
  readonly area_id: string | null;
  readonly device_id: string | null;
  readonly device_class?: string | null;
  readonly original_device_class?: string | null;
  readonly original_name?: string | null;
  readonly disabled_by?: string | null;
}

/** Entities asked about at once: all of a large home make a message that is too long. */
const ENTRIES_AT_ONCE = 200;
const ENTITY_ID = /^[a-z_]+\.[a-z0-9_]+$/;
const PLACE_ID = /^[a-z0-9_]+$/;

/**
 * Reads the areas, floors and entities of a home that are exposed to conversation.
 *
 * @throws HomeAssistantError that says what to do
 */
export async function readInventory(assistant: Pick<HomeAssistant, 'ask' | 'states'>): Promise<Inventory> {
  const exposed = await exposedTo('conversation', assistant);
  const [floors, areas, devices] = await Promise.all([
    // Homes from before 2024.4 have no floors.
    assistant.ask<readonly FloorEntry[]>({ type: 'config/floor_registry/list' }).catch(noneWhereUnknown),
    assistant.ask<readonly AreaEntry[]>({ type: 'config/area_registry/list' }),
    assistant.ask<readonly DeviceEntry[]>({ type: 'config/device_registry/list' }),
  ]);
  const entries = new Map<string, EntityEntry | null>();
  for (let from = 0; from < exposed.length; from += ENTRIES_AT_ONCE) {
    const some = await assistant.ask<Readonly<Record<string, EntityEntry | null>>>({
      type: 'config/entity_registry/get_entries',
      entity_ids: exposed.slice(from, from + ENTRIES_AT_ONCE),
    });
    for (const [id, entry] of Object.entries(some)) entries.set(id, entry);
  }

  const leftOut: string[] = [];
  const takenFloors = floors.flatMap((floor) => toItem(floor, floor.floor_id, leftOut) ?? []);
  const knownFloors = new Set(takenFloors.map(({ id }) => id));
  const takenAreas = areas.flatMap((area): readonly FoundArea[] => {
    const item = toItem(area, area.area_id, leftOut);
    const floor = area.floor_id;
    return item ? [{ ...item, ...(floor && knownFloors.has(floor) && { floor }) }] : [];
  });
  const knownAreas = new Map(takenAreas.map((area) => [area.id, area]));
  const labelsOfAreas = new Map(areas.map((area) => [area.area_id, area.labels ?? []]));
  const deviceById = new Map(devices.map((device) => [device.id, device]));
  const states = assistant.states() ?? {};

  const entities = exposed.flatMap((id): readonly FoundEntity[] => {
    const entry = entries.get(id) ?? undefined;
    const attributes = states[id]?.attributes ?? {};
    if (entry?.disabled_by) return leave(`${id}: it is disabled in Home Assistant`, leftOut);
    if (!ENTITY_ID.test(id)) return leave(`${id}: this is no entity id`, leftOut);
    // What it is called there comes first; without one it goes by what its state says.
    const name = String(entry?.name ?? attributes['friendly_name'] ?? entry?.original_name ?? '');
    if (nameKey(name) === '') return leave(`${id}: it has no name that could be said`, leftOut);
    const device = deviceById.get(entry?.device_id ?? '');
    const area = entry?.area_id ?? device?.area_id ?? undefined;
    const deviceClass =
      entry?.device_class ?? attributes['device_class'] ?? entry?.original_device_class ?? undefined;
    const labels = [entry?.labels, device?.labels, area && labelsOfAreas.get(area)].flatMap(
      (some) => some || [],
    );
    return [
      {
        ...{ id, name: name.trim(), aliases: spoken(entry?.aliases, name) },
        labels: [...new Set(labels)].sort(),
        ...(area !== undefined && knownAreas.has(area) && { area }),
        ...(typeof deviceClass === 'string' && { deviceClass }),
      },
    ];
  });
  return { floors: takenFloors, areas: takenAreas, entities, leftOut };
}

/** In the order of their ids. @throws HomeAssistantError */
async function exposedTo(who: string, { ask }: Pick<HomeAssistant, 'ask'>): Promise<readonly string[]> {
  try {
    const { exposed_entities: settings } = await ask<{
      exposed_entities: Readonly<Record<string, Readonly<Record<string, boolean>>>>;
    }>({ type: 'homeassistant/expose_entity/list' });
    return Object.entries(settings)
      .filter(([, assistants]) => assistants[who] === true)
      .map(([id]) => id)
      .sort();
  } catch (error) {
    if (!(error instanceof HomeAssistantError) || error.code !== 'unauthorized') throw error;
    const message =
      'Home Assistant tells only an administrator which entities are exposed: make the access token as one of them';
    throw new HomeAssistantError(message, { trouble: 'refused', code: 'unauthorized', cause: error });
  }
}

function noneWhereUnknown(error: unknown): readonly never[] {
  if (error instanceof HomeAssistantError && error.code === 'unknown_command') return [];
  throw error;
}

function toItem(item: RegistryItem, id: string, leftOut: string[]): FoundItem | undefined {
  const name = item.name ?? '';
  if (PLACE_ID.test(id) && nameKey(name) !== '') {
    return { id, name: name.trim(), aliases: spoken(item.aliases, name) };
  }
  leftOut.push(`${id} (${name}): it has no id or no name that home.yaml could have`);
  return undefined;
}

/** Aliases that can be said and say something new. */
function spoken(aliases: RegistryItem['aliases'], name: string): readonly string[] {
  const known = new Set([nameKey(name)]);
  return (aliases ?? []).flatMap((alias) => {
    const key = alias === null ? '' : nameKey(alias);
    if (alias === null || key === '' || known.has(key)) return [];
    known.add(key);
    return [alias.trim()];
  });
}

function leave(reason: string, leftOut: string[]): readonly never[] {
  leftOut.push(reason);
  return [];
}

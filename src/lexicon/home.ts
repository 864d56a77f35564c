import { foldedWords } from '../language/words.ts';

export interface Floor {
  readonly id: string;
  /** What it is called: the name first, then the aliases, as written. */
  readonly names: readonly string[];
}

export interface Area {
  readonly id: string;
  readonly names: readonly string[];
  readonly floor?: string;
  /** How to say "in it", by language: `w łazience`. */
  readonly where: Readonly<Record<string, string>>;
}

export interface Entity {
  /** `domain.object_id`, as Home Assistant knows it. */
  readonly id: string;
  readonly domain: string;
  readonly names: readonly string[];
  /** Id of the area it stands in. */
  readonly area?: string;
  readonly deviceClass?: string;
}

/** Which entities are meant; an absent field leaves it open. */
export interface EntityFilter {
  readonly domains: readonly string[];
  readonly deviceClasses?: readonly string[];
  readonly area?: string;
  readonly floor?: string;
}

/** The home that is spoken to: its rooms and what is in them. */
export interface Home {
  readonly floors: readonly Floor[];
  readonly areas: readonly Area[];
  readonly entities: readonly Entity[];
  area(id: string): Area | undefined;
  floor(id: string): Floor | undefined;
  entity(id: string): Entity | undefined;
  /** The area that the upstream calls so, by id, name or alias; case and diacritics do not count. */
  areaOfRoom(room: string): Area | undefined;
  /** All entities called so, in the home's order. */
  entitiesNamed(name: string): readonly Entity[];
  /** In the home's order. */
  entitiesOf(filter: EntityFilter): readonly Entity[];
}

/** The key under which a name is found: two names with the same key sound the same. */
export function nameKey(name: string): string {
  return foldedWords(name.replaceAll('_', ' ')).join(' ');
}

/** Indexes a home. Where two areas share a name, which `readHome` reports, the first one has it. */
export function createHome({
  floors,
  areas,
  entities,
}: {
  floors: readonly Floor[];
  areas: readonly Area[];
  entities: readonly Entity[];
}): Home {
  const areaById = new Map(areas.map((area) => [area.id, area]));
  const floorById = new Map(floors.map((floor) => [floor.id, floor]));
  const entityById = new Map(entities.map((entity) => [entity.id, entity]));
  const areaByName = new Map<string, Area>();
  const remember = (key: string, area: Area): void => {
    if (!areaByName.has(key)) areaByName.set(key, area);
  };
  for (const area of areas) remember(nameKey(area.id), area);
  for (const area of areas) for (const name of area.names) remember(nameKey(name), area);
  const entitiesByName = Map.groupBy(
    entities.flatMap((entity) =>
      [...new Set(entity.names.map(nameKey))].map((key) => ({ key, entity }) as const),
    ),
    ({ key }) => key,
  );

  const fits = (entity: Entity, { domains, deviceClasses, area, floor }: EntityFilter): boolean =>
    domains.includes(entity.domain) &&
    (deviceClasses === undefined || deviceClasses.includes(entity.deviceClass ?? '')) &&
    (area === undefined || entity.area === area) &&
    (floor === undefined || areaById.get(entity.area ?? '')?.floor === floor);

  return {
    floors,
    areas,
    entities,
    area: (id) => areaById.get(id),
    floor: (id) => floorById.get(id),
    entity: (id) => entityById.get(id),
    areaOfRoom: (room) => areaById.get(room) ?? areaByName.get(nameKey(room)),
    entitiesNamed: (name) => entitiesByName.get(nameKey(name))?.map(({ entity }) => entity) ?? [],
    entitiesOf: (filter) => entities.filter((entity) => fits(entity, filter)),
  };
}

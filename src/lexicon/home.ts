import type { Language } from '../intent/utterance.ts';
import { knowledgeOf, languagesWithForms } from '../language/languages.ts';
import { type NameCollision, type Named, nameKey, spokenNames } from './spoken-names.ts';
import { createNumberSpeller } from './spoken-numbers.ts';

export { nameKey } from './spoken-names.ts';

export interface Floor extends Named {}

export interface Area extends Named {
  readonly floor?: string;
  /** How to say "in it", by language: `w łazience`. */
  readonly where: Readonly<Record<string, string>>;
}

export interface Entity extends Named {
  /** `domain.object_id`, as Home Assistant knows it. */
  readonly id: string;
  readonly domain: string;
  /** Id of the area it stands in. */
  readonly area?: string;
  readonly deviceClass?: string;
  /** What Home Assistant has marked it with, by which policy may tell it from others. */
  readonly labels?: readonly string[];
}

/** Which entities are meant; an absent field leaves it open. */
interface EntityFilter {
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
  /** The area that the upstream calls so, by id, name, alias or a form of them; case and diacritics do not count. */
  areaOfRoom(room: string): Area | undefined;
  /** In the home's order. */
  entitiesOf(filter: EntityFilter): readonly Entity[];
  /**
   * What something of this home is called: names and aliases as written, then the forms made of them.
   *
   * @param language `any`: in whichever
   */
  namesIn(item: Named, language: Language): readonly string[];
  /** Forms that were made of different names. */
  collisionsIn(language: Language): readonly NameCollision[];
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
  const namings = new Map<Language, Naming>();
  const namingIn = (language: Language): Naming => {
    const naming = namings.get(language) ?? createNaming({ floors, areas, entities }, language);
    namings.set(language, naming);
    return naming;
  };
  let areaByForm: ReadonlyMap<string, Area> | undefined;

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
    areaOfRoom: (room) => {
      const area = areaById.get(room) ?? areaByName.get(nameKey(room));
      if (area) return area;
      areaByForm ??= areasByForm(areas, namingIn);
      return areaByForm.get(nameKey(room));
    },
    entitiesOf: (filter) => entities.filter((entity) => fits(entity, filter)),
    namesIn: (item, language) =>
      language === 'any'
        ? [...new Set(languagesWithForms.flatMap((each) => namingIn(each).namesOf.get(item) ?? item.names))]
        : (namingIn(language).namesOf.get(item) ?? item.names),
    collisionsIn: (language) => namingIn(language).collisions,
  };
}

/** Areas by every form of their names in every language; the first one has what several share. */
function areasByForm(
  areas: readonly Area[],
  namingIn: (language: Language) => Naming,
): ReadonlyMap<string, Area> {
  const byForm = new Map<string, Area>();
  for (const language of languagesWithForms) {
    for (const area of areas) {
      for (const name of namingIn(language).namesOf.get(area) ?? []) {
        if (!byForm.has(nameKey(name))) byForm.set(nameKey(name), area);
      }
    }
  }
  return byForm;
}

/** What everything is called in one language. */
interface Naming {
  readonly namesOf: ReadonlyMap<Named, readonly string[]>;
  readonly collisions: readonly NameCollision[];
}

function createNaming(
  { floors, areas, entities }: Pick<Home, 'floors' | 'areas' | 'entities'>,
  language: Language,
): Naming {
  const knowledge = knowledgeOf(language);
  const spellNumbers = createNumberSpeller(language, knowledge);
  const spoken = [
    spokenNames(floors, { knowledge, spellNumbers, sharedMeans: 'nobody' }),
    spokenNames(areas, { knowledge, spellNumbers, sharedMeans: 'nobody' }),
    // Things of different kinds may be called alike: who says what to do says which kind.
    ...[...Map.groupBy(entities, ({ domain }) => domain).values()].map((ofDomain) =>
      spokenNames(ofDomain, { knowledge, spellNumbers, sharedMeans: 'ambiguous' }),
    ),
  ];
  return {
    namesOf: new Map<Named, readonly string[]>(spoken.flatMap(({ namesOf }) => [...namesOf])),
    collisions: spoken.flatMap(({ collisions }) => collisions),
  };
}

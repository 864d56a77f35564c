import { z } from 'zod';
import {
  DocumentError,
  type DocumentPath,
  type LocatedDocument,
  loadLocated,
  type Mistake,
  readLocated,
  validate,
} from '../documents/located-yaml.ts';
import { type Area, createHome, type Entity, type Floor, type Home, nameKey } from './home.ts';
import type { Named } from './spoken-names.ts';

const id = z.string().regex(/^[a-z0-9_]+$/, 'expected small letters, digits and _, such as pokoj_dzieciecy');
const spokenName = z
  .string()
  .refine((name) => nameKey(name) !== '', 'expected a name with at least one letter or digit');
const aliases = z.array(spokenName).default([]);
const forms = z.array(spokenName).optional();

const homeSchema = z.strictObject({
  floors: z.array(z.strictObject({ id, name: spokenName, aliases, forms })).default([]),
  areas: z.array(
    z.strictObject({
      id,
      name: spokenName,
      aliases,
      forms,
      floor: z.string().optional(),
      where: z.record(z.string(), z.string()).default({}),
    }),
  ),
  entities: z.array(
    z.strictObject({
      id: z
        .string()
        .regex(/^[a-z_]+\.[a-z0-9_]+$/, 'expected an entity id as in Home Assistant: light.lampa_salon'),
      name: spokenName,
      aliases,
      forms,
      area: z.string().optional(),
      device_class: z.string().optional(),
      labels: z.array(z.string().min(1)).default([]),
    }),
  ),
});

type HomeContent = z.output<typeof homeSchema>;

/**
 * Reads `home.yaml`: floors, areas, entities.
 *
 * @throws DocumentError with everything that is wrong, each with its place
 */
export async function loadHome(file: string): Promise<Home> {
  return homeOf(await loadLocated(file));
}

/** As `loadHome`, from the text of the file. */
export function readHome(text: string, file: string): Home {
  return homeOf(readLocated(text, file));
}

function homeOf(document: LocatedDocument): Home {
  const content = validate(document, homeSchema);
  const mistakes = [
    ...repeatedIds(content, document),
    ...unknownReferences(content, document),
    ...sharedNames(content, document),
  ];
  if (mistakes.length > 0) throw new DocumentError(mistakes);
  return createHome({
    floors: content.floors.map((floor): Floor => named(floor)),
    areas: content.areas.map(
      (area): Area => ({
        ...named(area),
        where: area.where,
        ...(area.floor !== undefined && { floor: area.floor }),
      }),
    ),
    entities: content.entities.map(
      (entity): Entity => ({
        ...named(entity),
        domain: entity.id.slice(0, entity.id.indexOf('.')),
        ...(entity.area !== undefined && { area: entity.area }),
        ...(entity.device_class !== undefined && { deviceClass: entity.device_class }),
        ...(entity.labels.length > 0 && { labels: entity.labels }),
      }),
    ),
  });
}

function named({ id: itemId, name, aliases: others, forms: listed }: HomeContent['floors'][number]): Named {
  return { id: itemId, names: [name, ...others], ...(listed && { forms: listed }) };
}

const SECTIONS = ['floors', 'areas', 'entities'] as const;

function repeatedIds(content: HomeContent, document: LocatedDocument): Mistake[] {
  return SECTIONS.flatMap((section) => {
    const seen = new Set<string>();
    return content[section].flatMap((item, index) => {
      const repeated = seen.has(item.id);
      seen.add(item.id);
      return repeated
        ? [document.mistake([section, index, 'id'], `the id "${item.id}" is already taken above`)]
        : [];
    });
  });
}

function unknownReferences(content: HomeContent, document: LocatedDocument): Mistake[] {
  const floors = new Set(content.floors.map((floor) => floor.id));
  const areas = new Set(content.areas.map((area) => area.id));
  const unknown = (
    items: readonly { reference: string | undefined; path: DocumentPath }[],
    known: ReadonlySet<string>,
    kind: string,
  ): Mistake[] =>
    items.flatMap(({ reference, path }) =>
      reference === undefined || known.has(reference)
        ? []
        : [
            document.mistake(
              path,
              `there is no ${kind} "${reference}"; expected one of ${[...known].join(', ') || 'those listed, but none is'}`,
            ),
          ],
    );
  const floorReferences = content.areas.map(({ floor }, index) => ({
    reference: floor,
    path: ['areas', index, 'floor'],
  }));
  const areaReferences = content.entities.map(({ area }, index) => ({
    reference: area,
    path: ['entities', index, 'area'],
  }));
  return [...unknown(floorReferences, floors, 'floor'), ...unknown(areaReferences, areas, 'area')];
}

/** Names that nothing could tell apart: of two areas, two floors, or two entities of one kind in one area. */
function sharedNames(content: HomeContent, document: LocatedDocument): Mistake[] {
  const scopes: Readonly<
    Record<(typeof SECTIONS)[number], (item: { id: string; area?: string | undefined }) => string>
  > = {
    floors: () => '',
    areas: () => '',
    entities: ({ id: entityId, area = '' }) => `${entityId.split('.')[0]} ${area}`,
  };
  return SECTIONS.flatMap((section) => {
    const owners = new Map<string, string>();
    return content[section].flatMap((item, index) =>
      placedNames(item).flatMap(({ name, path }) => {
        const key = `${scopes[section](item)}/${nameKey(name)}`;
        const owner = owners.get(key) ?? item.id;
        owners.set(key, owner);
        return owner === item.id
          ? []
          : [document.mistake([section, index, ...path], `"${name}" already means ${owner}`)];
      }),
    );
  });
}

function placedNames({ name, aliases: others, forms: listed = [] }: HomeContent['floors'][number]) {
  const placed = (field: string, names: readonly string[]) =>
    names.map((each, index) => ({ name: each, path: [field, index] }));
  return [{ name, path: ['name'] }, ...placed('aliases', others), ...placed('forms', listed)];
}

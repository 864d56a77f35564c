import { isMap, isSeq, parseDocument, type YAMLMap, YAMLSeq } from 'yaml';
import { DocumentError } from '../documents/located-yaml.ts';
import { nameKey } from '../lexicon/home.ts';
import { readHome } from '../lexicon/home-document.ts';
import type { FoundArea, FoundEntity, Inventory } from './inventory.ts';

/** What home.yaml becomes. */
export interface MergedHome {
  readonly text: string;
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** How many are still there. */
  readonly kept: number;
  /** What was not taken over, and what an operator wrote otherwise; for a person. */
  readonly notes: readonly string[];
}

type Section = 'floors' | 'areas' | 'entities';
type Found = Inventory['floors'][number] & Partial<FoundArea & FoundEntity>;

const SECTIONS: readonly Section[] = ['floors', 'areas', 'entities'];
const NEW_HOME = 'floors: []\nareas: []\nentities: []\n';

/**
 * Brings home.yaml up to what Home Assistant has. Home Assistant decides what there is and where it stands; the file
 * decides what it is called and what sort of thing it is, and its comments and other names stay.
 *
 * @param text of the file; undefined where there is none yet
 * @throws DocumentError where the file has mistakes; Error where nothing would be left of the home
 */
export function mergeHome(
  text: string | undefined,
  { inventory, file }: { inventory: Inventory; file: string },
): MergedHome {
  if (text !== undefined) readHome(text, file);
  if (inventory.entities.length === 0) {
    throw new Error(
      'Home Assistant exposes nothing to conversation, and a home with nothing in it is not written: expose entities there, under Settings, Voice assistants',
    );
  }
  const before = text ?? NEW_HOME;
  const document = parseDocument(before);
  const added: string[] = [];
  const changed: string[] = [];
  const removed: string[] = [];
  const notes: string[] = [...inventory.leftOut];
  let keptOfAll = 0;

  for (const section of SECTIONS) {
    if (!isSeq(document.get(section))) document.set(section, new YAMLSeq());
    const list = document.get(section) as YAMLSeq;
    list.flow = false;
    const found = new Map<string, Found>(inventory[section].map((item) => [item.id, item]));
    const kept = list.items.filter((item) => {
      const id = isMap(item) ? String(item.get('id')) : '';
      const isThere = found.has(id);
      if (!isThere) removed.push(id);
      return isThere;
    });
    list.items = kept;
    keptOfAll += kept.length;
    const taken = createNames();
    for (const item of kept as YAMLMap[]) taken.take(namesOf(item), scopeOf(section, item));
    for (const item of kept as YAMLMap[]) {
      const id = String(item.get('id'));
      const news = found.get(id);
      if (news && bringUpToDate(item, news, { document, taken, section, notes })) changed.push(id);
      found.delete(id);
    }
    // A name goes before somebody else's alias.
    const named = [...found.values()].filter((item) => {
      const scope = scopeOf(section, item);
      const isFree = taken.isFree(item.name, scope);
      if (isFree) taken.take([item.id, item.name], scope);
      else notes.push(`${item.id}: "${item.name}" already means ${taken.owner(item.name, scope)} here`);
      return isFree;
    });
    for (const item of named) {
      const aliases = freeNames(item, item.aliases, { taken, scope: scopeOf(section, item), notes });
      const made = document.createNode(toEntry(item, aliases)) as YAMLMap;
      for (const field of ['aliases', 'labels']) {
        const names = made.get(field, true);
        if (isSeq(names)) names.flow = true;
      }
      list.items.push(made);
      added.push(item.id);
    }
  }
  const after = asItWas(document.toString({ lineWidth: 0, flowCollectionPadding: false }), before);
  try {
    readHome(after, file);
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    throw new Error(`what Home Assistant has makes no home that can be understood:\n${error.message}`, {
      cause: error,
    });
  }
  return { text: after, added, changed, removed, kept: keptOfAll, notes };
}

/** @returns whether anything is new */
function bringUpToDate(
  item: YAMLMap,
  news: Found,
  {
    document,
    taken,
    section,
    notes,
  }: { document: ReturnType<typeof parseDocument>; taken: Names; section: Section; notes: string[] },
): boolean {
  let isNew = false;
  const set = (field: string, value: unknown): void => {
    const flow = document.createNode(value);
    if (isSeq(flow)) flow.flow = true;
    item.set(field, flow);
    isNew = true;
  };
  const place = section === 'areas' ? 'floor' : 'area';
  const where = section === 'areas' ? news.floor : news.area;
  if (section !== 'floors' && (item.get(place) ?? undefined) !== where) {
    if (where === undefined) item.delete(place);
    else set(place, where);
    isNew = true;
  }
  if (section === 'entities') {
    const own = item.get('device_class');
    if (own === undefined && news.deviceClass !== undefined) set('device_class', news.deviceClass);
    else if (own !== undefined && news.deviceClass !== undefined && own !== news.deviceClass) {
      notes.push(`${news.id}: device_class stays ${own}; in Home Assistant it is ${news.deviceClass}`);
    }
    const labels = (item.toJSON() as { labels?: string[] }).labels ?? [];
    if (labels.join() !== (news.labels ?? []).join()) {
      if (news.labels?.length) set('labels', news.labels);
      else item.delete('labels');
      isNew = true;
    }
  }
  const scope = scopeOf(section, item);
  const known = new Set(namesOf(item).map(nameKey));
  const others = [news.name, ...news.aliases].filter((name) => !known.has(nameKey(name)));
  const free = freeNames(news, others, { taken, scope, notes });
  if (free.length > 0) {
    const aliases = item.get('aliases');
    if (isSeq(aliases)) for (const name of free) aliases.add(document.createNode(name));
    else set('aliases', free);
    isNew = true;
  }
  return isNew;
}

/** Those of the names that nobody has; they are its own from now on. */
function freeNames(
  { id }: Found,
  names: readonly string[],
  { taken, scope, notes }: { taken: Names; scope: string; notes: string[] },
): readonly string[] {
  return names.filter((name) => {
    const isFree = taken.isFree(name, scope);
    if (isFree) taken.take([id, name], scope);
    else notes.push(`${id}: "${name}" already means ${taken.owner(name, scope)} here`);
    return isFree;
  });
}

function toEntry(item: Found, aliases: readonly string[]): Record<string, unknown> {
  return {
    id: item.id,
    name: item.name,
    ...(aliases.length > 0 && { aliases }),
    ...(item.floor !== undefined && { floor: item.floor }),
    ...(item.area !== undefined && { area: item.area }),
    ...(item.deviceClass !== undefined && { device_class: item.deviceClass }),
    ...(item.labels && item.labels.length > 0 && { labels: item.labels }),
  };
}

/** Who is called what, where nothing could tell two of one name apart. */
interface Names {
  isFree(name: string, scope: string): boolean;
  owner(name: string, scope: string): string;
  /** @param names the id first */
  take(names: readonly string[], scope: string): void;
}

function createNames(): Names {
  const owners = new Map<string, string>();
  const key = (name: string, scope: string): string => `${scope}/${nameKey(name)}`;
  return {
    isFree: (name, scope) => !owners.has(key(name, scope)),
    owner: (name, scope) => owners.get(key(name, scope)) ?? '',
    take([id = '', ...names], scope) {
      for (const name of names) if (!owners.has(key(name, scope))) owners.set(key(name, scope), id);
    },
  };
}

/** Its id, then all that it is called. */
function namesOf(item: YAMLMap): string[] {
  const { id, name, aliases = [], forms = [] } = item.toJSON() as Record<string, unknown>;
  return [id, name, ...(aliases as unknown[]), ...(forms as unknown[])].map(String);
}

/** As `readHome` tells names apart: of entities by their kind and area. */
function scopeOf(section: Section, item: YAMLMap | Found): string {
  if (section !== 'entities') return '';
  const { id, area = '' } = (isMap(item) ? item.toJSON() : item) as { id: string; area?: string };
  return `${id.split('.')[0]} ${area}`;
}

/** Lines that say the same as before are written as before: `{ pl: w salonie }`, spaces and all. */
function asItWas(after: string, before: string): string {
  const bare = (line: string): string => line.replaceAll(/(?<=[[{])\s+|\s+(?=[\]}])/g, '');
  const written = new Map(before.split('\n').map((line) => [bare(line), line]));
  return after
    .split('\n')
    .map((line) => written.get(bare(line)) ?? line)
    .join('\n');
}

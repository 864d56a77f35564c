import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Slots } from '../../src/intent/recognition.ts';
import { fold } from '../../src/language/fold.ts';
import { createHome, type Home, nameKey } from '../../src/lexicon/home.ts';

/** Where Home Assistant's sentences and their tests lie, which are not ours to ship. */
const FOLDER = resolve(
  process.env['HOME_ASSISTANT_INTENTS'] ??
    join(import.meta.dirname, '../../../shared/data/home-assistant-intents'),
);

/** Why nothing can be measured; undefined where it can. */
export const missing = existsSync(join(FOLDER, 'sentences'))
  ? undefined
  : `there is no corpus at ${FOLDER}; HOME_ASSISTANT_INTENTS names another folder`;

/** What somebody said, and what it has to be understood as. */
export interface Case {
  readonly text: string;
  readonly intent: string;
  /** Any value of a list is right. */
  readonly slots: Readonly<Record<string, unknown>>;
  /** The area it was said in. */
  readonly room?: string;
}

/** The things that a language's tests are about. */
export function fixturesFile(language: string): string {
  return join(FOLDER, `ha-fixtures-${language}.json`);
}

export function packFolder(language: string): string {
  return join(FOLDER, 'sentences', language);
}

export function readCases(language: string): Case[] {
  return readFileSync(join(FOLDER, `ha-tests-${language}.jsonl`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const {
        text,
        intent,
        slots,
        context_area: area,
      } = JSON.parse(line) as Record<string, never> & {
        text: string;
        intent: string;
        slots: Case['slots'];
        context_area?: string | string[];
      };
      const room = Array.isArray(area) ? area[0] : area;
      return { text, intent, slots, ...(room !== undefined && { room }) };
    });
}

interface Named {
  readonly id: string;
  readonly names: readonly string[];
}

interface Fixtures {
  readonly floors: readonly Named[];
  readonly areas: readonly (Named & { readonly floor?: string })[];
  readonly entities: readonly {
    readonly entity_id: string;
    readonly domain: string;
    readonly area?: string | null;
    readonly names: readonly string[];
    readonly attributes: { readonly device_class?: string };
  }[];
}

/** The home that a language's tests are about. */
export function readFixtures(language: string): Home {
  const text = readFileSync(fixturesFile(language), 'utf8');
  const { floors, areas, entities } = JSON.parse(text) as Fixtures;
  return createHome({
    floors,
    areas: areas.map((area) => ({ ...area, where: {} })),
    entities: entities.map(
      ({ entity_id: id, domain, area, names, attributes: { device_class: deviceClass } }) => ({
        id,
        domain,
        names,
        ...(typeof area === 'string' && { area }),
        ...(deviceClass !== undefined && { deviceClass }),
      }),
    ),
  });
}

/** The same home with each name in its dictionary form only, as a user types it in once. */
export function withDictionaryForms(home: Home, language: string): Home {
  const forms: ReadonlySet<string> = new Set(
    JSON.parse(readFileSync(join(FOLDER, `nominative-${language}.json`), 'utf8')),
  );
  const keep = <Item extends { readonly names: readonly string[] }>(item: Item): Item => {
    const names = item.names.filter((name) => forms.has(name));
    return names.length > 0 ? { ...item, names } : item;
  };
  const { floors, areas, entities } = home;
  return createHome({ floors: floors.map(keep), areas: areas.map(keep), entities: entities.map(keep) });
}

/** True where the slots are those that a test expects, no more and no less. */
export function hasSlots(slots: Slots, expected: Case['slots'], home: Home): boolean {
  const keys = Object.keys(expected);
  return (
    keys.length === Object.keys(slots).length &&
    keys.every((key) => key in slots && isAnyOf(key, { actual: slots[key], expected: expected[key] }, home))
  );
}

function isAnyOf(
  key: string,
  { actual, expected }: { actual: unknown; expected: unknown },
  home: Home,
): boolean {
  const values: readonly unknown[] = Array.isArray(expected) ? expected : [expected];
  const meant = [actual].flat().flatMap((one) => thingsCalled(key, one, home));
  return values.some((value) => thingsCalled(key, value, home).some((thing) => meant.includes(thing)));
}

/** An area or an entity is the same by any of its names. */
function thingsCalled(key: string, value: unknown, home: Home): readonly string[] {
  const said = String(value);
  const things = { area: home.areas, floor: home.floors, name: home.entities }[key] ?? [];
  const called = things.filter(({ names }) => names.some((name) => nameKey(name) === nameKey(said)));
  return called.length > 0 ? called.map(({ id }) => id) : [fold(said).trim()];
}

import { isDeepStrictEqual } from 'node:util';
import { type Config, configSchema } from './schema.ts';

/** Sections that take effect while the service runs. */
const LIVE_SECTIONS = new Set(['policy', 'limits', 'llm', 'files', 'rules']);
/** Single fields that do, of sections that else do not. */
const LIVE_FIELDS = new Set([
  'budget.daily_usd',
  'budget.monthly_usd',
  'budget.limits',
  'conversation.rooms',
]);
/** Fields of the sections above that do not: how the streams are worked on hangs on them. */
const FIXED_FIELDS = new Set(['llm.deadline_ms', 'llm.lane_depth', 'rules.warm_up']);

type Fields = Readonly<Record<string, unknown>>;

function isLive(section: string, field: string): boolean {
  const place = `${section}.${field}`;
  return LIVE_FIELDS.has(place) || (LIVE_SECTIONS.has(section) && !FIXED_FIELDS.has(place));
}

/** What of a configuration takes effect while the service runs, by section and field. */
export function livePart(config: Config): Readonly<Record<string, Fields>> {
  return Object.fromEntries(
    sectionsOf(config).flatMap(([section, fields]) => {
      const live = Object.entries(fields).filter(([field]) => isLive(section, field));
      return live.length === 0 ? [] : [[section, Object.fromEntries(live)] as const];
    }),
  );
}

/**
 * What becomes of a configuration that runs, where its files say something else by now.
 *
 * @returns `config` with everything that takes effect at once; `waiting`: the fields whose change waits for the next
 *   start, `http.port`
 */
export function takeLive(
  running: Config,
  loaded: Config,
): { readonly config: Config; readonly waiting: readonly string[] } {
  const live = livePart(loaded);
  const found = new Map(sectionsOf(loaded));
  const waiting = sectionsOf(running).flatMap(([section, before]) => {
    const after = found.get(section) ?? {};
    const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...fields]
      .filter((field) => !isLive(section, field) && !isDeepStrictEqual(before[field], after[field]))
      .map((field) => (section === '' ? field : `${section}.${field}`));
  });
  const changed = sectionsOf(running).flatMap(([section, before]) => {
    const after = live[section];
    if (!after) return [];
    // A field that is taken back must be gone.
    const fixed = Object.entries(before).filter(([field]) => !isLive(section, field));
    return [[section, { ...Object.fromEntries(fixed), ...after }] as const];
  });
  const { mistakeAt, sources } = loaded;
  return { config: { ...running, ...Object.fromEntries(changed), mistakeAt, sources }, waiting };
}

/** The fields that belong to no section stand under an empty name. */
function sectionsOf(config: Config): readonly (readonly [section: string, fields: Fields])[] {
  const all = Object.keys(configSchema.shape).map(
    (name) => [name, Reflect.get(config, name) as unknown] as const,
  );
  const isSection = (entry: readonly [string, unknown]): entry is readonly [string, Fields] =>
    typeof entry[1] === 'object' && entry[1] !== null;
  return [['', Object.fromEntries(all.filter((entry) => !isSection(entry)))], ...all.filter(isSection)];
}

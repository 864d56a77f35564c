import type { Slots } from '../intent/recognition.ts';
import type { Area, Entity, Home } from '../lexicon/home.ts';
import { calledSo } from './called-so.ts';
import type { Match, SaidTarget } from './matcher.ts';
import type { RuleTarget } from './rules.ts';

/** What a reading's target is in this home. */
export type Resolution =
  /** `slots` say where: `area`, `floor`, `entity_id`. Empty for what has no target, and for a question about the home. */
  | { readonly kind: 'found'; readonly slots: Slots; readonly entities: readonly Entity[] }
  /** There is none. `area` and `floor` as far as they were told or known. */
  | { readonly kind: 'missing'; readonly area?: Area; readonly floor?: string; readonly named: boolean }
  /** Nothing says which of these. By room where they stand in different ones. */
  | {
      readonly kind: 'several';
      readonly by: 'room' | 'name';
      readonly choices: readonly Choice[];
      /** The word that was said for one of them: "lampkę". */
      readonly single?: string;
    };

/** One of several targets. */
interface Choice {
  readonly label: string;
  readonly slots: Slots;
}

/**
 * Finds what a reading is about: by its name, else in the area or on the floor that was named, else in the room
 * where it was said. Where there is none of its kind, what the rule says stands in for it.
 *
 * @param room the area it was said in, where known
 */
export function resolveTarget(
  match: Match,
  { home, room }: { home: Home; room: Area | undefined },
): Resolution {
  const { target } = match;
  if (!target) return { kind: 'found', slots: {}, entities: [] };
  if (target.entities) return resolveNamed(target, target.entities, { home, room });
  const kinds = kindsOf(target);
  const isHere = room !== undefined && target.area === undefined && target.floor === undefined;
  // What stands in is here rather than what was meant first is elsewhere.
  if (isHere && kinds.length > 1 && target.scope !== 'all') {
    for (const kind of kinds) {
      const here = inArea(room.id, { target: kind, all: home.entitiesOf(filterOf(kind)), home });
      if (here.kind === 'found') return oneOf(here, kind, home);
    }
  }
  const [first = missing(), ...others] = kinds.map((kind) =>
    oneOf(resolveKind(kind, match, { home, room }), kind, home),
  );
  return first.kind === 'missing' ? (others.find(({ kind }) => kind !== 'missing') ?? first) : first;
}

/** A target, and what stands in for it where there is none, in order. */
function kindsOf(target: SaidTarget): readonly SaidTarget[] {
  const { otherwise = [], deviceClasses: _, ...said } = target;
  return [target, ...otherwise.map((kind) => ({ ...said, ...kind }))];
}

function resolveKind(
  target: SaidTarget,
  { kind }: Match,
  { home, room }: { home: Home; room: Area | undefined },
): Resolution {
  const all = home.entitiesOf(filterOf(target));
  if (target.area !== undefined) return inArea(target.area, { target, all, home });
  if (target.floor !== undefined) return onFloor(target.floor, { target, all, home });
  if (target.scope === 'all') {
    return all.length === 0 ? missing() : found(everywhere(all, { target, home }), all);
  }
  if (room) {
    const here = inArea(room.id, { target, all, home });
    // A question without a room asks about here, but may be about the home: how warm is it?
    if (here.kind === 'found' || (target.scope === 'room' && kind === 'action')) return here;
  }
  if (all.length === 0) return { ...missing(), ...(room && target.scope === 'room' && { area: room }) };
  if (kind === 'query' && all.length > 1) return found({}, all);
  // Of gates and players, which are looked for everywhere, a nickname is no reason not to ask.
  const isNarrowed = target.single !== undefined && target.scope === 'room';
  return onlyOne(isNarrowed ? calledSo(target.single, all, home) : all, { target, home });
}

/** Of several things, where the words are for one: that one, or the question which. */
function oneOf(resolution: Resolution, { single }: SaidTarget, home: Home): Resolution {
  if (single === undefined || resolution.kind !== 'found' || resolution.entities.length < 2)
    return resolution;
  const meant = calledSo(single, resolution.entities, home);
  const [only] = meant;
  if (only && meant.length === 1) return found(entitySlots(only), [only]);
  return { ...several(meant, { by: 'name', home }), single };
}

function resolveNamed(
  target: SaidTarget,
  ids: readonly string[],
  { home, room }: { home: Home; room: Area | undefined },
): Resolution {
  const called = ids.flatMap((id) => home.entity(id) ?? []);
  const there = called.filter(
    (entity) =>
      (target.area === undefined || entity.area === target.area) &&
      (target.floor === undefined || home.area(entity.area ?? '')?.floor === target.floor),
  );
  if (there.length === 0) {
    const area = home.area(target.area ?? '');
    return { kind: 'missing', named: true, ...(area && { area }), ...floorOf(target) };
  }
  const here = there.filter(({ area }) => area !== undefined && area === room?.id);
  const candidates = here.length > 0 ? here : there;
  const [only] = candidates;
  if (only && candidates.length === 1) return found(entitySlots(only), [only]);
  return several(candidates, { by: 'name', home });
}

function inArea(
  id: string,
  { target, all, home }: { target: SaidTarget; all: readonly Entity[]; home: Home },
): Resolution {
  const inside = all.filter((entity) => entity.area === id);
  const area = home.area(id);
  if (inside.length === 0) return { kind: 'missing', named: false, ...(area && { area }) };
  return found(areaSlots(id, { inside, target, home }), inside);
}

function onFloor(
  floor: string,
  { target, all, home }: { target: SaidTarget; all: readonly Entity[]; home: Home },
): Resolution {
  const inside = all.filter((entity) => home.area(entity.area ?? '')?.floor === floor);
  if (inside.length === 0) return { kind: 'missing', named: false, floor };
  const whole = home.entitiesOf({ domains: target.domains, floor }).length === inside.length;
  return found({ floor, ...(!whole && { entity_id: inside.map(({ id }) => id) }) }, inside);
}

/** Without a room: the only one there is, or the only room that has some. */
function onlyOne(all: readonly Entity[], { target, home }: { target: SaidTarget; home: Home }): Resolution {
  const [first] = all;
  if (first && all.length === 1) return found(entitySlots(first), [first]);
  const areas = new Set(all.map(({ area }) => area));
  if (areas.size > 1 && !areas.has(undefined) && !areNamedApart(all, target)) {
    const choices = [...areas].flatMap((id): Choice[] => {
      const area = home.area(id ?? '');
      const inside = all.filter((entity) => entity.area === id);
      return area
        ? [{ label: area.names[0] ?? area.id, slots: areaSlots(area.id, { inside, target, home }) }]
        : [];
    });
    return { kind: 'several', by: 'room', choices };
  }
  if (areas.size === 1 && first?.area !== undefined && target.scope === 'room') {
    return found(areaSlots(first.area, { inside: all, target, home }), all);
  }
  return several(all, { by: 'name', home });
}

/** Gates are known by their names rather than by where they stand; of players, which have no class, each room has one. */
function areNamedApart(things: readonly Entity[], { scope, deviceClasses }: SaidTarget): boolean {
  const names = new Set(things.map(({ names: [name], id }) => name ?? id));
  return scope === 'home' && deviceClasses !== undefined && names.size === things.length;
}

function several(
  entities: readonly Entity[],
  { by, home }: { by: 'name'; home: Home },
): Extract<Resolution, { kind: 'several' }> {
  const names = entities.map(({ names: [name], id }) => name ?? id);
  const choices = entities.map((entity, index): Choice => {
    const name = names[index] ?? entity.id;
    const isShared = names.filter((other) => other === name).length > 1;
    const area = home.area(entity.area ?? '')?.names[0];
    return { label: isShared && area ? `${name} (${area})` : name, slots: entitySlots(entity) };
  });
  return { kind: 'several', by, choices };
}

function entitySlots({ id, area }: Entity): Slots {
  return { ...(area !== undefined && { area }), entity_id: id };
}

/**
 * The area, and its only thing of the kind. Where a rule means some of a domain's things only, they are listed:
 * closing the blinds of the garage must not close its door.
 */
function areaSlots(
  area: string,
  { inside, target, home }: { inside: readonly Entity[]; target: SaidTarget; home: Home },
): Slots {
  const [only] = inside;
  if (only && inside.length === 1) return { area, entity_id: only.id };
  const whole = home.entitiesOf({ domains: target.domains, area }).length === inside.length;
  return { area, ...(!whole && { entity_id: inside.map(({ id }) => id) }) };
}

/** `entity_id: all` is what Home Assistant's actions take for everything of their domain. */
function everywhere(all: readonly Entity[], { target, home }: { target: SaidTarget; home: Home }): Slots {
  const [only] = all;
  if (only && all.length === 1) return entitySlots(only);
  const whole = home.entitiesOf({ domains: target.domains }).length === all.length;
  return { entity_id: whole ? 'all' : all.map(({ id }) => id) };
}

function found(slots: Slots, entities: readonly Entity[]): Resolution {
  return { kind: 'found', slots, entities };
}

function missing(): Extract<Resolution, { kind: 'missing' }> {
  return { kind: 'missing', named: false };
}

function floorOf({ floor }: SaidTarget): { readonly floor?: string } {
  return floor === undefined ? {} : { floor };
}

/** The entities that a target allows, wherever they are. */
function filterOf({ domains, deviceClasses }: RuleTarget) {
  return { domains, ...(deviceClasses && { deviceClasses }) };
}

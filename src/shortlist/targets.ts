import type { Area, Entity, Home } from '../lexicon/home.ts';
import type { KnownAction } from './action-words.ts';
import type { Heard, HeardName } from './hear.ts';

/** What a reading may be about: an entity, everything in an area, or nothing in particular. */
export interface Target {
  readonly area?: Area;
  readonly entity?: Entity;
  /** How much each word of the utterance tells about it. */
  readonly ofWords: Float64Array;
  /** True for what was called by its name, rather than being where it was said. */
  readonly isNamed: boolean;
  /** What speaks for it or against it besides, in shares of the utterance. */
  readonly worth: number;
}

/** What a name costs of which nothing was said. */
const UNSAID_NAME = 0.15;
/** What it costs to mean an area that has nothing of the kind. */
const NOTHING_THERE = 0.1;
/** What it is worth to be about the room where it was said, when no other was named. */
const HERE = 0.03;

/** What an utterance may be about: the areas that were named, else the room, or no place; and what was named itself. */
export function targetsOf(
  heard: Heard,
  { home, room }: { home: Home; room: Area | undefined },
): readonly Target[] {
  const named = heard.areas.flatMap((name): Target[] => {
    const area = home.areas[name.owner];
    return area ? [{ area, ofWords: name.ofWords, isNamed: true, worth: unsaid(name) }] : [];
  });
  const silence = new Float64Array(heard.size);
  const here = room && !named.some(({ area }) => area === room);
  const places: readonly Target[] = [
    ...named,
    ...(here ? [{ area: room, ofWords: silence, isNamed: false, worth: HERE }] : []),
    { ofWords: silence, isNamed: false, worth: 0 },
  ];
  const things = heard.entities.flatMap((name): Target[] => {
    const entity = home.entities[name.owner];
    if (!entity) return [];
    // What stands nowhere may be in whichever area was named.
    const place =
      entity.area === undefined ? named[0] : places.find(({ area }) => area && area.id === entity.area);
    const area = home.area(entity.area ?? '') ?? place?.area;
    return [
      {
        entity,
        ofWords: place
          ? name.ofWords.map((told, word) => Math.max(told, place.ofWords[word] ?? 0))
          : name.ofWords,
        isNamed: true,
        worth: unsaid(name) + (place?.worth ?? 0),
        ...(area && { area }),
      },
    ];
  });
  return [...places, ...things];
}

function unsaid({ coverage }: HeardName): number {
  return (coverage - 1) * UNSAID_NAME;
}

/**
 * Tells which actions go with which targets: a light is not locked, and where there is one vacuum cleaner in the home
 * it is the one that is meant.
 *
 * @returns for one target, what an action is about then: it, worth less where there is nothing of the kind, or the only
 * thing in the home that the action can be done to; undefined where they do not go together, or another target has it
 */
export function createFitting(
  home: Home,
): (target: Target, heard: Heard) => (action: KnownAction) => Target | undefined {
  const byDomain = Map.groupBy(home.entities, ({ domain }) => domain);
  const domainsByArea = new Map<string, Set<string>>();
  for (const { area = '', domain } of home.entities) {
    domainsByArea.set(area, (domainsByArea.get(area) ?? new Set()).add(domain));
  }
  const soles = new Map<KnownAction, Entity | undefined>();

  function soleOf(action: KnownAction): Entity | undefined {
    if (soles.has(action)) return soles.get(action);
    const [first, second] = [...action.targets].flatMap((domain) => byDomain.get(domain)?.slice(0, 2) ?? []);
    const sole = second ? undefined : first;
    soles.set(action, sole);
    return sole;
  }

  function hasKind({ id }: Area, { targets }: KnownAction): boolean {
    const domains = domainsByArea.get(id);
    for (const domain of targets) if (domains?.has(domain)) return true;
    return false;
  }

  return (target, heard) => {
    const { area, entity, isNamed } = target;
    const withNothingThere = area ? { ...target, worth: target.worth - NOTHING_THERE } : target;
    return (action) => {
      const { targets } = action;
      if (targets.size === 0) return area || entity ? undefined : target;
      if (entity) return targets.has(entity.domain) ? target : undefined;
      if (area && hasKind(area, action)) return target;
      const sole = isNamed ? undefined : soleOf(action);
      if (!sole) return withNothingThere;
      // Where it was named, and where it is looked for elsewhere, it has its reading already.
      if (area || heard.entities.some(({ owner }) => home.entities[owner] === sole)) return undefined;
      const where = home.area(sole.area ?? '');
      return { ...target, entity: sole, ...(where && { area: where }) };
    };
  };
}

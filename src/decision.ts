import type { Clock } from './clock.ts';
import type { Config } from './config/schema.ts';
import { DocumentError, type Mistake } from './documents/located-yaml.ts';
import type { Action, Meaning } from './intent/recognition.ts';
import type { Utterance } from './intent/utterance.ts';
import { unknownDeviceClass } from './lexicon/device-classes.ts';
import { domainsKnownIn, unknownDomain } from './lexicon/domains.ts';
import { entitiesTouched } from './lexicon/entities-touched.ts';
import { mayBeEntrance } from './lexicon/entrances.ts';
import type { Entity, Home } from './lexicon/home.ts';
import { actionsKnownIn, unknownAction } from './lexicon/services.ts';
import { fitsAction, patternsMeet } from './policy/action-pattern.ts';
import { createWallClock, parseHours } from './policy/hours.ts';
import { createPolicy, type Thing } from './policy/policy.ts';
import { reviewPolicy } from './policy/review.ts';
import type { PolicyRule } from './policy/rule.ts';

/**
 * Policy as the configuration says, in this home.
 *
 * @param actions every action that may be understood; undefined where that is not known, and no rule is held to it
 * @throws DocumentError with every rule that can never decide, trusts too much, or names a room, a domain, an action or
 *   a device class that is not there
 */
export function createDecision({
  config,
  home,
  actions,
  clock,
}: {
  config: Config;
  home: Home;
  actions: ReadonlySet<string> | undefined;
  clock: Clock;
}): (meaning: Meaning, utterance: Utterance) => Meaning {
  const { policy, mistakeAt } = config;
  const mistakes: Mistake[] = [];
  const domains = domainsKnownIn(home);
  const labelsKnown = new Set(home.entities.flatMap(({ labels = [] }) => labels));
  const rules = policy.rules.map((rule, index) => {
    const { action, decision, device_class, labels, users, hours } = rule;
    // A slip in a domain would leave open what somebody thinks is locked.
    if (![...domains].some((domain) => patternsMeet(action, `${domain}.*`))) {
      mistakes.push(mistakeAt(['policy', 'rules', index, 'action'], unknownDomain(action, domains)));
    } else if (actions) {
      const known = actionsKnownIn(action.slice(0, action.indexOf('.')), actions);
      if (known && ![...known].some((one) => fitsAction(action, one))) {
        mistakes.push(mistakeAt(['policy', 'rules', index, 'action'], unknownAction(action, known)));
      }
    }
    const classMistake = device_class === undefined ? undefined : unknownDeviceClass(device_class, home);
    if (classMistake) mistakes.push(mistakeAt(['policy', 'rules', index, 'device_class'], classMistake));
    const idsOf = (field: 'rooms' | 'areas'): readonly string[] | undefined =>
      rule[field]?.flatMap((room, position) => {
        const area = home.areaOfRoom(room);
        if (area) return [area.id];
        const message = noSuchRoom(room, { home, config });
        mistakes.push(mistakeAt(['policy', 'rules', index, field, position], message));
        return [];
      });
    const [rooms, areas] = [idsOf('rooms'), idsOf('areas')];
    for (const [position, label] of (labels ?? []).entries()) {
      if (labelsKnown.has(label)) continue;
      const known = [...labelsKnown].join(', ') || 'those listed, but none is';
      const message = `nothing in ${config.files.home} has the label "${label}"; expected one of ${known}`;
      mistakes.push(mistakeAt(['policy', 'rules', index, 'labels', position], message));
    }
    const inHours = hours === undefined ? undefined : parseHours(hours);
    if (hours !== undefined && !inHours) {
      const message = `expected hours of the day such as 22:00-06:00, and an end that is not their beginning`;
      mistakes.push(mistakeAt(['policy', 'rules', index, 'hours'], message));
    }
    return {
      action,
      decision,
      ...(device_class !== undefined && { deviceClass: device_class }),
      ...(areas && { areas }),
      ...(labels && { labels }),
      ...(rooms && { rooms }),
      ...(users && { users }),
      ...(inHours && { hours: inHours }),
    } satisfies PolicyRule;
  });
  // A rule that lost its room or its hours would look as if it were about everything.
  const findings = mistakes.length > 0 ? [] : reviewPolicy(rules, { trustUser: policy.trust_user });
  for (const { index, message } of findings) mistakes.push(mistakeAt(['policy', 'rules', index], message));
  if (mistakes.length > 0) throw new DocumentError(mistakes);

  const unsure = new Set(
    home.entities.filter((entity) => mayBeEntrance(entity, config.recognition.language_default)),
  );
  const isUnsure = (entity: Entity): boolean => unsure.has(entity);
  const decide = createPolicy({
    rules,
    things: (action) => thingsOf(action, home, isUnsure),
    wallClock: createWallClock(config.time_zone),
  });
  return (meaning, { language, room, user, text }) => {
    const area = room === undefined ? undefined : home.areaOfRoom(room);
    return decide(meaning, {
      language,
      now: clock.now(),
      ...(area && { room: area.id }),
      ...(user !== undefined && { user }),
      ...(language !== config.recognition.language_default && { said: text }),
    });
  };
}

/**
 * What an action is done to. What it names or points at and the home does not have is of no known class.
 *
 * @param isUnsure whether something may be of a class that nobody told
 */
function thingsOf(action: Action, home: Home, isUnsure: (entity: Entity) => boolean): readonly Thing[] {
  const { entity_id: target, area, floor } = action.entities;
  const domain = action.intent.slice(0, action.intent.indexOf('.'));
  // Home Assistant's own actions, `homeassistant.turn_off`, are done to whatever stands there.
  const domains =
    domain === 'homeassistant' ? new Set(home.entities.map((entity) => entity.domain)) : [domain];
  const touched = [...domains].flatMap((one) =>
    entitiesTouched({ intent: `${one}.turn_on`, entities: action.entities }, home),
  );
  const known = [...new Set(touched)].map((entity): Thing => {
    const {
      id,
      names: [name = id, ...otherNames],
      deviceClass,
      area: place,
      labels = [],
    } = entity;
    return {
      domain: entity.domain,
      name,
      otherNames,
      hasKnownClass: !isUnsure(entity),
      labels,
      ...(place !== undefined && { area: place }),
      ...(deviceClass !== undefined && { deviceClass }),
    };
  });
  const named = target === undefined || target === 'all' ? [] : [target].flat().map(String);
  const unknown = named.filter((id) => !home.entity(id));
  if (known.length + unknown.length === 0 && (area !== undefined || floor !== undefined)) {
    return [{ domain, name: action.intent, hasKnownClass: false }];
  }
  return [
    ...known,
    ...unknown.map((id) => ({ domain: id.slice(0, id.indexOf('.')), name: id, hasKnownClass: false })),
  ];
}

/** What is wrong with a room that is not there. */
export function noSuchRoom(room: string, { home, config }: { home: Home; config: Config }): string {
  const known = home.areas.map(({ id }) => id).join(', ');
  return `there is no room "${room}" in ${config.files.home}; expected one of ${known}`;
}

/** @throws DocumentError with every satellite that stands in a room which is not there */
export function requireSatelliteRooms(config: Config, home: Home): void {
  const mistakes = config.wyoming.rooms.flatMap(({ room }, index) =>
    home.areaOfRoom(room)
      ? []
      : [config.mistakeAt(['wyoming', 'rooms', index, 'room'], noSuchRoom(room, { home, config }))],
  );
  if (mistakes.length > 0) throw new DocumentError(mistakes);
}

const ORIGIN = 'origin:';

/**
 * Holds limits of the budget for single rooms to the names under which rooms are counted: their ids. Under another name a
 * limit would hold nobody back, and nobody would notice.
 *
 * @throws DocumentError with every limit that names a room otherwise
 */
export function requireRoomIds({ budget, mistakeAt }: Config, home: Home): void {
  const mistakes = budget.limits.flatMap(({ scope }, index) => {
    const origin = scope.startsWith(ORIGIN) ? scope.slice(ORIGIN.length) : undefined;
    const id = origin === undefined ? undefined : home.areaOfRoom(origin)?.id;
    if (id === undefined || id === origin) return [];
    const message = `rooms are counted by their ids; expected "${ORIGIN}${id}"`;
    return [mistakeAt(['budget', 'limits', index, 'scope'], message)];
  });
  if (mistakes.length > 0) throw new DocumentError(mistakes);
}

/**
 * Holds each origin to one entry of limits: two names of one room would be one origin with two, of which one would be lost.
 *
 * @throws DocumentError with every entry for an origin that has one already
 */
export function requireOneLimitEach({ limits, mistakeAt }: Config, home: Home): void {
  const firsts = new Map<string, string>();
  const mistakes = limits.origins.flatMap(({ origin }, index) => {
    const id = home.areaOfRoom(origin)?.id ?? origin;
    const first = firsts.get(id);
    firsts.set(id, first ?? origin);
    if (first === undefined) return [];
    const message = `"${origin}" and "${first}" are one room, which has limits already, above; expected one entry for each origin`;
    return [mistakeAt(['limits', 'origins', index, 'origin'], message)];
  });
  if (mistakes.length > 0) throw new DocumentError(mistakes);
}

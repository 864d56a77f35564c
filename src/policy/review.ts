import { coversPattern, patternsMeet } from './action-pattern.ts';
import { isWithin, MINUTES_A_DAY } from './hours.ts';
import { isStricter, type PolicyRule, SAFE_RULES, userKey } from './rule.ts';

/** What is wrong with one of the rules. */
export interface PolicyFinding {
  /** Which of them, from 0. */
  readonly index: number;
  readonly message: string;
}

/**
 * What an operator would not expect of these rules: some that can never decide, and some that allow more to whoever
 * says to be somebody, while nobody has said that this can be trusted.
 *
 * @param trustUser that the upstream is sure who speaks
 */
export function reviewPolicy(
  rules: readonly PolicyRule[],
  { trustUser }: { trustUser: boolean },
): readonly PolicyFinding[] {
  return rules.flatMap((rule, index) => {
    const message =
      unreachable(rule, rules.slice(0, index)) ??
      (trustUser ? undefined : trusting(rule, [...rules.slice(index + 1), ...SAFE_RULES]));
    return message === undefined ? [] : [{ index, message }];
  });
}

function unreachable(rule: PolicyRule, above: readonly PolicyRule[]): string | undefined {
  const relevant = above.filter(({ action }) => coversPattern(action, rule.action));
  if (relevant.length === 0) return undefined;
  const cases = casesOf(rule, relevant);
  if (!everyCase(cases, (one) => relevant.some((other) => covers(other, one)))) return undefined;
  const sole = relevant.find((other) => everyCase(cases, (one) => covers(other, one)));
  const remedy = 'the first rule that fits decides, so move this one up or take it out';
  if (!sole) return `this rule never decides: those above it decide all that it is about; ${remedy}`;
  const position = `rule ${above.indexOf(sole) + 1} (${sole.action}: ${sole.decision})`;
  return sole.decision === rule.decision
    ? `this rule never decides: ${position} above it decides the same for all that it is about; ${remedy}`
    : `this rule contradicts ${position} above it, and never decides; ${remedy}`;
}

/** @param below whatever would decide without this rule */
function trusting(rule: PolicyRule, below: readonly PolicyRule[]): string | undefined {
  if (!rule.users) return undefined;
  const strict = below.find((other) => isStricter(other.decision, rule.decision) && meet(rule, other));
  if (!strict) return undefined;
  return (
    `this rule lets whoever says to be ${rule.users.join(' or ')} do more than others may ` +
    `(${strict.action}: ${strict.decision}), and a user is only as sure as the system that tells it: ` +
    'set policy.trust_user to true where that one is sure, or take "users" out'
  );
}

/** One situation. `undefined` stands for any value that no rule names. */
interface Case {
  readonly deviceClass: string | undefined;
  readonly area: string | undefined;
  readonly label: string | undefined;
  readonly room: string | undefined;
  readonly user: string | undefined;
  readonly minute: number;
}
type Cases = { readonly [Field in keyof Case]: readonly Case[Field][] };

/** All situations a rule is about, as far as others tell them apart. Between the minutes named nothing changes. */
function casesOf(rule: PolicyRule, others: readonly PolicyRule[]): Cases {
  const minutes = [rule, ...others].flatMap(({ hours }) =>
    hours ? [hours.from, hours.to % MINUTES_A_DAY] : [],
  );
  const { hours } = rule;
  return {
    deviceClass: rule.deviceClass === undefined ? [undefined, ...classesOf(others)] : [rule.deviceClass],
    area: rule.areas ?? [undefined, ...others.flatMap(({ areas = [] }) => areas)],
    label: rule.labels ?? [undefined, ...others.flatMap(({ labels = [] }) => labels)],
    room: rule.rooms ?? [undefined, ...others.flatMap(({ rooms = [] }) => rooms)],
    user: rule.users?.map(userKey) ?? [undefined, ...others.flatMap(({ users = [] }) => users.map(userKey))],
    minute: [...new Set([0, ...minutes])].filter((minute) => hours === undefined || isWithin(minute, hours)),
  };
}

function classesOf(rules: readonly PolicyRule[]): readonly string[] {
  return rules.flatMap(({ deviceClass }) => deviceClass ?? []);
}

function everyCase(cases: Cases, holds: (one: Case) => boolean): boolean {
  const { deviceClass, area, label, room, user, minute } = cases;
  return deviceClass.every((itsClass) =>
    area.every((itsArea) =>
      label.every((itsLabel) =>
        room.every((itsRoom) =>
          user.every((itsUser) =>
            minute.every((itsMinute) =>
              holds({
                ...{ deviceClass: itsClass, area: itsArea, label: itsLabel },
                ...{ room: itsRoom, user: itsUser, minute: itsMinute },
              }),
            ),
          ),
        ),
      ),
    ),
  );
}

function covers({ deviceClass, areas, labels, rooms, users, hours }: PolicyRule, one: Case): boolean {
  return (
    (deviceClass === undefined || deviceClass === one.deviceClass) &&
    (areas === undefined || (one.area !== undefined && areas.includes(one.area))) &&
    (labels === undefined || (one.label !== undefined && labels.includes(one.label))) &&
    (rooms === undefined || (one.room !== undefined && rooms.includes(one.room))) &&
    (users === undefined || users.some((user) => userKey(user) === one.user)) &&
    (hours === undefined || isWithin(one.minute, hours))
  );
}

/** True where both rules are about some situation. */
function meet(rule: PolicyRule, other: PolicyRule): boolean {
  return (
    patternsMeet(rule.action, other.action) &&
    !everyCase(casesOf(rule, [other]), (one) => !covers(other, one))
  );
}

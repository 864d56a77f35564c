import type { Action, Meaning } from '../intent/recognition.ts';
import type { Language } from '../intent/utterance.ts';
import { askWhich } from '../language/asking-which.ts';
import { knowledgeOf } from '../language/languages.ts';
import { foldedWords } from '../language/words.ts';
import { actionPattern } from './action-pattern.ts';
import { amountsTo } from './amounts-to.ts';
import { isWithin } from './hours.ts';
import { type Decision, isStricter, type PolicyRule, SAFE_RULES, userKey } from './rule.ts';

/** A thing that an action is done to. */
export interface Thing {
  readonly domain: string;
  /** What to call it. */
  readonly name: string;
  /** What else it is called. */
  readonly otherNames?: readonly string[];
  readonly deviceClass?: string;
  /** Id of the area it stands in. */
  readonly area?: string;
  /** Undefined where nobody knows which it has. */
  readonly labels?: readonly string[];
  /** False for what the home does not have, and what may be a gate that nobody classed: its device class may be any. */
  readonly hasKnownClass: boolean;
}

/** Who asked, where, when, and in which language to answer. */
export interface Asked {
  readonly language: Language;
  /** Id of the area it was said in. */
  readonly room?: string;
  readonly user?: string;
  /** What was said, where it may name a thing in another language than its name is in. */
  readonly said?: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: number;
}

/** Applies policy to what was understood. Runs after every resolver, so no model and no cache can get round it. */
export type Policy = (meaning: Meaning, asked: Asked) => Meaning;

/** A decision, and what it is about. */
interface Verdict {
  readonly decision: Decision;
  readonly what: readonly { readonly name: string; readonly intent: string }[];
}

const MAX_NAMES = 3;

/** A rule that is ready to be asked. */
interface ReadyRule extends PolicyRule {
  readonly isAbout: (intent: string) => boolean;
}

function readyRule(rule: PolicyRule): ReadyRule {
  return {
    ...rule,
    isAbout: actionPattern(rule.action),
    ...(rule.users && { users: rule.users.map(userKey) }),
  };
}

/**
 * The first rule that fits a thing and what is done to it decides; behind all rules stand the `SAFE_RULES`, and what
 * none of these is about is allowed. What an action comes to is decided each by itself: brightness 0 turns off, a toggle
 * may do either. What is done to several things, or said in one breath, shares the strictest
 * decision. What was mended is never allowed what the `SAFE_RULES` ask about. A query is answered or denied: nobody
 * has to say yes to be told something. Of several readings those that may be done are asked about.
 *
 * @param things everything an action is done to; empty for what is about no thing: a timer
 * @param wallClock minutes from midnight at home, of milliseconds since the epoch
 */
export function createPolicy({
  rules,
  things,
  wallClock,
}: {
  rules: readonly PolicyRule[];
  things: (action: Action) => readonly Thing[];
  wallClock: (now: number) => number;
}): Policy {
  const safeRules = SAFE_RULES.map(readyRule);
  const inOrder = [...rules.map(readyRule), ...safeRules];

  function fits(rule: ReadyRule, { action, intents, thing, asked }: Attempt): boolean {
    const { isAbout, deviceClass, areas, labels, rooms, users, hours } = rule;
    return (
      intents.some(isAbout) &&
      (deviceClass === undefined || fitsClass(deviceClass, thing, rule.decision)) &&
      (areas === undefined || fitsPlace(areas, thing, rule.decision)) &&
      (labels === undefined || fitsLabels(labels, thing, rule.decision)) &&
      (rooms === undefined || (asked.room !== undefined && rooms.includes(asked.room))) &&
      (users === undefined || (asked.user !== undefined && users.includes(userKey(asked.user)))) &&
      (hours === undefined || isWithin(wallClock(timeOf(action, asked.now)), hours))
    );
  }

  /** Of one action: on each of its things, then the strictest. */
  function decideAction(action: Action, asked: Asked, { isMended = false } = {}): Verdict {
    const touched: readonly (Thing | undefined)[] = things(action);
    return strictest(
      (touched.length === 0 ? [undefined] : touched).flatMap((thing) => {
        // Whoever allowed a door to be opened on a word did not mean a word that was only nearly heard.
        const inTurns = isMended ? [inOrder, safeRules] : [inOrder];
        return waysToPut(action, thing).flatMap((intents) =>
          inTurns.map((inTurn) => ({
            decision:
              inTurn.find((rule) => fits(rule, { action, intents, thing, asked }))?.decision ?? 'allow',
            what: [{ name: nameOf(thing, asked) ?? action.intent, intent: action.intent }],
          })),
        );
      }),
    );
  }

  const isDenied = (action: Action, asked: Asked): boolean => decideAction(action, asked).decision === 'deny';

  return (meaning, asked) => {
    const { phrases } = knowledgeOf(asked.language);
    if (meaning.status === 'ambiguous') {
      const left = meaning.candidates.filter((candidate) => !isDenied(candidate, asked));
      if (left.length === meaning.candidates.length) return meaning;
      if (left.length > 0) {
        const labels = [...new Set(left.map(({ label }) => label))];
        return { ...meaning, candidates: left, responseText: askWhich(phrases, { labels }) };
      }
      const what = listed(meaning.candidates.map(({ label }) => label));
      return { status: 'refused', confidence: meaning.confidence, responseText: phrases.deny(what) };
    }
    if (meaning.status !== 'recognized') return meaning;
    const { confidence } = meaning;
    const actions = meaning.kind === 'query' ? [meaning.query] : meaning.actions;
    const isMended = meaning.kind === 'action' && meaning.isMended === true;
    const { decision, what } = strictest(actions.map((action) => decideAction(action, asked, { isMended })));
    if (decision === 'deny') {
      const one = meaning.kind === 'query' ? phrases.denyQuery : phrases.deny;
      const say = actions.length > 1 ? phrases.denyAll : one;
      return { status: 'refused', confidence, responseText: say(listed(what.map(({ name }) => name))) };
    }
    if (decision === 'allow' || meaning.kind === 'query') return meaning;
    const byIntent = [...Map.groupBy(what, ({ intent }) => intent)].map(([intent, same]) => ({
      intent,
      what: listed(same.map(({ name }) => name)),
    }));
    return { ...meaning, requiresConfirmation: true, responseText: phrases.confirm(byIntent) };
  };
}

interface Attempt {
  readonly action: Action;
  /** Names of one thing that it comes to. */
  readonly intents: readonly string[];
  readonly thing: Thing | undefined;
  readonly asked: Asked;
}

/**
 * All that an action comes to, by each of its names: `homeassistant.turn_off` on a lock is what `lock.*` is about, too.
 */
function waysToPut(action: Action, thing: Thing | undefined): readonly (readonly string[])[] {
  const [own = '', service = ''] = action.intent.split('.');
  if (own !== 'homeassistant' || !thing) return amountsTo(action, own).map((intent) => [intent]);
  return amountsTo({ ...action, intent: `${thing.domain}.${service}` }, thing.domain).map((intent) => [
    intent.replace(/^[^.]*/, own),
    intent,
  ]);
}

/** What is not known may be a garage door: that is no reason to allow something, but one to ask. */
function fitsClass(deviceClass: string, thing: Thing | undefined, decision: Decision): boolean {
  if (thing === undefined) return false;
  return thing.hasKnownClass ? thing.deviceClass === deviceClass : decision !== 'allow';
}

/** Of what the home does not have, nobody can tell where it stands or how it is marked: the same holds. */
function fitsPlace(areas: readonly string[], thing: Thing | undefined, decision: Decision): boolean {
  if (thing === undefined) return false;
  if (thing.labels === undefined) return decision !== 'allow';
  return thing.area !== undefined && areas.includes(thing.area);
}

function fitsLabels(labels: readonly string[], thing: Thing | undefined, decision: Decision): boolean {
  if (thing === undefined) return false;
  if (thing.labels === undefined) return decision !== 'allow';
  return thing.labels.some((label) => labels.includes(label));
}

/** When it would be done: later where it was asked for later. */
function timeOf({ at }: Action, now: number): number {
  const later = at === undefined ? Number.NaN : Date.parse(at);
  return Number.isNaN(later) ? now : later;
}

function strictest(verdicts: readonly Verdict[]): Verdict {
  let decision: Decision = 'allow';
  for (const verdict of verdicts) if (isStricter(verdict.decision, decision)) decision = verdict.decision;
  return {
    decision,
    what: verdicts.flatMap((verdict) => (verdict.decision === decision ? verdict.what : [])),
  };
}

/** By the longest of its names that was said, where that tells the language. */
function nameOf(thing: Thing | undefined, { said }: Asked): string | undefined {
  if (said === undefined) return thing?.name;
  const words = ` ${foldedWords(said).join(' ')} `;
  const [spoken] = (thing?.otherNames ?? [])
    .filter((name) => words.includes(` ${foldedWords(name).join(' ')} `))
    .sort((one, other) => other.length - one.length);
  return spoken ?? thing?.name;
}

function listed(names: readonly string[]): string {
  const shown = [...new Set(names)];
  return shown.slice(0, MAX_NAMES).join(', ') + (shown.length > MAX_NAMES ? ' …' : '');
}

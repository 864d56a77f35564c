import type { Language } from '../intent/utterance.ts';
import { actionFor, PACK_ACTIONS } from './pack-actions.ts';
import { requiredValues } from './pack-context.ts';
import type { PackBlock, Rule, Rules, SentenceRule } from './rules.ts';

/** Without packs: their rules are about intents, which policy knows nothing of and nobody carries out. */
export function localRules(rules: Rules): Rules {
  return { ...rules, rules: rules.rules.filter((rule) => !packOf(rule)) };
}

/**
 * The rules by whose words actions are heard. In a language of which packs alone have sentences, each stands for every
 * action that its intent may come to.
 */
export function heardRules(rules: Rules): Rules {
  const local = localRules(rules);
  const known = new Set(local.rules.flatMap(languagesOf));
  const fromPacks = rules.rules.filter((rule) => !languagesOf(rule).some((language) => known.has(language)));
  return { ...local, rules: [...local.rules, ...fromPacks.flatMap(byAction)] };
}

/** Every action that something said may come to. */
export function actionsIn({ rules }: Rules): ReadonlySet<string> {
  return new Set(rules.flatMap((rule) => actionsOfRule(rule)));
}

/** What one rule may come to. */
export function actionsOfRule(rule: Rule): readonly string[] {
  return (packOf(rule) ? byAction(rule) : [rule]).map(({ action }) => action);
}

function packOf(rule: Rule): PackBlock | undefined {
  return rule.form === 'sentences' ? rule.pack : undefined;
}

function languagesOf(rule: Rule): readonly Language[] {
  return rule.form === 'sentences' ? rule.sentences.map(({ language }) => language) : [];
}

/** A rule of a pack as rules for actions. */
function byAction(rule: Rule): SentenceRule[] {
  if (rule.form !== 'sentences' || !rule.pack) return [];
  const { pack, ...own } = rule;
  const doing = PACK_ACTIONS[pack.intent];
  if (!doing) return [];
  const domains = domainsOf(pack);
  // The time and the like are about no thing.
  const about = domains.length > 0 ? domains : [undefined];
  return about.flatMap((domain): SentenceRule[] => {
    const action = actionFor(doing, domain, pack.slots);
    if (action === undefined) return [];
    const target = domain === undefined ? undefined : ({ domains: [domain], scope: 'room' } as const);
    return [{ ...own, action, kind: doing.kind, ...(target && { target }) }];
  });
}

/** What a block says that it is about, else whatever its intent can be about. */
function domainsOf({ intent, slots, requires }: PackBlock): readonly string[] {
  const { domain: said } = slots;
  if (typeof said === 'string') return [said];
  const required = requiredValues(requires, 'domain');
  if (required.length > 0) return required;
  const { domain, actions = {} } = PACK_ACTIONS[intent] ?? {};
  return domain === undefined ? Object.keys(actions).filter((name) => name !== '*') : [domain];
}

import { assertNever } from '../intent/assert-never.ts';
import type { Template, TemplateMistake } from './template.ts';

/** The expansion rules of one language by name. */
export type Expansions = ReadonlyMap<string, Template>;

type Reference = Extract<Template, { kind: 'list' | 'range' | 'rule' }>;

/** Every list, range and rule a template names itself, in its order. */
export function referencesOf(template: Template): readonly Reference[] {
  switch (template.kind) {
    case 'text':
      return [];
    case 'list':
    case 'range':
    case 'rule':
      return [template];
    case 'optional':
      return referencesOf(template.body);
    case 'choice':
      return template.options.flatMap(referencesOf);
    case 'sequence':
    case 'permutation':
      return template.parts.flatMap(referencesOf);
    default:
      return assertNever(template);
  }
}

/** Slots of rules by name: every sentence asks for the same few. */
const slotsOfRules = new WeakMap<Expansions, Map<string, ReadonlySet<string>>>();

/** Slots a template can fill, its rules' included; and where one reading would fill a slot twice. */
export function slotsOf(
  template: Template,
  expansions: Expansions,
): { readonly slots: ReadonlySet<string>; readonly mistakes: readonly TemplateMistake[] } {
  const mistakes: TemplateMistake[] = [];
  const ofRule = slotsOfRules.get(expansions) ?? new Map<string, ReadonlySet<string>>();
  slotsOfRules.set(expansions, ofRule);

  function visit(node: Template): ReadonlySet<string> {
    switch (node.kind) {
      case 'text':
        return new Set();
      case 'list':
      case 'range':
        return new Set([node.slot]);
      case 'rule':
        return visitRule(node.rule);
      case 'optional':
        return visit(node.body);
      case 'choice':
        return new Set(node.options.flatMap((option) => [...visit(option)]));
      case 'sequence':
      case 'permutation':
        return visitAll(node.parts);
      default:
        return assertNever(node);
    }
  }

  function visitAll(parts: readonly Template[]): ReadonlySet<string> {
    const slots = new Set<string>();
    for (const part of parts) {
      for (const slot of visit(part)) {
        if (slots.has(slot)) {
          mistakes.push({ message: `the slot "${slot}" is filled twice`, offset: firstOffset(part) });
        }
        slots.add(slot);
      }
    }
    return slots;
  }

  function visitRule(rule: string): ReadonlySet<string> {
    const known = ofRule.get(rule);
    if (known) return known;
    // Taken back below; until then it keeps a rule that contains itself, reported elsewhere, from going on for ever.
    ofRule.set(rule, new Set());
    const body = expansions.get(rule);
    const before = mistakes.length;
    const slots = body ? visit(body) : new Set<string>();
    // A mistake inside the rule is the rule's own, and told there.
    mistakes.length = before;
    ofRule.set(rule, slots);
    return slots;
  }

  return { slots: visit(template), mistakes };
}

function firstOffset(template: Template): number {
  return referencesOf(template)[0]?.offset ?? 0;
}

/** Rules that come to an end, by what they are looked up in: every sentence asks about the same few. */
const endingRules = new WeakMap<Expansions, Set<string>>();

/** The way in which rules contain themselves: `a, b, a`; undefined where none can be reached from here that does. */
export function recursionOf(rule: string, expansions: Expansions): readonly string[] | undefined {
  const finished = endingRules.get(expansions) ?? new Set<string>();
  endingRules.set(expansions, finished);

  function visit(name: string, path: readonly string[]): readonly string[] | undefined {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (finished.has(name)) return undefined;
    const body = expansions.get(name);
    for (const reference of body ? referencesOf(body) : []) {
      if (reference.kind !== 'rule') continue;
      const cycle = visit(reference.rule, [...path, name]);
      if (cycle) return cycle;
    }
    finished.add(name);
    return undefined;
  }

  return visit(rule, []);
}

/** True where every reading of a template says at least one word of its own, beside what lists take. */
export function saysSomething(template: Template, expansions: Expansions): boolean {
  switch (template.kind) {
    case 'text':
      return template.text.trim() !== '';
    case 'list':
    case 'range':
    case 'optional':
      return false;
    case 'rule': {
      const body = expansions.get(template.rule);
      return body !== undefined && saysSomething(body, expansions);
    }
    case 'choice':
      return template.options.every((option) => saysSomething(option, expansions));
    case 'sequence':
    case 'permutation':
      return template.parts.some((part) => saysSomething(part, expansions));
    default:
      return assertNever(template);
  }
}

import type { Catalogue, CataloguedAction, SlotKind } from '../intent/catalogue.ts';
import {
  BUILT_IN_LISTS,
  type ListDefinition,
  type Rules,
  type Sentence,
  type SentenceRule,
} from './rules.ts';
import type { Range, Template } from './template.ts';
import { type Expansions, referencesOf } from './walk-template.ts';

/**
 * What can be asked for, and which values its slots take, as the rules of all languages together say. Rules of one
 * action of which some ask and some do count as doing.
 */
export function catalogueOf(rules: Rules): Catalogue {
  const catalogue = new Map<string, CataloguedAction>();
  for (const [action, alike] of Map.groupBy(rules.rules, (rule) => rule.action)) {
    const slots = new Map<string, Map<string, SlotKind>>();
    const add = (slot: string, kind: SlotKind): void => {
      const known = slots.get(slot) ?? new Map<string, SlotKind>();
      slots.set(slot, known.set(JSON.stringify(kind), kind));
    };
    let required: ReadonlySet<string> | undefined;
    const filledBy: ReadonlySet<string>[] = [];
    for (const rule of alike) {
      const fixed = Object.keys(rule.slots);
      for (const [slot, value] of Object.entries(rule.slots)) {
        if (!isList(value)) add(slot, { kind: 'value', values: [value] });
      }
      const readings = rule.form === 'sentences' ? readSlots(rule, rules, add) : [new Set<string>()];
      for (const filled of readings) {
        const all = new Set([...filled, ...fixed]);
        filledBy.push(all);
        required = required ? new Set([...required].filter((slot) => all.has(slot))) : all;
      }
    }
    catalogue.set(action, {
      kind: alike.every(({ kind }) => kind === 'query') ? 'query' : 'action',
      slots: new Map([...slots].map(([slot, kinds]) => [slot, widest([...kinds.values()])])),
      required: new Set([...(required ?? [])].filter((slot) => slots.has(slot))),
      requiredAny: oneOf(new Set(slots.keys()), filledBy),
    });
  }
  return catalogue;
}

/**
 * The slots of which every reading fills one; without those that only stand beside another, as a mode does beside a
 * temperature.
 */
function oneOf(slots: ReadonlySet<string>, filledBy: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const isAmong = (some: ReadonlySet<string>): boolean =>
    filledBy.every((filled) => [...filled].some((slot) => some.has(slot)));
  const alone = new Set(
    filledBy.flatMap((filled) => {
      const [slot, ...others] = [...filled].filter((one) => slots.has(one));
      return slot !== undefined && others.length === 0 ? [slot] : [];
    }),
  );
  if (isAmong(alone)) return alone;
  return isAmong(slots) ? slots : new Set();
}

/** Without ranges of numbers that lie within another: a sentence may take fewer than the slot. */
function widest(kinds: readonly SlotKind[]): readonly SlotKind[] {
  return kinds.filter(
    (kind) =>
      kind.kind !== 'number' ||
      !kinds.some(
        (other) =>
          other !== kind && other.kind === 'number' && other.from <= kind.from && kind.to <= other.to,
      ),
  );
}

/** @returns what each sentence can fill */
function readSlots(
  { sentences }: SentenceRule,
  rules: Rules,
  add: (slot: string, kind: SlotKind) => void,
): ReadonlySet<string>[] {
  return sentences.map((sentence) => {
    const { lists, expansions } = vocabularyOf(sentence, rules);
    const references = allReferences(sentence.template, expansions);
    for (const reference of references) {
      if (reference.kind === 'range') add(reference.slot, numberKind(reference.range));
      else if (reference.list === 'duration') add(reference.slot, { kind: 'duration' });
      else if (!BUILT_IN_LISTS.has(reference.list)) {
        const kind = listKind(lists.get(reference.list));
        if (kind) add(reference.slot, kind);
      }
    }
    return new Set(references.map(({ slot }) => slot));
  });
}

function vocabularyOf(
  { vocabulary, language }: Sentence,
  { lists, expansions }: Rules,
): { readonly lists: ReadonlyMap<string, ListDefinition>; readonly expansions: Expansions } {
  return vocabulary ?? { lists, expansions: expansions.get(language) ?? new Map() };
}

type ListReference = Extract<Template, { kind: 'list' | 'range' }>;

/** Those of the expansion rules included, each rule once. */
function allReferences(
  template: Template,
  expansions: Expansions,
  seen = new Set<string>(),
): readonly ListReference[] {
  return referencesOf(template).flatMap((reference): readonly ListReference[] => {
    if (reference.kind !== 'rule') return [reference];
    const body = expansions.get(reference.rule);
    if (!body || seen.has(reference.rule)) return [];
    seen.add(reference.rule);
    return allReferences(body, expansions, seen);
  });
}

function listKind(definition: ListDefinition | undefined): SlotKind | undefined {
  switch (definition?.kind) {
    case 'values':
      return { kind: 'value', values: definition.values.map(({ value }) => value).filter(isPlain) };
    case 'range':
      return numberKind(definition.range);
    case 'wildcard':
      return { kind: 'words' };
    default:
      return undefined;
  }
}

/** A multiplier below zero turns the ends round. */
function numberKind({ from, to, multiplier }: Range): SlotKind {
  const ends = [from * multiplier, to * multiplier];
  return { kind: 'number', from: Math.min(...ends), to: Math.max(...ends) };
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value);
}

function isPlain(value: unknown): value is string | number | boolean {
  return !isList(value);
}

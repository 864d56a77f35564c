import type { z } from 'zod';
import type { DocumentPath, LocatedDocument, Mistake } from '../documents/located-yaml.ts';
import { BUILT_IN_LISTS, type ListDefinition } from './rules.ts';
import type { sentenceRuleSchema } from './rules-schema.ts';
import { formsMistake } from './said-forms.ts';
import { sizeMistake } from './sentence-network.ts';
import type { Template } from './template.ts';
import { type Expansions, recursionOf, referencesOf, saysSomething, slotsOf } from './walk-template.ts';

/** A file of rules that is being read. What is wrong is added to `mistakes`. */
export interface ReadingContext {
  readonly document: LocatedDocument;
  readonly lists: ReadonlyMap<string, ListDefinition>;
  readonly expansions: ReadonlyMap<string, Expansions>;
  readonly mistakes: Mistake[];
  parse(text: string, path: DocumentPath): Template;
}

/** Each expansion rule by itself: what it names, whether it contains itself. */
export function checkExpansions(context: ReadingContext): void {
  for (const [language, bodies] of context.expansions) {
    for (const [name, body] of bodies) {
      const path = ['expansion_rules', language, name];
      checkReferences(body, { path, language, context });
      const cycle = recursionOf(name, bodies);
      if (cycle?.[0] === name) {
        const message = `this rule contains itself: ${cycle.map((rule) => `<${rule}>`).join(' in ')}`;
        context.mistakes.push(context.document.mistake(path, message));
      } else if (!cycle) report(slotsOf(body, bodies).mistakes, { path, context });
    }
  }
}

/** Each value of a list, in each language that has it. */
export function checkForms({ document, lists, expansions, mistakes }: ReadingContext): void {
  // Rules in circles are told already, and have no end of forms.
  if (mistakes.length > 0) return;
  for (const [name, list] of lists) {
    const values = list.kind === 'values' ? list.values : [];
    for (const [index, { said }] of values.entries()) {
      for (const [language, template] of Object.entries(said)) {
        const message = formsMistake(template, expansions.get(language) ?? new Map());
        if (message) mistakes.push(document.mistake(['lists', name, 'values', index, 'in'], message));
      }
    }
  }
}

function checkReferences(
  template: Template,
  { path, language, context }: { path: DocumentPath; language: string; context: ReadingContext },
): void {
  const rules = context.expansions.get(language);
  for (const reference of referencesOf(template)) {
    let message: string | undefined;
    if (reference.kind === 'rule' && !rules?.has(reference.rule)) {
      message = `there is no rule <${reference.rule}> in the expansion_rules of "${language}"`;
    } else if (reference.kind === 'list' && !isKnownList(reference.list, context)) {
      const known = [...BUILT_IN_LISTS, ...context.lists.keys()].join(', ');
      message = `there is no list {${reference.list}}; expected one of ${known}`;
    }
    if (message) report([{ message, offset: reference.offset }], { path, context });
  }
}

function isKnownList(name: string, { lists }: ReadingContext): boolean {
  return BUILT_IN_LISTS.has(name) || lists.has(name);
}

export function report(
  mistakes: readonly { message: string; offset?: number }[],
  { path, context }: { path: DocumentPath; context: ReadingContext },
): void {
  for (const { message, offset } of mistakes) {
    context.mistakes.push(context.document.mistake(path, message, offset));
  }
}

/** @returns the slots it can fill */
export function checkSentence(
  template: Template,
  {
    path,
    language,
    context,
    data,
  }: {
    path: DocumentPath;
    language: string;
    context: ReadingContext;
    data: z.output<typeof sentenceRuleSchema>;
  },
): ReadonlySet<string> {
  const expansions = context.expansions.get(language) ?? new Map();
  const before = context.mistakes.length;
  checkReferences(template, { path, language, context });
  const endless = referencesOf(template).some(
    (reference) => reference.kind === 'rule' && recursionOf(reference.rule, expansions),
  );
  // A recursive rule is reported where it stands; nothing more can be said of who uses it.
  if (context.mistakes.length > before || endless) return new Set();
  const { slots, mistakes } = slotsOf(template, expansions);
  report(mistakes, { path, context });
  const complain = (message: string): void => report([{ message }], { path, context });
  for (const slot of slots) {
    if (slot in data.slots) complain(`the slot "${slot}" is filled by "slots" already`);
  }
  if (slots.has('name') && !data.target)
    complain('{name} needs a "target" that says whose names: light, cover …');
  // What is all that was said may be a name alone; what takes any words may not.
  const isName = data.alone && slots.size === 1 && slots.has('name');
  if (!isName && !saysSomething(template, expansions)) {
    complain('a sentence needs at least one word that cannot be left out, beside its lists');
  }
  const tooLarge = sizeMistake(template, expansions);
  if (tooLarge) complain(tooLarge);
  return slots;
}

export function checkResponse(
  response: string | undefined,
  { path, fillable, context }: { path: DocumentPath; fillable: ReadonlySet<string>; context: ReadingContext },
): void {
  for (const { 0: placeholder, 1: slot = '', index } of response?.matchAll(/\{(\w*)\}/g) ?? []) {
    if (fillable.has(slot)) continue;
    const message = `no sentence fills ${placeholder}; expected one of ${[...fillable].join(', ') || 'none'}`;
    report([{ message, offset: index }], { path, context });
  }
}

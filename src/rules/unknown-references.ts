import type { Vocabulary } from './rules.ts';
import type { Template, TemplateMistake } from './template.ts';
import { recursionOf, referencesOf } from './walk-template.ts';

/** Finds what a template names and what is not there, whether it does so itself or by the rules it names; and circles. */
export type ReferenceCheck = (template: Template) => readonly TemplateMistake[];

/** A check that looks at each rule of a vocabulary once. */
export function createReferenceCheck(
  { lists, expansions }: Vocabulary,
  builtIn: ReadonlySet<string>,
): ReferenceCheck {
  const ofRules = new Map<string, readonly string[]>();

  function inTemplate(template: Template): TemplateMistake[] {
    return referencesOf(template).flatMap((reference) => {
      if (reference.kind === 'range') return [];
      const messages = reference.kind === 'rule' ? inRule(reference.rule) : inList(reference.list);
      return messages.map((message) => ({ message, offset: reference.offset }));
    });
  }

  function inList(list: string): readonly string[] {
    return lists.has(list) || builtIn.has(list) ? [] : [`there is no list {${list}}`];
  }

  function inRule(rule: string): readonly string[] {
    const known = ofRules.get(rule);
    if (known) return known;
    const body = expansions.get(rule);
    const circle = body && recursionOf(rule, expansions);
    let messages: readonly string[];
    if (!body) messages = [`there is no expansion rule <${rule}>`];
    else if (circle) messages = [`a rule contains itself: ${circle.map((name) => `<${name}>`).join(' in ')}`];
    else messages = inTemplate(body).map(({ message }) => message);
    ofRules.set(rule, messages);
    return messages;
  }

  return inTemplate;
}

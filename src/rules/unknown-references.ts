import type { Vocabulary } from './rules.ts';
import { formsMistake } from './said-forms.ts';
import type { Template, TemplateMistake } from './template.ts';
import { recursionOf, referencesOf } from './walk-template.ts';

/** Finds what a template names and what is not there, whether it does so itself or by the rules it names; and circles. */
export type ReferenceCheck = (template: Template) => readonly TemplateMistake[];

/** A check that looks at each rule of a vocabulary once. */
export function createReferenceCheck(
  { lists, expansions }: Vocabulary,
  builtIn: ReadonlySet<string>,
): ReferenceCheck {
  const ofLists = new Map<string, readonly string[]>();
  const ofRules = new Map<string, readonly string[]>();

  function inTemplate(template: Template): TemplateMistake[] {
    return referencesOf(template).flatMap((reference) => {
      if (reference.kind === 'range') return [];
      const messages = reference.kind === 'rule' ? inRule(reference.rule) : inList(reference.list);
      return messages.map((message) => ({ message, offset: reference.offset }));
    });
  }

  function inList(list: string): readonly string[] {
    const known = ofLists.get(list);
    if (known) return known;
    const messages = messagesOf(list);
    ofLists.set(list, messages);
    return messages;
  }

  function messagesOf(list: string): readonly string[] {
    const definition = lists.get(list);
    if (!definition) return builtIn.has(list) ? [] : [`there is no list {${list}}`];
    const templates =
      definition.kind === 'values' ? definition.values.flatMap(({ said }) => Object.values(said)) : [];
    const unknown = templates.flatMap((template) => inTemplate(template).map(({ message }) => message));
    const tooMany =
      unknown.length > 0 ? [] : templates.flatMap((template) => formsMistake(template, expansions) ?? []);
    return [...new Set([...unknown, ...tooMany])].map((message) => `in the list {${list}}: ${message}`);
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

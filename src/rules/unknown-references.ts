import type { Vocabulary } from './rules.ts';
import type { Template, TemplateMistake } from './template.ts';
import { recursionOf, referencesOf } from './walk-template.ts';

/** Rules and lists that a template names and that are not there, by itself or by the rules it names; and circles. */
export function unknownReferences(
  template: Template,
  { lists, expansions }: Vocabulary,
  builtIn: ReadonlySet<string>,
): readonly TemplateMistake[] {
  const mistakes: TemplateMistake[] = [];
  const visited = new Set<string>();

  function visit(node: Template, offset: number | undefined): void {
    for (const reference of referencesOf(node)) {
      const at = offset ?? reference.offset;
      if (reference.kind === 'list' && !lists.has(reference.list) && !builtIn.has(reference.list)) {
        mistakes.push({ message: `there is no list {${reference.list}}`, offset: at });
      } else if (reference.kind === 'rule') visitRule(reference.rule, at);
    }
  }

  function visitRule(rule: string, offset: number): void {
    if (visited.has(rule)) return;
    visited.add(rule);
    const body = expansions.get(rule);
    if (body) visit(body, offset);
    else mistakes.push({ message: `there is no expansion rule <${rule}>`, offset });
  }

  visit(template, undefined);
  for (const rule of visited) {
    const circle = recursionOf(rule, expansions);
    if (circle?.[0] !== rule) continue;
    const message = `this names a rule that contains itself: ${circle.map((name) => `<${name}>`).join(' in ')}`;
    mistakes.push({ message, offset: 0 });
  }
  return mistakes;
}

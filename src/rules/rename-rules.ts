import { assertNever } from '../intent/assert-never.ts';
import type { Template } from './template.ts';

/** What expansion rules are called instead; others keep their name. */
type Names = ReadonlyMap<string, string>;

/** The template with other expansion rules in their places; offsets stay those of the text as it was written. */
export function renameRules(template: Template, names: Names): Template {
  if (names.size === 0) return template;
  const renamed = (node: Template): Template => {
    switch (node.kind) {
      case 'text':
      case 'list':
      case 'range':
        return node;
      case 'rule':
        return { ...node, rule: names.get(node.rule) ?? node.rule };
      case 'optional':
        return { ...node, body: renamed(node.body) };
      case 'choice':
        return { ...node, options: node.options.map(renamed) };
      case 'sequence':
      case 'permutation':
        return { ...node, parts: node.parts.map(renamed) };
      default:
        return assertNever(node);
    }
  };
  return renamed(template);
}

/** As `renameRules`, in the text of a template. */
export function renameRulesIn(text: string, names: Names): string {
  return text.replace(/<(\w+)>/g, (whole, rule: string) => {
    const name = names.get(rule);
    return name === undefined ? whole : `<${name}>`;
  });
}

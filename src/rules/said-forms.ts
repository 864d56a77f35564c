import { assertNever } from '../intent/assert-never.ts';
import type { Template } from './template.ts';
import type { Expansions } from './walk-template.ts';

/** A list's value that is said in more ways than this is a sentence. */
const MAX_FORMS = 2000;

/** What is wrong with a list's value that is said in too many ways; undefined where it is not. */
export function formsMistake(template: Template, expansions: Expansions): string | undefined {
  if (saidForms(template, expansions).length <= MAX_FORMS) return undefined;
  return `this is said in more than ${MAX_FORMS} ways; make it a sentence, or several values`;
}

/** Everything that a template says, lists in it left out; no more than one over `MAX_FORMS`. */
export function saidForms(template: Template, expansions: Expansions): readonly string[] {
  switch (template.kind) {
    case 'text':
      return [template.text];
    case 'list':
    case 'range':
      return [' '];
    case 'optional':
      return limited([...saidForms(template.body, expansions), '']);
    case 'choice':
      return limited(template.options.flatMap((option) => saidForms(option, expansions)));
    case 'sequence':
      return joined(template.parts.map((part) => saidForms(part, expansions)));
    case 'permutation': {
      const parts = template.parts.map((part) => saidForms(part, expansions));
      return limited(ordersOf(parts).flatMap((order) => joined(order.flatMap((part) => [[' '], part]))));
    }
    case 'rule': {
      const body = expansions.get(template.rule);
      return body ? saidForms(body, expansions) : [''];
    }
    default:
      return assertNever(template);
  }
}

function joined(parts: readonly (readonly string[])[]): readonly string[] {
  return parts.reduce<readonly string[]>(
    (starts, part) => limited(starts.flatMap((start) => part.map((form) => start + form))),
    [''],
  );
}

function limited(forms: readonly string[]): readonly string[] {
  return forms.slice(0, MAX_FORMS + 1);
}

/** All orders of some things; n things stand in n! orders. */
function ordersOf<Part>(parts: readonly Part[]): Part[][] {
  if (parts.length <= 1) return [[...parts]];
  return parts.flatMap((part, index) =>
    ordersOf(parts.filter((_, other) => other !== index)).map((rest) => [part, ...rest]),
  );
}

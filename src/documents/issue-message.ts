import type { z } from 'zod';

/** What the library calls kinds of values, for people who edit YAML. */
const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'fields with their values',
  record: 'names with their values',
  null: 'nothing',
  undefined: 'nothing',
};
/** How the library's own messages begin; what a schema says itself stays. */
const OWN = /^(?:Invalid|Too small|Too big)\b/;
const RECEIVED = /received (\w+)$/;

/** What an issue says, in the words of whoever edits the file. */
export function issueMessage(issue: z.core.$ZodIssue): string {
  if (!OWN.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type': {
      const found = RECEIVED.exec(issue.message)?.[1] ?? '';
      const isNumber = issue.expected === 'int' && found === 'number';
      return `expected ${kind(issue.expected)}, ${isNumber ? 'and this is none' : `not ${kind(found)}`}`;
    }
    case 'invalid_key': {
      const [first] = issue.issues;
      return first ? issueMessage(first) : 'this name is not taken here';
    }
    case 'invalid_value':
      return `expected ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'too_small': {
      const least = `at least ${issue.minimum}`;
      if (issue.origin === 'string') return 'expected a text that is not empty';
      if (issue.origin === 'array') return `expected ${least} in this list`;
      return `expected ${issue.inclusive === false ? `more than ${issue.minimum}` : least}`;
    }
    case 'too_big': {
      if (issue.origin === 'string') return `expected at most ${issue.maximum} characters`;
      if (issue.origin === 'array') return `expected at most ${issue.maximum} in this list`;
      return `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`;
    }
    case 'invalid_union': {
      const ways = issue.errors.flatMap(([first]) => (first ? [issueMessage(first)] : []));
      return [...new Set(ways)].join('; or ') || 'this is none of what is taken here';
    }
    default:
      return issue.message;
  }
}

function kind(name: string): string {
  return KINDS[name] ?? name;
}

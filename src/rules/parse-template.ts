import type { Range, Template, TemplateMistake } from './template.ts';

/** A template and everything that is wrong in it; with mistakes, the template is only what could be understood. */
export interface ParsedTemplate {
  readonly template: Template;
  readonly mistakes: readonly TemplateMistake[];
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']' };
const SPECIAL = /[()[\]{}<>|;\\]/;
const NAME = /^[\p{L}\p{M}\p{N}_-]+$/u;
const RULE_NAME = /^[\p{L}\p{M}\p{N}_\- ]+$/u;
const RANGE = /^(-?\d+)\.\.(-?\d+)(?:,(\d+(?:\.\d+)?))?$/;
const MAX_DEPTH = 50;
/** The ways through n parts in any order double with each part. */
const MAX_PERMUTED = 8;

/**
 * Takes a sentence template apart, in the syntax of Home Assistant's sentences (hassil): `(a|b)` one of, `[a]` may be
 * left out, `(a;b)` in any order, `{list}`, `{list:slot}`, `{0..100:slot}`, `<rule>`, `\` before a character that
 * stands for itself. Never throws.
 *
 * @param mayBeEmpty alternatives may say nothing, as others write what may be left out
 */
export function parseTemplate(text: string, { mayBeEmpty = false } = {}): ParsedTemplate {
  const mistakes: TemplateMistake[] = [];
  let at = 0;

  function report(message: string, offset: number): void {
    mistakes.push({ message, offset });
  }

  /** Parts up to `|`, `;`, a closing bracket or the end. */
  function parseSequence(depth: number): Template {
    const parts: Template[] = [];
    let literal = '';
    const flush = (): void => {
      if (literal !== '') parts.push({ kind: 'text', text: literal });
      literal = '';
    };
    while (at < text.length) {
      const character = text.charAt(at);
      if (!SPECIAL.test(character)) {
        literal += character;
        at++;
        continue;
      }
      if (character === '\\') {
        if (at + 1 >= text.length) report('a \\ needs a character behind it', at);
        literal += text.charAt(at + 1);
        at += 2;
        continue;
      }
      if ('|;)]'.includes(character)) break;
      flush();
      parts.push(parsePart(character, depth));
    }
    flush();
    const [only] = parts;
    return only && parts.length === 1 ? only : { kind: 'sequence', parts };
  }

  function parsePart(character: string, depth: number): Template {
    if (character === '(' || character === '[') return parseGroup(character, depth + 1);
    if (character === '{') return parseList();
    if (character === '<') return parseRule();
    report(`there is no "${character === '}' ? '{' : '<'}" for this "${character}"`, at);
    at++;
    return { kind: 'text', text: '' };
  }

  function parseGroup(opening: string, depth: number): Template {
    const start = at++;
    if (depth > MAX_DEPTH) {
      report(`brackets nest deeper than ${MAX_DEPTH}`, start);
      at = text.length;
      return { kind: 'text', text: '' };
    }
    const body = parseOptions(depth);
    if (text.charAt(at) === CLOSING[opening]) at++;
    else if (at < text.length) {
      report(`expected "${CLOSING[opening]}" for the "${opening}" at character ${start + 1}`, at);
      at++;
    } else if (mistakes.length === 0) report(`this "${opening}" is never closed`, start);
    return opening === '[' ? { kind: 'optional', body } : body;
  }

  /** Sequences parted by `|`, or by `;` where any order will do. */
  function parseOptions(depth: number): Template {
    const options: Template[] = [];
    const separators = new Set<string>();
    for (;;) {
      const start = at;
      const option = parseSequence(depth);
      if (!mayBeEmpty && isEmpty(option) && mistakes.length === 0) {
        report('nothing stands here; what may be left out goes into [brackets]', start);
      }
      options.push(option);
      const separator = text.charAt(at);
      if (separator !== '|' && separator !== ';') break;
      separators.add(separator);
      if (separators.size > 1 && mistakes.length === 0) report('"|" and ";" do not mix in one bracket', at);
      at++;
    }
    const [only] = options;
    if (only && options.length === 1) return only;
    if (!separators.has(';')) return { kind: 'choice', options };
    if (options.length > MAX_PERMUTED) {
      report(`more than ${MAX_PERMUTED} parts in any order are too many`, at);
      return { kind: 'sequence', parts: [] };
    }
    return { kind: 'permutation', parts: options };
  }

  function parseList(): Template {
    const start = at;
    const body = readUntil('}');
    if (body === undefined) return { kind: 'text', text: '' };
    const [list = '', slot, ...more] = body.split(':').map((part) => part.trim());
    const range = parseRange(list, start);
    if (more.length > 0 || (slot !== undefined && !NAME.test(slot)) || (!range && !NAME.test(list))) {
      report('expected {list}, {list:slot} or a range with its slot: {0..100:slot}', start);
      return { kind: 'text', text: '' };
    }
    if (!range) return { kind: 'list', list, slot: slot ?? list, offset: start };
    if (slot === undefined) report('a range needs the slot it fills: {0..100:slot}', start);
    return { kind: 'range', range, slot: slot ?? '', offset: start };
  }

  function parseRange(list: string, offset: number): Range | undefined {
    const match = RANGE.exec(list);
    if (!match) return undefined;
    const [from, to, step] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 1)];
    if (from >= to || step <= 0) report('expected a range from a smaller to a larger number', offset);
    return { from, to, step: step || 1, multiplier: 1 };
  }

  function parseRule(): Template {
    const start = at;
    const rule = readUntil('>')?.trim();
    if (rule === undefined) return { kind: 'text', text: '' };
    if (!RULE_NAME.test(rule)) report('expected the name of an expansion rule: <name>', start);
    return { kind: 'rule', rule, offset: start };
  }

  /** Reads past the closing character. */
  function readUntil(closing: string): string | undefined {
    const start = at;
    const end = text.indexOf(closing, at);
    at = end === -1 ? text.length : end + 1;
    if (end !== -1) return text.slice(start + 1, end);
    report(`this "${text.charAt(start)}" is never closed`, start);
    return undefined;
  }

  const template = parseOptions(0);
  if (at < text.length && mistakes.length === 0) {
    const closing = text.charAt(at);
    report(`there is no "${closing === ')' ? '(' : '['}" for this "${closing}"`, at);
  }
  return { template, mistakes };
}

function isEmpty(template: Template): boolean {
  if (template.kind === 'text') return template.text.trim() === '';
  return template.kind === 'sequence' && template.parts.every(isEmpty);
}

import type { z } from 'zod';
import {
  DocumentError,
  type DocumentPath,
  type LocatedDocument,
  loadLocated,
  type Mistake,
  readLocated,
  schemaMistakes,
  validate,
} from '../documents/located-yaml.ts';
import { parseTemplate } from './parse-template.ts';
import { patternMistake } from './regex-safety.ts';
import {
  BUILT_IN_LISTS,
  type ListDefinition,
  type ListValue,
  type PatternRule,
  type Rule,
  type Rules,
  type RuleTarget,
  type Sentence,
} from './rules.ts';
import { patternRuleSchema, rulesSchema, sentenceRuleSchema } from './rules-schema.ts';
import { formsMistake } from './said-forms.ts';
import { sizeMistake } from './sentence-network.ts';
import type { Template } from './template.ts';
import { type Expansions, recursionOf, referencesOf, saysSomething, slotsOf } from './walk-template.ts';

/**
 * Reads a file of rules: sentence templates and patterns.
 *
 * @throws DocumentError with everything that is wrong, each at its character
 */
export async function loadRules(file: string): Promise<Rules> {
  return rulesOf(await loadLocated(file));
}

/** As `loadRules`, from the text of the file. */
export function readRules(text: string, file: string): Rules {
  return rulesOf(readLocated(text, file));
}

function rulesOf(document: LocatedDocument): Rules {
  const content = validate(document, rulesSchema);
  const mistakes: Mistake[] = [];
  const parse = (text: string, path: DocumentPath): Template => {
    const parsed = parseTemplate(text);
    for (const { message, offset } of parsed.mistakes) mistakes.push(document.mistake(path, message, offset));
    return parsed.template;
  };

  const lists = new Map(
    Object.entries(content.lists).map(([name, list]) => [
      name,
      readList(list, { path: ['lists', name], parse }),
    ]),
  );
  for (const name of lists.keys()) {
    if (BUILT_IN_LISTS.has(name)) {
      mistakes.push(document.mistake(['lists', name], `the list "${name}" is built in; choose another name`));
    }
  }
  const expansions = new Map<string, Expansions>();
  for (const [language, bodies] of Object.entries(content.expansion_rules)) {
    const parsed = Object.entries(bodies).map(
      ([name, body]) => [name, parse(body, ['expansion_rules', language, name])] as const,
    );
    expansions.set(language, new Map(parsed));
  }
  const context: ReadingContext = { document, lists, expansions, mistakes, parse };
  checkExpansions(context);
  checkForms(context);
  const rules = content.intents.flatMap((raw, index) => readRule(raw, index, context) ?? []);
  if (mistakes.length > 0) throw new DocumentError(inOrder(mistakes));
  return {
    rules,
    lists,
    expansions,
    skipWords: new Map(Object.entries(content.skip_words)),
    unspaced: new Set(),
    languages: new Set(
      rules.flatMap((rule) =>
        rule.form === 'sentences' ? rule.sentences.map(({ language }) => language) : [],
      ),
    ),
  };
}

interface ReadingContext {
  readonly document: LocatedDocument;
  readonly lists: ReadonlyMap<string, ListDefinition>;
  readonly expansions: ReadonlyMap<string, Expansions>;
  readonly mistakes: Mistake[];
  parse(text: string, path: DocumentPath): Template;
}

function readList(
  list: z.output<typeof rulesSchema>['lists'][string],
  { path, parse }: { path: DocumentPath; parse: ReadingContext['parse'] },
): ListDefinition {
  if (list.values) {
    const values = list.values.map((value, index): ListValue => {
      const said = typeof value.in === 'string' ? { '*': value.in } : value.in;
      const at = [...path, 'values', index, 'in'];
      const templates = Object.entries(said).map(([language, text]) => [
        language,
        parse(text, language === '*' ? at : [...at, language]),
      ]);
      return { said: Object.fromEntries(templates), value: value.out };
    });
    return { kind: 'values', values };
  }
  if (list.wildcard) return { kind: 'wildcard' };
  const { from = 0, to = 0, step, multiplier } = list;
  return { kind: 'range', range: { from, to, step, multiplier } };
}

/** Each expansion rule by itself: what it names, whether it contains itself. */
function checkExpansions(context: ReadingContext): void {
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
function checkForms({ document, lists, expansions, mistakes }: ReadingContext): void {
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

function report(
  mistakes: readonly { message: string; offset?: number }[],
  { path, context }: { path: DocumentPath; context: ReadingContext },
): void {
  for (const { message, offset } of mistakes) {
    context.mistakes.push(context.document.mistake(path, message, offset));
  }
}

function readRule(raw: object, index: number, context: ReadingContext): Rule | undefined {
  const path = ['intents', index];
  const schema = 'pattern' in raw ? patternRuleSchema : sentenceRuleSchema;
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] }));
    context.mistakes.push(...schemaMistakes(context.document, issues));
    return undefined;
  }
  const { data } = parsed;
  return 'pattern' in data ? readPatternRule(data, path, context) : readSentenceRule(data, path, context);
}

function readPatternRule(
  data: z.output<typeof patternRuleSchema>,
  path: DocumentPath,
  context: ReadingContext,
): PatternRule {
  const mistake = patternMistake(data.pattern);
  if (mistake) report([mistake], { path: [...path, 'pattern'], context });
  const domain = data.action.slice(0, data.action.indexOf('.'));
  return {
    form: 'pattern',
    pattern: data.pattern,
    action: data.action,
    kind: data.kind,
    slots: data.slots,
    responses: data.response,
    ...(data.language !== undefined && { language: data.language }),
    ...(data.entities.includes('room_from_context') && { target: { domains: [domain], scope: 'room' } }),
  };
}

function readSentenceRule(
  data: z.output<typeof sentenceRuleSchema>,
  path: DocumentPath,
  context: ReadingContext,
): Rule {
  const target: RuleTarget | undefined = data.target && {
    domains: data.target,
    scope: data.scope,
    ...(data.device_class && { deviceClasses: data.device_class }),
  };
  const sentences: Sentence[] = [];
  for (const [language, texts] of Object.entries(data.sentences)) {
    const fillable = new Set(Object.keys(data.slots));
    for (const [position, text] of texts.entries()) {
      const at = [...path, 'sentences', language, position];
      const before = context.mistakes.length;
      const template = context.parse(text, at);
      if (context.mistakes.length === before) {
        const slots = checkSentence(template, { path: at, language, context, data });
        for (const slot of slots) fillable.add(slot);
      }
      sentences.push({ language, text, template });
    }
    checkResponse(data.response[language], { path: [...path, 'response', language], fillable, context });
  }
  return {
    form: 'sentences',
    action: data.action,
    kind: data.kind,
    slots: data.slots,
    responses: data.response,
    sentences,
    ...(target && { target }),
  };
}

/** @returns the slots it can fill */
function checkSentence(
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
  if (!saysSomething(template, expansions)) {
    complain('a sentence needs at least one word that cannot be left out, beside its lists');
  }
  const tooLarge = sizeMistake(template, expansions);
  if (tooLarge) complain(tooLarge);
  return slots;
}

function checkResponse(
  response: string | undefined,
  { path, fillable, context }: { path: DocumentPath; fillable: ReadonlySet<string>; context: ReadingContext },
): void {
  for (const { 0: placeholder, 1: slot = '', index } of response?.matchAll(/\{(\w*)\}/g) ?? []) {
    if (fillable.has(slot)) continue;
    const message = `no sentence fills ${placeholder}; expected one of ${[...fillable].join(', ') || 'none'}`;
    report([{ message, offset: index }], { path, context });
  }
}

function inOrder(mistakes: readonly Mistake[]): Mistake[] {
  return mistakes.toSorted(
    (one, other) => (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0),
  );
}

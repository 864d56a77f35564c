import type { z } from 'zod';
import {
  DocumentError,
  type DocumentPath,
  type LocatedDocument,
  type Mistake,
  readLocated,
  readText,
  schemaMistakes,
  validate,
} from '../documents/located-yaml.ts';
import {
  checkExpansions,
  checkForms,
  checkResponse,
  checkSentence,
  type ReadingContext,
  report,
} from './check-rules.ts';
import { parseTemplate } from './parse-template.ts';
import { patternMistake } from './regex-safety.ts';
import { renameRules, renameRulesIn } from './rename-rules.ts';
import {
  BUILT_IN_LISTS,
  type ListDefinition,
  type ListValue,
  type PatternRule,
  type Rule,
  type Rules,
  type RuleTarget,
  type Sentence,
  type ThingKind,
} from './rules.ts';
import { patternRuleSchema, rulesSchema, sentenceRuleSchema, variantSchema } from './rules-schema.ts';
import { singleThingsOf } from './single-things.ts';
import type { Template } from './template.ts';
import type { Expansions } from './walk-template.ts';

/**
 * Reads a file of rules: sentence templates and patterns.
 *
 * @throws DocumentError with everything that is wrong, each at its character
 */
export async function loadRules(file: string): Promise<Rules> {
  return readRules(await readText(file), file);
}

let latest: { readonly text: string; readonly rules: Rules } | undefined;

/** As `loadRules`, from the text of the file. What was read last is not read again. */
export function readRules(text: string, file: string): Rules {
  if (latest?.text !== text) latest = { text, rules: rulesOf(readLocated(text, file)) };
  return latest.rules;
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
  const rules = content.intents.flatMap((raw, index) => readRule(raw, index, context));
  if (mistakes.length > 0) throw new DocumentError(inOrder(mistakes));
  return {
    fingerprint: document.fingerprint,
    rules,
    lists,
    expansions,
    skipWords: new Map(Object.entries(content.skip_words)),
    singleThings: singleThingsOf(content.single_things),
    unspaced: new Set(),
    languages: new Set(
      rules.flatMap((rule) =>
        rule.form === 'sentences' ? rule.sentences.map(({ language }) => language) : [],
      ),
    ),
  };
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
  if (list.wildcard) return { kind: 'wildcard', ...(list.words !== undefined && { words: list.words }) };
  const { from = 0, to = 0, step, multiplier } = list;
  return { kind: 'range', range: { from, to, step, multiplier } };
}

/** One rule, or one for each of the things that it is written for. */
function readRule(raw: { each?: unknown }, index: number, context: ReadingContext): Rule[] {
  const path = ['intents', index];
  if (!Array.isArray(raw.each)) return readVariant(raw, { path, context, names: new Map() });
  const { each, ...common } = raw;
  return each.flatMap((variant, position) => {
    const parsed = variantSchema.safeParse(variant);
    if (!parsed.success) {
      const at = [...path, 'each', position];
      context.mistakes.push(...schemaMistakes(context.document, parsed.error.issues, at));
      return [];
    }
    const { rules, ...own } = parsed.data;
    return readVariant({ ...common, ...own }, { path, context, names: new Map(Object.entries(rules)) });
  });
}

interface VariantContext {
  readonly path: DocumentPath;
  readonly context: ReadingContext;
  /** Which expansion rule stands where the sentences name another. */
  readonly names: ReadonlyMap<string, string>;
}

function readVariant(raw: object, { path, context, names }: VariantContext): Rule[] {
  const schema = 'pattern' in raw ? patternRuleSchema : sentenceRuleSchema;
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    context.mistakes.push(...schemaMistakes(context.document, parsed.error.issues, path));
    return [];
  }
  const { data } = parsed;
  if ('pattern' in data) return [readPatternRule(data, path, context)];
  return [readSentenceRule(data, { path, context, names })];
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
    ...(data.threshold !== undefined && { threshold: data.threshold }),
    ...(!data.critical && { isUncritical: true }),
    ...(data.language !== undefined && { language: data.language }),
    ...(data.entities.includes('room_from_context') && { target: { domains: [domain], scope: 'room' } }),
  };
}

function readSentenceRule(
  data: z.output<typeof sentenceRuleSchema>,
  { path, context, names }: VariantContext,
): Rule {
  const { otherwise } = data;
  const target: RuleTarget | undefined = data.target && {
    ...kindOf({ target: data.target, device_class: data.device_class }),
    scope: data.scope,
    ...(otherwise && { otherwise: otherwise.map(kindOf) }),
  };
  const sentences: Sentence[] = [];
  for (const [language, texts] of Object.entries(data.sentences)) {
    const fillable = new Set(Object.keys(data.slots));
    for (const [position, text] of texts.entries()) {
      const at = [...path, 'sentences', language, position];
      const before = context.mistakes.length;
      const template = renameRules(context.parse(text, at), names);
      if (context.mistakes.length === before) {
        const slots = checkSentence(template, { path: at, language, context, data });
        for (const slot of slots) fillable.add(slot);
      }
      sentences.push({ language, text: renameRulesIn(text, names), template });
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
    ...(data.threshold !== undefined && { threshold: data.threshold }),
    ...(!data.critical && { isUncritical: true }),
    ...(data.one_each !== undefined && { oneEach: data.one_each }),
    ...(data.alone && { isAlone: true }),
    ...(data.timed && { isTimed: true }),
    ...(target && { target }),
  };
}

function kindOf({
  target,
  device_class: deviceClasses,
}: {
  target: readonly string[];
  device_class?: readonly string[] | undefined;
}): ThingKind {
  return { domains: target, ...(deviceClasses && { deviceClasses }) };
}

/** By line; once, where the rules that are written as one all have it. */
function inOrder(mistakes: readonly Mistake[]): Mistake[] {
  const once = new Map(mistakes.map((mistake) => [JSON.stringify(mistake), mistake]));
  return [...once.values()].sort(
    (one, other) => (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0),
  );
}

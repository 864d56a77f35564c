import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DocumentError,
  type DocumentPath,
  type LocatedDocument,
  loadLocated,
  type Mistake,
  validate,
} from '../documents/located-yaml.ts';
import type { Slots } from '../intent/recognition.ts';
import type { Language } from '../intent/utterance.ts';
import { PACK_ACTIONS } from './pack-actions.ts';
import { readTerms } from './pack-context.ts';
import { type PackBlockContent, type PackContent, type PackListContent, packSchema } from './pack-schema.ts';
import { parseTemplate } from './parse-template.ts';
import {
  BUILT_IN_LISTS,
  type ListDefinition,
  type Rules,
  type SentenceRule,
  type Vocabulary,
} from './rules.ts';
import { sizeMistake } from './sentence-network.ts';
import type { Template } from './template.ts';
import { createReferenceCheck, type ReferenceCheck } from './unknown-references.ts';

/** Rules with those of sentence packs behind them. */
export interface PackedRules {
  readonly rules: Rules;
  /** Where packs have intents that nothing here is known to do for. */
  readonly notMapped: readonly Mistake[];
}

/**
 * Reads sentence packs as Home Assistant's community writes them, a folder of files for each.
 *
 * @param folders of one language each
 * @throws DocumentError with everything that is wrong in them
 */
export async function loadPacks(rules: Rules, folders: readonly string[]): Promise<PackedRules> {
  const mistakes: Mistake[] = [];
  const notMapped: Mistake[] = [];
  let packed = rules;
  for (const folder of folders) {
    const files = (await loadFiles(folder)).map((document) => ({
      document,
      content: validate(document, packSchema),
    }));
    const pack = readPack(files, mistakes);
    packed = joined(packed, pack);
    notMapped.push(...pack.notMapped);
  }
  if (mistakes.length > 0) throw new DocumentError(mistakes);
  return { rules: packed, notMapped };
}

async function loadFiles(folder: string): Promise<LocatedDocument[]> {
  let names: string[] = [];
  try {
    names = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).sort();
  } catch (error) {
    throw new DocumentError([
      { file: folder, message: `cannot be read as a folder: ${(error as Error).message}` },
    ]);
  }
  if (names.length === 0)
    throw new DocumentError([{ file: folder, message: 'there are no sentences in this folder' }]);
  return Promise.all(names.map((name) => loadLocated(join(folder, name))));
}

interface PackFile {
  readonly document: LocatedDocument;
  readonly content: PackContent;
}

interface Pack {
  readonly language: Language;
  readonly rules: readonly SentenceRule[];
  readonly skipWords: readonly string[];
  readonly unspaced: boolean;
  readonly notMapped: readonly Mistake[];
}

function readPack(files: readonly PackFile[], mistakes: Mistake[]): Pack {
  const vocabulary: Vocabulary = { lists: new Map(), expansions: new Map() };
  const readers = files.map(({ document, content }) => {
    const reader = createReader(document, mistakes);
    const { lists, expansion_rules: expansions } = content;
    return { content, document, reader, own: reader.vocabulary({ lists, expansions }, []) };
  });
  const shared = checked(readers.reduce((all, { own }) => extended(all, own), vocabulary));
  const notMapped: Mistake[] = [];
  const rules = readers.flatMap(({ content, document, reader }) =>
    Object.entries(content.intents ?? {}).flatMap(([intent, { data }]) => {
      const path = ['intents', intent];
      if (Object.hasOwn(PACK_ACTIONS, intent)) {
        return data.map((block, index) =>
          reader.block(block, {
            intent,
            path: [...path, 'data', index],
            shared,
            language: languageOf(content),
          }),
        );
      }
      notMapped.push(document.mistake(path, `the intent ${intent} is not known here and left out`, 'key'));
      return [];
    }),
  );
  const [first] = files;
  return {
    language: first ? languageOf(first.content) : '',
    rules,
    skipWords: files.flatMap(({ content }) => content.skip_words ?? []),
    unspaced: files.some(({ content }) => content.settings?.ignore_whitespace),
    notMapped,
  };
}

/** Primary subtag: `pt` of `pt-BR`. */
function languageOf({ language }: PackContent): Language {
  return (language.split(/[-_]/)[0] ?? '').toLowerCase();
}

function createReader(document: LocatedDocument, mistakes: Mistake[]) {
  const parse = (text: string, path: DocumentPath): Template => {
    const parsed = parseTemplate(text, { mayBeEmpty: true });
    for (const { message, offset } of parsed.mistakes) mistakes.push(document.mistake(path, message, offset));
    return parsed.template;
  };

  function vocabulary(
    {
      lists,
      expansions,
    }: { lists: PackBlockContent['lists']; expansions: PackBlockContent['expansion_rules'] },
    path: DocumentPath,
  ): Vocabulary {
    return {
      lists: new Map(
        Object.entries(lists ?? {}).map(([name, list]) => [
          name,
          listOf(list, (text, index) => parse(text, [...path, 'lists', name, 'values', index, 'in'])),
        ]),
      ),
      expansions: new Map(
        Object.entries(expansions ?? {}).map(([name, text]) => [
          name,
          parse(text, [...path, 'expansion_rules', name]),
        ]),
      ),
    };
  }

  function block(
    content: PackBlockContent,
    {
      intent,
      path,
      shared,
      language,
    }: { intent: string; path: DocumentPath; shared: CheckedVocabulary; language: Language },
  ): SentenceRule {
    const { lists, expansion_rules: expansions } = content;
    const hasOwn = lists || expansions;
    const used = hasOwn ? checked(extended(shared, vocabulary({ lists, expansions }, path))) : shared;
    const sentences = content.sentences.map((text, index) => {
      const at = [...path, 'sentences', index];
      const before = mistakes.length;
      const template = parse(text, at);
      if (mistakes.length === before) {
        const found = used.check(template);
        const tooLarge = found.length === 0 && sizeMistake(template, used.expansions);
        for (const { message, offset } of found) mistakes.push(document.mistake(at, message, offset));
        if (tooLarge) mistakes.push(document.mistake(at, tooLarge));
      }
      return { language, text, template, vocabulary: used };
    });
    const { slots, response } = content;
    return {
      form: 'sentences',
      action: intent,
      kind: PACK_ACTIONS[intent]?.kind ?? 'action',
      slots: {},
      responses: {},
      sentences,
      pack: {
        intent,
        slots: filled(slots ?? {}),
        requires: readTerms(content.requires_context ?? {}),
        excludes: readTerms(content.excludes_context ?? {}),
        ...(response && { response }),
      },
    };
  }

  return { vocabulary, block };
}

/** Slots that are named without a value say nothing. */
function filled(slots: Readonly<Record<string, Slots[string] | null>>): Slots {
  return Object.fromEntries(
    Object.entries(slots).flatMap(([slot, value]) => (value === null ? [] : [[slot, value]])),
  );
}

interface CheckedVocabulary extends Vocabulary {
  readonly check: ReferenceCheck;
}

function checked(vocabulary: Vocabulary): CheckedVocabulary {
  return { ...vocabulary, check: createReferenceCheck(vocabulary, BUILT_IN_LISTS) };
}

function extended(all: Vocabulary, own: Vocabulary): Vocabulary {
  return {
    lists: new Map([...all.lists, ...own.lists]),
    expansions: new Map([...all.expansions, ...own.expansions]),
  };
}

const FRACTIONS = { halves: 0.5, tenths: 0.1 } as const;

function listOf(
  { values, range, wildcard }: Partial<Record<'values' | 'range' | 'wildcard', unknown>> & PackListContent,
  parse: (text: string, index: number) => Template,
): ListDefinition {
  if (wildcard === true) return { kind: 'wildcard' };
  if (range) {
    const { from, to, step, fractions, multiplier = 1 } = range as RangeContent;
    const finest = fractions ? FRACTIONS[fractions] : undefined;
    return { kind: 'range', range: { from, to, step: finest ?? step ?? 1, multiplier } };
  }
  return {
    kind: 'values',
    values: (values as ValuesContent).map(({ in: said, out, context }, index) => ({
      said: { '*': parse(said, index) },
      value: out,
      ...(context && { context }),
    })),
  };
}

type RangeContent = Extract<PackListContent, { range: unknown }>['range'];
type ValuesContent = Extract<PackListContent, { values: unknown }>['values'];

function joined(rules: Rules, pack: Pack): Rules {
  const { language } = pack;
  return {
    ...rules,
    rules: [...rules.rules, ...pack.rules],
    skipWords: new Map([
      ...rules.skipWords,
      [language, [...(rules.skipWords.get(language) ?? []), ...pack.skipWords]],
    ]),
    unspaced: pack.unspaced ? new Set([...rules.unspaced, language]) : rules.unspaced,
    languages: new Set([...rules.languages, ...(pack.rules.length > 0 ? [language] : [])]),
  };
}

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DocumentError,
  type LocatedDocument,
  loadLocated,
  type Mistake,
  validate,
} from '../documents/located-yaml.ts';
import type { Language } from '../intent/utterance.ts';
import { PACK_ACTIONS } from './pack-actions.ts';
import { checked, createPackReader, extended } from './pack-reader.ts';
import { type PackContent, packSchema } from './pack-schema.ts';
import type { Rules, SentenceRule, Vocabulary } from './rules.ts';

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
    const reader = createPackReader(document, mistakes);
    return { content, document, reader, own: reader.vocabulary(content, []) };
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

import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, parse, resolve } from 'node:path';
import {
  DocumentError,
  type DocumentPath,
  type LocatedDocument,
  loadLocated,
  type Mistake,
  validate,
} from '../documents/located-yaml.ts';
import { together } from '../documents/together.ts';
import { type Combination, type CombinationsSaid, readCombinations } from './pack-combination.ts';
import {
  combinationSchema,
  type PackBlockContent,
  type PackVocabularyContent,
  packSchema,
  sharedSchema,
} from './pack-schema.ts';

/** A file of a pack, in whichever of the layouts it stands. */
export interface PackFile {
  readonly document: LocatedDocument;
  /** As written; undefined for what languages share. */
  readonly language?: string;
  readonly vocabulary: PackVocabularyContent;
  readonly intents: readonly PackIntent[];
  readonly skipWords: readonly string[];
  readonly unspaced: boolean;
}

/** The sentences of one intent in one file. */
interface PackIntent {
  readonly intent: string;
  readonly blocks: readonly PackBlockContent[];
  /** Of the blocks. */
  readonly path: DocumentPath;
  readonly combination?: Combination;
}

/**
 * Reads what belongs to a pack: `<domain>_<intent>.yaml` with sentences that name their intents; `<intent>/<slots>.yaml`
 * with sentences of the folder's intent; and, in a checkout of the community's repository, the lists and rules that lie
 * beside its `sentences`.
 *
 * @returns in such an order that of two lists or rules of one name the later is meant
 * @throws DocumentError with everything that cannot be read, and for a folder that holds no file
 */
export async function readPackFiles(folder: string): Promise<PackFile[]> {
  const { files, folders } = await entriesOf(folder);
  if (files.length + folders.length === 0) throw noSentences(folder);
  const checkout = checkoutOf(folder);
  const [own, lists, said] = await together([
    together(files.map((name) => readPackFile(join(folder, name)))),
    together((checkout?.shared ?? []).map(readSharedFolder)),
    checkout && folders.length > 0 ? combinationsSaid(checkout.intents) : undefined,
  ]);
  const shared = lists.flat();
  const around = { said, hasShared: shared.length > 0 };
  const combined = await together(folders.map((name) => readIntentFolder(join(folder, name), around)));
  return [...own, ...combined.flat(), ...shared];
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is none of this name',
  ENOTDIR: 'this is a file; name the folder it lies in',
  EACCES: 'this service may not read it',
};

export function noSentences(folder: string): DocumentError {
  return new DocumentError([{ file: folder, message: 'there are no sentences in this folder' }]);
}

async function readPackFile(path: string): Promise<PackFile> {
  const document = await loadLocated(path);
  const content = validate(document, packSchema);
  if ('data' in content) {
    const message = 'sentences that name no intent belong in a folder called as their intent';
    throw new DocumentError([document.mistake(['data'], message, 'key')]);
  }
  return {
    document,
    language: content.language,
    vocabulary: content,
    intents: Object.entries(content.intents ?? {}).map(([intent, { data }]) => ({
      intent,
      blocks: data,
      path: ['intents', intent, 'data'],
    })),
    skipWords: content.skip_words ?? [],
    unspaced: content.settings?.ignore_whitespace ?? false,
  };
}

/** What lies around a pack and tells of its combinations. */
interface Surroundings {
  readonly said: CombinationsSaid | undefined;
  readonly hasShared: boolean;
}

async function readIntentFolder(folder: string, around: Surroundings): Promise<PackFile[]> {
  const { files, folders } = await entriesOf(folder);
  const intent = basename(folder);
  if (files.includes('_common.yaml')) {
    const message = 'this is the folder of a language, and has to be named itself, not the folder around it';
    throw new DocumentError([{ file: folder, message }]);
  }
  if (folders.length > 0) {
    const message = `nothing is read of a folder in that of the intent ${intent}`;
    throw new DocumentError(folders.map((name) => ({ file: join(folder, name), message })));
  }
  if (files.length === 0) throw noSentences(folder);
  return together(files.map((name) => readCombination(join(folder, name), { intent, around })));
}

async function readCombination(
  path: string,
  { intent, around }: { intent: string; around: Surroundings },
): Promise<PackFile> {
  const document = await loadLocated(path);
  const { language, data } = validate(document, combinationSchema);
  const { name } = parse(path);
  const said = around.said?.(intent, name);
  const combination = { intent, name, hasShared: around.hasShared, ...(said && { said }) };
  return {
    document,
    language,
    vocabulary: {},
    intents: [{ intent, blocks: data, path: ['data'], combination }],
    skipWords: [],
    unspaced: false,
  };
}

async function readSharedFolder(folder: string): Promise<PackFile[]> {
  const { files } = await entriesOf(folder, { mayBeMissing: true });
  return together(
    files.map(async (name) => {
      const document = await loadLocated(join(folder, name));
      const content = validate(document, sharedSchema);
      return { document, vocabulary: content, intents: [], skipWords: [], unspaced: false };
    }),
  );
}

/** Where a checkout of the community's repository keeps what lies outside the folder of a language. */
interface Checkout {
  readonly shared: readonly string[];
  readonly intents: string;
}

/** Undefined for a folder that stands by itself. */
function checkoutOf(folder: string): Checkout | undefined {
  const sentences = dirname(resolve(folder));
  if (basename(sentences) !== 'sentences') return undefined;
  const [root, language] = [dirname(sentences), basename(folder)];
  return {
    shared: [join(root, 'lists'), join(root, 'lists', language), join(root, 'rules', language)],
    intents: join(root, 'intents.yaml'),
  };
}

async function combinationsSaid(file: string): Promise<CombinationsSaid | undefined> {
  const isThere = await stat(file).then(
    () => true,
    () => false,
  );
  if (!isThere) return undefined;
  const mistakes: Mistake[] = [];
  const said = readCombinations(await loadLocated(file), mistakes);
  if (mistakes.length > 0) throw new DocumentError(mistakes);
  return said;
}

/** Names in a folder, sorted; what is hidden and what is no YAML is for others. */
async function entriesOf(
  folder: string,
  { mayBeMissing = false } = {},
): Promise<{ readonly files: readonly string[]; readonly folders: readonly string[] }> {
  const [files, folders]: [string[], string[]] = [[], []];
  try {
    for (const name of (await readdir(folder)).sort()) {
      if (name.startsWith('.')) continue;
      // Not what the folder says of it: a mounted file may be a link.
      if ((await stat(join(folder, name))).isDirectory()) folders.push(name);
      else if (/\.ya?ml$/.test(name)) files.push(name);
    }
  } catch (error) {
    const { code = '', message: reason } = error as NodeJS.ErrnoException;
    if (mayBeMissing && code === 'ENOENT') return { files: [], folders: [] };
    const message = `cannot be read as a folder: ${REASONS[code] ?? reason}`;
    throw new DocumentError([{ file: folder, message }]);
  }
  return { files, folders };
}

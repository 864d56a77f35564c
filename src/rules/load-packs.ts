import { hash } from 'node:crypto';
import { resolve } from 'node:path';
import { DocumentError, type Mistake } from '../documents/located-yaml.ts';
import { together } from '../documents/together.ts';
import type { Language } from '../intent/utterance.ts';
import { PACK_ACTIONS } from './pack-actions.ts';
import { noSentences, type PackFile, readPackFiles } from './pack-files.ts';
import { checked, createPackReader, extended, type Findings } from './pack-reader.ts';
import type { Rules, SentenceRule, Vocabulary } from './rules.ts';

/** Rules with those of sentence packs behind them. */
export interface PackedRules {
  readonly rules: Rules;
  /** What of the packs is not understood here: intents that nothing is known to do for, what refers to files that are not there. */
  readonly leftOut: readonly Mistake[];
}

/**
 * Reads sentence packs as Home Assistant's community writes them, a folder of files for each.
 *
 * @param rules of our own; waited for, where they are still read
 * @param folders of one language each
 * @throws DocumentError with everything that is wrong in either, and for a folder that gives no sentence or is listed twice
 */
export async function loadPacks(
  rules: Rules | Promise<Rules>,
  folders: readonly string[],
): Promise<PackedRules> {
  const [own, packs] = await together([rules, together(folders.map(loadPack)), onceEach(folders)]);
  return {
    rules: packs.reduce(joined, own),
    leftOut: packs.flatMap(({ leftOut }) => leftOut),
  };
}

async function onceEach(folders: readonly string[]): Promise<void> {
  const paths = folders.map((folder) => resolve(folder));
  const repeated = folders.filter((_, index) => paths.indexOf(paths[index] ?? '') < index);
  if (repeated.length === 0) return;
  const message = 'this pack is listed twice in rules.packs; take one out';
  throw new DocumentError(repeated.map((file) => ({ file, message })));
}

interface Pack {
  readonly fingerprint: string;
  readonly language: Language;
  readonly rules: readonly SentenceRule[];
  readonly skipWords: readonly string[];
  readonly unspaced: boolean;
  readonly leftOut: readonly Mistake[];
}

async function loadPack(folder: string): Promise<Pack> {
  const files = await readPackFiles(folder);
  const findings: Findings = { mistakes: [], leftOut: [] };
  const pack = readPack(files, findings);
  const { mistakes, leftOut } = findings;
  if (mistakes.length > 0) throw new DocumentError(mistakes);
  if (pack.rules.every(({ sentences }) => sentences.length === 0)) {
    throw leftOut.length > 0 ? new DocumentError(leftOut) : noSentences(folder);
  }
  return { ...pack, leftOut };
}

function readPack(files: readonly PackFile[], findings: Findings): Omit<Pack, 'leftOut'> {
  const language = languageOf(files.find((file) => file.language !== undefined)?.language ?? '');
  for (const { document, language: other } of files) {
    if (other === undefined || languageOf(other) === language) continue;
    const message = `this file is of the language "${other}", and those before it are of "${language}"`;
    findings.mistakes.push(document.mistake(['language'], message));
  }
  const vocabulary: Vocabulary = { lists: new Map(), expansions: new Map() };
  const readers = files.map(({ document, intents, vocabulary: content }) => {
    const reader = createPackReader(document, findings);
    return { document, intents, reader, own: reader.vocabulary(content, []) };
  });
  const shared = checked(readers.reduce((all, { own }) => extended(all, own), vocabulary));
  const rules = readers.flatMap(({ document, intents, reader }) =>
    intents.flatMap(({ intent, blocks, path, combination }) => {
      if (Object.hasOwn(PACK_ACTIONS, intent)) {
        return blocks.map((block, index) =>
          reader.block(block, {
            intent,
            path: [...path, index],
            shared,
            language,
            ...(combination && { combination }),
          }),
        );
      }
      const named = combination ? [] : path.slice(0, -1);
      const message = `the intent ${intent} is not known here and left out`;
      findings.leftOut.push(document.mistake(named, message, 'key'));
      return [];
    }),
  );
  return {
    fingerprint: JSON.stringify(
      files.map(({ document, intents }) => [
        document.fingerprint,
        intents.map(({ combination }) => combination),
      ]),
    ),
    language,
    rules,
    skipWords: files.flatMap(({ skipWords }) => skipWords),
    unspaced: files.some(({ unspaced }) => unspaced),
  };
}

/** Primary subtag: `pt` of `pt-BR`. */
function languageOf(written: string): Language {
  return (written.split(/[-_]/)[0] ?? '').toLowerCase();
}

function joined(rules: Rules, pack: Pack): Rules {
  const { language } = pack;
  return {
    ...rules,
    fingerprint: hash('sha256', `${rules.fingerprint},${pack.fingerprint}`, 'base64url'),
    rules: [...rules.rules, ...pack.rules],
    skipWords: new Map([
      ...rules.skipWords,
      [language, [...(rules.skipWords.get(language) ?? []), ...pack.skipWords]],
    ]),
    unspaced: pack.unspaced ? new Set([...rules.unspaced, language]) : rules.unspaced,
    languages: new Set([...rules.languages, language]),
  };
}

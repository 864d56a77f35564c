import { basename, dirname, join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { DocumentError, formatMistake } from '../documents/located-yaml.ts';

/** What stands where a word of the configuration should: so long, with a digit in it. */
const KEY_LIKE = /(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{24,}/g;

/** For a log: which file of the configuration, but neither where on this machine it lies nor what may be a key. */
export function reasonsOf(error: unknown, { sources, files, data_dir: dataDir }: Config): readonly string[] {
  const folders = [...sources, ...Object.values(files), join(dataDir, 'any')].map(
    (file) => `${dirname(file)}/`,
  );
  const longestFirst = [...new Set(folders)].toSorted((one, other) => other.length - one.length);
  const strike = (text: string): string =>
    longestFirst.reduce((left, folder) => left.replaceAll(folder, ''), text).replaceAll(KEY_LIKE, '[hidden]');
  if (!(error instanceof DocumentError))
    return [strike(error instanceof Error ? error.message : String(error))];
  return error.mistakes.map((mistake) => strike(formatMistake({ ...mistake, file: basename(mistake.file) })));
}

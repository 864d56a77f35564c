import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import {
  DocumentError,
  type DocumentPath,
  type LocatedDocument,
  loadLocated,
  type Mistake,
  schemaMistakes,
} from '../documents/located-yaml.ts';
import { isLoopback } from '../loopback.ts';
import { type EnvironmentOverlay, readEnvironment } from './environment.ts';
import { type Config, configSchema, withDerivedDefaults } from './schema.ts';

const SHIPPED_FOLDER = resolve(import.meta.dirname, '../../config');
const PROFILES = ['development', 'staging', 'production'];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Loads the configuration: `config.yaml` of the configuration folder, over it the profile's file, over it the
 * environment.
 *
 * @param environment the process's variables; nothing else reads them
 * @throws DocumentError with every mistake: its file, line and column, or its variable
 */
export async function loadConfig(environment: Environment): Promise<Config> {
  const folder = environment['LLM_INTENT_CONFIG'] || SHIPPED_FOLDER;
  const documents = await loadDocuments(folder, environment['LLM_INTENT_PROFILE']);
  const overlay = readEnvironment(environment, (path) => readFileSync(path, 'utf8'));

  let content: unknown = {};
  for (const document of documents) content = merge(content, document.content ?? {});
  for (const { path, value } of overlay.values) content = merge(content, nest(path, value));

  const parsed = configSchema.safeParse(content);
  const mistakes = overlay.mistakes.map(({ variable, message }) => ({ file: variable, message }));
  if (!parsed.success) mistakes.push(...locate(parsed.error.issues, { documents, overlay }));
  if (mistakes.length > 0) throw new DocumentError(mistakes);

  const config = withDerivedDefaults(parsed.data as z.output<typeof configSchema>);
  requireToken(config);
  return {
    ...config,
    files: {
      intents: resolve(folder, config.files.intents),
      home: resolve(folder, config.files.home),
      prices: resolve(folder, config.files.prices),
    },
    rules: { packs: config.rules.packs.map((pack) => resolve(folder, pack)) },
    mistakeAt(path, message) {
      const issue: z.core.$ZodIssue = { code: 'custom', path: [...path], message, input: undefined };
      return locate([issue], { documents, overlay })[0] ?? { file: folder, message };
    },
  };
}

/** The base file first. The profile's file may be missing only where no profile is asked for. */
async function loadDocuments(folder: string, profile: string | undefined): Promise<LocatedDocument[]> {
  const documents = [await loadLocated(join(folder, 'config.yaml'))];
  if (!profile) return documents;
  if (!PROFILES.includes(profile)) {
    const message = `there is no profile "${profile}"; expected ${PROFILES.join(', ')}`;
    throw new DocumentError([{ file: 'LLM_INTENT_PROFILE', message }]);
  }
  documents.push(await loadLocated(join(folder, `config.${profile}.yaml`)));
  return documents;
}

/** Places what the schema found: at the variable that said it, else in the last file that did. */
function locate(
  issues: readonly z.core.$ZodIssue[],
  { documents, overlay }: { documents: readonly LocatedDocument[]; overlay: EnvironmentOverlay },
): Mistake[] {
  return issues.flatMap((issue): Mistake[] => {
    const variable = overlay.values.findLast(({ path }) => startsWith(issue.path, path))?.variable;
    if (variable !== undefined) return [{ file: variable, message: issue.message }];
    const document = documents.findLast(({ has }) => has(issuePath(issue))) ?? documents[0];
    return document ? schemaMistakes(document, [issue]) : [];
  });
}

function issuePath(issue: z.core.$ZodIssue): DocumentPath {
  const [key] = issue.code === 'unrecognized_keys' ? issue.keys : [];
  return key === undefined ? issue.path : [...issue.path, key];
}

function startsWith(path: DocumentPath, start: DocumentPath): boolean {
  return start.every((key, index) => path[index] === key);
}

/** Beyond loopback anybody can knock. */
function requireToken({ http }: Pick<Config, 'http'>): void {
  if (http.token !== undefined || http.allow_anonymous || isLoopback(http.host)) return;
  const message = `needed when HOST is ${http.host}, which others can reach; or set HTTP_ALLOW_ANONYMOUS=true`;
  throw new DocumentError([{ file: 'HTTP_TOKEN', message }]);
}

function nest(path: readonly string[], value: unknown): unknown {
  return path.reduceRight((inner, key) => ({ [key]: inner }), value);
}

/** Maps are merged, everything else is replaced. */
function merge(base: unknown, over: unknown): unknown {
  if (!isMap(base) || !isMap(over)) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) merged[key] = merge(merged[key], value);
  return merged;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

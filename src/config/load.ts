import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import { issueMessage } from '../documents/issue-message.ts';
import {
  DocumentError,
  type DocumentPath,
  type LocatedDocument,
  loadLocated,
  type Mistake,
  schemaMistakes,
} from '../documents/located-yaml.ts';
import { isLoopback } from '../loopback.ts';
import { clusterMistakes } from './cluster-mistakes.ts';
import { type EnvironmentOverlay, readEnvironment } from './environment.ts';
import { type Config, configSchema, withDerivedDefaults } from './schema.ts';

const SHIPPED_FOLDER = resolve(import.meta.dirname, '../../config');
const PROFILES = ['development', 'staging', 'production'];

type Environment = Readonly<Record<string, string | undefined>>;

/** What can be said of a configuration, whether it is right or not. */
export interface ConfigSurvey {
  /** Defaults stand for every section that has a mistake in it. */
  readonly config: Config;
  /** Each with its file, line and column, or its variable. */
  readonly mistakes: readonly Mistake[];
  /** Sections of which nothing is known but that they are wrong: `http`. */
  readonly wrong: ReadonlySet<string>;
}

/**
 * Loads the configuration: `config.yaml` of the configuration folder, over it the profile's file, over it the
 * environment.
 *
 * @param environment the process's variables; nothing else reads them
 * @throws DocumentError with every mistake: its file, line and column, or its variable
 */
export async function loadConfig(environment: Environment): Promise<Config> {
  const { config, mistakes } = await surveyConfig(environment);
  if (mistakes.length > 0) throw new DocumentError(mistakes);
  return config;
}

/**
 * As `loadConfig`, for whoever wants to know what else is wrong.
 *
 * @throws DocumentError only where a file cannot be read at all
 */
export async function surveyConfig(environment: Environment): Promise<ConfigSurvey> {
  const folder = environment['LLM_INTENT_CONFIG'] || SHIPPED_FOLDER;
  const documents = await loadDocuments(folder, environment['LLM_INTENT_PROFILE']);
  const overlay = readEnvironment(environment, (path) => readFileSync(path, 'utf8'));

  let content: unknown = {};
  for (const document of documents) content = merge(content, document.content ?? {});
  for (const { path, value } of overlay.values) content = merge(content, nest(path, value));

  const mistakes: Mistake[] = overlay.mistakes.map(({ variable, message }) => ({ file: variable, message }));
  const wrong = new Set(overlay.mistakes.map(({ path }) => path[0] ?? ''));
  let parsed = configSchema.safeParse(content);
  if (!parsed.success) {
    const { issues } = parsed.error;
    mistakes.push(...locate(issues, { documents, overlay }));
    for (const issue of issues) wrong.add(String(issuePath(issue)[0]));
    const right = isMap(content) ? Object.entries(content).filter(([section]) => !wrong.has(section)) : [];
    parsed = configSchema.safeParse(Object.fromEntries(right));
    if (!parsed.success) throw new DocumentError(mistakes);
  }
  const config = withDerivedDefaults(parsed.data);
  if (!wrong.has('http')) mistakes.push(...missingToken(config));
  if (!wrong.has('redis')) mistakes.push(...halfASentinel(config));
  if (!wrong.has('redis') && !wrong.has('streams')) mistakes.push(...clusterMistakes(config));
  if (!wrong.has('wyoming')) mistakes.push(...locate(exposed(config), { documents, overlay }));
  return { config: { ...config, ...placed(config, { folder, documents, overlay }) }, mistakes, wrong };
}

/** Paths from the configuration folder, and the places of mistakes that show later. */
function placed(
  { files, rules }: Pick<Config, 'files' | 'rules'>,
  { folder, ...sources }: Sources & { readonly folder: string },
): Pick<Config, 'files' | 'rules' | 'mistakeAt' | 'sources'> {
  return {
    sources: [...sources.documents.map(({ file }) => file), ...sources.overlay.files],
    files: {
      intents: resolve(folder, files.intents),
      home: resolve(folder, files.home),
      prices: resolve(folder, files.prices),
      prompts: resolve(folder, files.prompts),
    },
    rules: { ...rules, packs: rules.packs.map((pack) => resolve(folder, pack)) },
    mistakeAt(path, message) {
      const issue: z.core.$ZodIssue = { code: 'custom', path: [...path], message, input: undefined };
      return locate([issue], sources)[0] ?? { file: folder, message };
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

/** What the configuration was read from. */
interface Sources {
  readonly documents: readonly LocatedDocument[];
  readonly overlay: EnvironmentOverlay;
}

/** Places what the schema found: at the variable that said it, else in the last file that did. */
function locate(issues: readonly z.core.$ZodIssue[], { documents, overlay }: Sources): Mistake[] {
  return issues.flatMap((issue): Mistake[] => {
    const variable = overlay.values.findLast(({ path }) => startsWith(issue.path, path))?.variable;
    if (variable !== undefined) return [{ file: variable, message: issueMessage(issue) }];
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

/** Beyond loopback anybody can knock; and what some tokens may not do, nobody may without one. */
function missingToken({ http }: Pick<Config, 'http'>): Mistake[] {
  if (http.token !== undefined) return [];
  if (http.read_token !== undefined || http.recognize_token !== undefined) {
    return [
      { file: 'HTTP_TOKEN', message: 'needed beside tokens for less, which keep nobody out without it' },
    ];
  }
  if (http.allow_anonymous || isLoopback(http.host)) return [];
  const message = `needed when HOST is ${http.host}, which others can reach; or set HTTP_ALLOW_ANONYMOUS=true`;
  return [{ file: 'HTTP_TOKEN', message }];
}

/** Sentinels watch several masters, each by its name. */
function halfASentinel({ redis }: Pick<Config, 'redis'>): Mistake[] {
  const { sentinels, master_name, sentinel_username: username, sentinel_password: password } = redis;
  // A user has no meaning without a password, and neither has one without Sentinels.
  if (username !== undefined && password === undefined) {
    return [{ file: 'REDIS_SENTINEL_PASSWORD', message: 'needed beside REDIS_SENTINEL_USERNAME' }];
  }
  if (sentinels.length === 0 && (password !== undefined || redis.sentinel_tls)) {
    return [{ file: 'REDIS_SENTINELS', message: 'needed beside what is said about asking Sentinels' }];
  }
  if (sentinels.length > 0 && master_name === undefined) {
    return [
      { file: 'REDIS_MASTER_NAME', message: 'needed beside REDIS_SENTINELS: what they call the master' },
    ];
  }
  if (sentinels.length > 0 || master_name === undefined) return [];
  return [{ file: 'REDIS_SENTINELS', message: 'needed beside REDIS_MASTER_NAME: who knows where it is' }];
}

/** Wyoming has no token that could be asked for. */
function exposed({
  wyoming: { enabled, host, allow_anonymous: isAllowed },
}: Pick<Config, 'wyoming'>): z.core.$ZodIssue[] {
  if (!enabled || isAllowed || isLoopback(host)) return [];
  const message = `whoever reaches ${host} could give orders, because the protocol has no password; expected a loopback address, or wyoming.allow_anonymous: true on a network that you trust`;
  return [{ code: 'custom', path: ['wyoming', 'host'], message, input: host }];
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

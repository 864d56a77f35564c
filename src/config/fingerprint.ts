import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { livePart } from './live.ts';
import type { Config } from './schema.ts';

/** Hexadecimal digits: enough that no two configurations of one house are taken for the same. */
const LENGTH = 12;
/** What is not the same on every machine: where the files lie. Their content counts. */
const PLACES = new Set(['files', 'rules']);

/** Fields of a provider that each replica may have its own of: its key, a server beside it. */
const OWN = new Set(['api_keys', 'base_url', 'weights']);

/** What takes effect while the service runs: its fields, and the content of the files that they name. */
export interface Fingerprint {
  /** 12 hexadecimal digits, for people: the same on replicas with the same files, wherever these lie and whatever keys they have. */
  readonly version: string;
  /** Differs wherever anything does. */
  readonly content: string;
}

export async function fingerprintOf(config: Config): Promise<Fingerprint> {
  const live = Object.entries(livePart(config)).filter(([section]) => !PLACES.has(section));
  const digest = createHash('sha256').update(JSON.stringify(live, shared));
  const { files, rules, tenant } = config;
  for (const file of [files.intents, files.home, files.prices]) await add('', file);
  for (const folder of [join(files.prompts, tenant), ...rules.packs]) {
    for (const file of await filesIn(folder)) await add(relative(folder, file), file);
  }
  const common = digest.digest('hex');
  const all = createHash('sha256').update(common).update(JSON.stringify(live, writable)).digest('hex');
  return { version: common.slice(0, LENGTH), content: all };

  async function add(name: string, file: string): Promise<void> {
    const content = await readFile(file).catch(() => undefined);
    digest.update(`\0${name}\0${content?.byteLength ?? 'none'}\0`);
    if (content) digest.update(content);
  }
}

/** Where there is no such folder, or none that may be read, there is nothing in it: whoever loads it says what is wrong. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return found
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted();
}

function shared(name: string, value: unknown): unknown {
  return OWN.has(name) ? undefined : writable(name, value);
}

/** JSON knows no infinity, which is `unlimited`. */
function writable(_name: string, value: unknown): unknown {
  return value === Number.POSITIVE_INFINITY ? 'unlimited' : value;
}

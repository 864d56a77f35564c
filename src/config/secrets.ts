import { secretFields } from './environment.ts';
import type { Config } from './schema.ts';

/** Shorter ones would be found in words that are none. */
const MIN_LENGTH = 6;

/** Everything in the configuration that nobody may read: keys, tokens, passwords. For a log to look out for. */
export function secretsOf(config: Config): readonly string[] {
  const fields = secretFields.flatMap((path) => textsIn(valueAt(config, path)));
  const headers = (config.tracing.otlp.headers ?? '')
    .split(',')
    .map((pair) => pair.slice(pair.indexOf('=') + 1));
  const password = config.redis.url === undefined ? '' : (URL.parse(config.redis.url)?.password ?? '');
  const all = [...fields, ...headers, password];
  const decoded = [...all, ...all.map(percentDecoded)];
  // "Bearer abc": what follows the scheme is the secret.
  const bare = decoded.map((text) => text.slice(text.lastIndexOf(' ') + 1));
  return [...new Set([...decoded, ...bare])].filter((text) => text.length >= MIN_LENGTH);
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], value);
}

function textsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return typeof value === 'string' ? [value] : [];
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // It was not encoded.
  }
}

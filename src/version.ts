import { readFileSync } from 'node:fs';

const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** This release, as `package.json` says. */
export const version = String((manifest as { version?: unknown }).version);

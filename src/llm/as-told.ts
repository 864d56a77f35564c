/** Servers that are only compatible leave fields out, and others write nonsense: nothing of a reply is taken for granted. */
export function at(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string | number, unknown>)[key]
    : undefined;
}

const MAX_TOKENS = 10_000_000;

/** @returns undefined for what can be no number of tokens */
export function tokenCount(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= MAX_TOKENS
    ? (value as number)
    : undefined;
}

/** @returns undefined for what can be no name of a model */
export function modelName(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.:/@-]{1,100}$/.test(value) ? value : undefined;
}

/**
 * Every phrase that takes one part from each list, in order: `[a, b]`, `[c]` is "a c" and "b c". Empty parts are left
 * out.
 */
export function combined(...parts: readonly (readonly string[])[]): string[] {
  const phrases = parts.reduce<readonly string[]>(
    (begun, choices) => begun.flatMap((phrase) => choices.map((choice) => `${phrase} ${choice}`.trim())),
    [''],
  );
  return [...new Set(phrases)].filter((phrase) => phrase !== '');
}

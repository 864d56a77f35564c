import { DocumentError, type Mistake } from './located-yaml.ts';

/**
 * Waits for all, so that what is wrong with several documents is told at once.
 *
 * @throws DocumentError with the mistakes of all of them, in their order; anything else that one throws goes before it
 */
export async function together<const Documents extends readonly unknown[]>(
  reading: Documents,
): Promise<{ -readonly [Index in keyof Documents]: Awaited<Documents[Index]> }> {
  const results = await Promise.allSettled(reading);
  const mistakes: Mistake[] = [];
  for (const result of results) {
    if (result.status === 'fulfilled') continue;
    if (!(result.reason instanceof DocumentError)) throw result.reason;
    mistakes.push(...result.reason.mistakes);
  }
  if (mistakes.length > 0) throw new DocumentError(mistakes);
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as {
    -readonly [Index in keyof Documents]: Awaited<Documents[Index]>;
  };
}

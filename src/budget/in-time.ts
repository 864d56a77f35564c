import { within } from './within.ts';

/** Milliseconds that Redis may take for one question of a report. */
const PATIENCE_MS = 5000;

/** @throws an error where Redis does not answer within some seconds */
export async function inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
  const { signal } = new AbortController();
  const found = await within(
    answer.then((value) => ({ value })),
    { ms: PATIENCE_MS, signal },
  );
  if (!found) throw new Error(`Redis did not tell what was spent within ${PATIENCE_MS / 1000} seconds`);
  return found.value;
}

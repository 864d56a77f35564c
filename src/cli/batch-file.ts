import { readFile } from 'node:fs/promises';
import { CommandError, EXIT } from './command-context.ts';

/** A line of the file as it is sent. */
export interface BatchLine {
  /** 1 for the first. */
  readonly line: number;
  readonly item: Readonly<Record<string, unknown>>;
}

/** A line of the results: what was answered, or `error`. */
export type BatchResult = Readonly<Record<string, unknown>> & { readonly line: number };

/**
 * Reads what is to be asked: a sentence a line, or a JSON object as `POST /intent` takes it. Blank lines are none.
 *
 * @throws CommandError that names each line that is neither
 */
export async function readBatch(file: string): Promise<BatchLine[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CommandError(`cannot read ${file}: ${(error as Error).message}`, EXIT.usage);
  });
  const lines: BatchLine[] = [];
  const wrong: number[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const said = raw.trim();
    if (said === '') continue;
    const item = said.startsWith('{') ? parseObject(said) : { text: said };
    if (typeof item?.['text'] === 'string') lines.push({ line: index + 1, item });
    else wrong.push(index + 1);
  }
  if (wrong.length > 0) {
    throw new CommandError(
      `${file}: expected a sentence or an object such as {"text": "zapal światło"} on line ${wrong.slice(0, 10).join(', ')}`,
      EXIT.usage,
    );
  }
  return lines;
}

/**
 * Reads the results of an earlier run that hold: a line that was being written when it ended, and what went wrong, are
 * asked for again.
 *
 * @param mayDiffer results of another file are passed over
 * @returns by line of the file that was asked
 * @throws CommandError where they are those of another file
 */
export async function readResults(
  file: string,
  lines: readonly BatchLine[],
  { mayDiffer }: { readonly mayDiffer: boolean },
): Promise<ReadonlyMap<number, BatchResult>> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return new Map();
  const asked = new Map(lines.map(({ line, item }) => [line, item['text']]));
  const kept = new Map<number, BatchResult>();
  for (const written of text.split('\n')) {
    const result = parseObject(written);
    const line = result?.['line'];
    if (!result || typeof line !== 'number' || result['error'] !== undefined) continue;
    const { transcript = isWaiting(result) ? asked.get(line) : undefined } = result;
    const isSame = asked.has(line) && asked.get(line) === transcript;
    if (!isSame && mayDiffer) continue;
    if (!isSame) {
      throw new CommandError(
        `${file} answers something else on line ${line}: the file has changed since; --force begins anew`,
        EXIT.failed,
      );
    }
    kept.set(line, { ...result, line });
  }
  return kept;
}

/** Whether it is no answer yet, but what was said of a line that waits for a model. */
export function isWaiting(result: Readonly<Record<string, unknown>> | undefined): boolean {
  return result?.['queue_id'] !== undefined;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

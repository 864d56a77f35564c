import { resolve } from 'node:path';
import { loadConfig } from '../config/load.ts';
import { askBatch } from './ask-batch.ts';
import { type BatchLine, type BatchResult, isWaiting, readBatch, readResults } from './batch-file.ts';
import { openResults, type ResultsFile, requirePlace } from './batch-results.ts';
import { settleWaiting } from './batch-waiting.ts';
import { type CommandContext, CommandError, EXIT, isInterruption } from './command-context.ts';
import { createProgressBar } from './progress-bar.ts';

export interface BatchOptions {
  /** Where the service listens, without a slash at its end; absent: where the configuration says. */
  readonly url?: string;
  /** Where results go; absent: beside the file. */
  readonly output?: string;
  readonly limit?: number;
  readonly concurrency: number;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Lines that are sent in one request. */
const LINES_A_REQUEST = 1000;

/**
 * Has a running service understand every line of a file; nothing is done at home. What was answered already in an earlier
 * run is not asked again; what waited for a model then is looked for.
 *
 * @throws CommandError where something was not answered
 */
export async function batch(file: string, options: BatchOptions, context: CommandContext): Promise<void> {
  const { concurrency, limit, dryRun = false, force = false, json = false } = options;
  const { http } = await loadConfig(context.environment);
  const { url = `http://${hostOf(http.host)}:${http.port}` } = options;
  const results = options.output ?? `${file}.results.jsonl`;
  if (resolve(results) === resolve(file)) {
    throw new CommandError(
      'results would take the place of what is asked: name another --output',
      EXIT.usage,
    );
  }
  const all = await readBatch(file);
  await requirePlace(results);
  const earlier = await readResults(results, all, { mayDiffer: force });
  const again = new Set(force ? all.slice(0, limit).map(({ line }) => line) : []);
  const known = new Map([...earlier].filter(([line]) => !again.has(line)));
  const unknown = (found: ReadonlyMap<number, BatchResult>): BatchLine[] =>
    all.filter(({ line }) => !found.has(line)).slice(0, limit);
  const tell = ({ waiting, ...others }: Readonly<Record<string, number>>, place = results): void => {
    const counts = { ...others, ...(waiting !== 0 && { waiting }) };
    const text = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
    context.output.write(
      json
        ? `${JSON.stringify({ ...counts, results: place })}\n`
        : `${text.join(', ')}; results in ${place}\n`,
    );
  };
  const waitingBefore = countWaiting(known);
  if (dryRun) {
    tell({ to_ask: unknown(known).length, known: known.size - waitingBefore, waiting: waitingBefore });
    return;
  }

  const access = { url, token: http.recognize_token ?? http.token, concurrency, signal: context.signal };
  const settled = await settleWaiting(all, known, access).catch((error: unknown) => {
    if (!isInterruption(error, context.signal)) throw error;
    throw new CommandError('stopped before anything was asked; nothing has changed', EXIT.failed);
  });
  const asked = unknown(settled);
  const waiting = countWaiting(settled);
  const before = known.size - waitingBefore;
  const counts = { answered: settled.size - waiting - before, failed: 0, known: before, waiting };
  let done = 0;
  const written = await openResults(results, { kept: settled.values(), isAnew: force });
  const bar = createProgressBar(asked.length, context.errors);
  try {
    for (let start = 0; start < asked.length; start += LINES_A_REQUEST) {
      for await (const result of askBatch(asked.slice(start, start + LINES_A_REQUEST), access)) {
        await written.write(result);
        counts[endingOf(result)] += 1;
        done += 1;
        bar.advance(done);
      }
    }
  } catch (error) {
    const isStopped = isInterruption(error, context.signal);
    if (!isStopped && !(error instanceof CommandError && done > 0)) throw error;
    const reason = isStopped ? 'stopped' : (error as Error).message;
    throw new CommandError(
      `${reason} after ${done} of ${asked.length}; ${howToGoOn({ written, results, force })}`,
      EXIT.failed,
      { cause: error },
    );
  } finally {
    bar.clear();
    await written.close(done === asked.length);
  }
  const isKept = !written.isInPlace() && counts.failed > 0;
  tell(counts, isKept ? written.path() : results);
  if (counts.waiting > 0) {
    const again = force ? 'the same command without --force' : 'the same command';
    context.errors.write(`${counts.waiting} wait for a model; ${again} fetches what became of them\n`);
  }
  if (counts.failed > 0) {
    throw new CommandError(
      `${counts.failed} lines were not answered; ${written.path()} says why${isKept ? `, and ${results} is as it was` : ''}`,
      EXIT.failed,
    );
  }
}

function countWaiting(results: ReadonlyMap<number, BatchResult>): number {
  return [...results.values()].filter(isWaiting).length;
}

/** What whoever was stopped does next. */
function howToGoOn({
  written,
  results,
  force,
}: {
  readonly written: ResultsFile;
  readonly results: string;
  readonly force: boolean;
}): string {
  if (!written.isInPlace()) return `${results} is as it was`;
  return force ? 'the same command without --force goes on' : 'the same command goes on';
}

/** Who asks for that in a line waits for a model that cannot be asked now. */
function endingOf(result: BatchResult): 'answered' | 'waiting' | 'failed' {
  if (result['error'] !== undefined) return 'failed';
  return isWaiting(result) ? 'waiting' : 'answered';
}

/** Where one that listens on every address is reached from here. */
function hostOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

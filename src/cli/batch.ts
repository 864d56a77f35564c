import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { loadConfig } from '../config/load.ts';
import { askBatch } from './ask-batch.ts';
import { type BatchResult, keepResults, readBatch, readResults } from './batch-file.ts';
import { type CommandContext, CommandError, EXIT, isInterruption } from './command-context.ts';
import { createProgressBar } from './progress-bar.ts';

export interface BatchOptions {
  /** Where the service listens; absent: where the configuration says. */
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
 * run is not asked again.
 *
 * @throws CommandError where something was not answered
 */
export async function batch(file: string, options: BatchOptions, context: CommandContext): Promise<void> {
  const { concurrency, limit, dryRun = false, force = false, json = false } = options;
  const { http } = await loadConfig(context.environment);
  const url = (options.url ?? `http://${hostOf(http.host)}:${http.port}`).replace(/\/+$/, '');
  const results = options.output ?? `${file}.results.jsonl`;
  if (resolve(results) === resolve(file)) {
    throw new CommandError(
      'results would take the place of what is asked: name another --output',
      EXIT.usage,
    );
  }
  const all = await readBatch(file);
  const known = force ? new Map<number, string>() : await readResults(results, all);
  const asked = all.filter(({ line }) => !known.has(line)).slice(0, limit);
  const tell = (counts: Readonly<Record<string, number>>): void => {
    const text = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
    context.output.write(
      json ? `${JSON.stringify({ ...counts, results })}\n` : `${text.join(', ')}; results in ${results}\n`,
    );
  };
  if (dryRun) {
    tell({ to_ask: asked.length, known: known.size });
    return;
  }

  await keepResults(results, known);
  const counts = { answered: 0, waiting: 0, failed: 0, known: known.size };
  let done = 0;
  const bar = createProgressBar(asked.length, context.errors);
  const written = await open(results, 'a');
  try {
    for (let start = 0; start < asked.length; start += LINES_A_REQUEST) {
      const answers = askBatch(asked.slice(start, start + LINES_A_REQUEST), {
        ...{ url, token: http.recognize_token ?? http.token, concurrency, signal: context.signal },
      });
      for await (const result of answers) {
        await written.appendFile(`${JSON.stringify(result)}\n`);
        counts[endingOf(result)] += 1;
        done += 1;
        bar.advance(done);
      }
    }
  } catch (error) {
    if (!isInterruption(error, context.signal)) throw error;
    throw new CommandError(`stopped after ${done} of ${asked.length}; the same command goes on`, EXIT.failed);
  } finally {
    bar.clear();
    await written.close();
  }
  const { waiting, ...others } = counts;
  tell(waiting === 0 ? others : counts);
  if (counts.failed > 0) {
    throw new CommandError(`${counts.failed} lines were not answered; ${results} says why`, EXIT.failed);
  }
}

/** Who asks for that in a line waits for a model that cannot be asked now. */
function endingOf(result: BatchResult): 'answered' | 'waiting' | 'failed' {
  if (result['error'] !== undefined) return 'failed';
  return result['queue_id'] === undefined ? 'answered' : 'waiting';
}

/** Where one that listens on every address is reached from here. */
function hostOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

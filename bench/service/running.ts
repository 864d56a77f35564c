import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const LAUNCHER = join(import.meta.dirname, '../../bin/llm-intent');

/** A line of its log. */
export type LogLine = Readonly<Record<string, unknown>>;

/** The real service, as its launcher starts it. */
export interface RunningService {
  readonly url: string;
  readonly pid: number;
  /** Milliseconds from its start until it was ready. */
  readonly readyMs: number;
  /** Its exit code, null where a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Megabytes it holds in memory now. */
  memory(): Promise<number>;
  /** Resolves when it is gone. @param signal SIGTERM without one: it may finish first @returns as `ended` */
  stop(signal?: 'SIGKILL'): Promise<number | null>;
}

/**
 * @param heard told each line of its log
 * @param detached a Ctrl-C in the terminal does not reach it: whoever started it has to stop it
 * @throws what it said where it ends before it is ready
 */
export async function startService(
  environment: Readonly<Record<string, string>>,
  {
    heard = () => undefined,
    detached = false,
  }: { readonly heard?: (line: LogLine) => void; readonly detached?: boolean } = {},
): Promise<RunningService> {
  const { PATH, HOME } = process.env;
  const start = performance.now();
  const child = spawn(LAUNCHER, ['serve'], {
    env: { PATH, HOME, PORT: '0', ...environment },
    detached,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as LogLine;
      if (line['event'] === 'ready') resolve(String(line['url']));
      heard(line);
    });
    void ended.then((code) => reject(new Error(`the service ended with ${code} before it was ready`)));
  });
  return {
    url,
    pid: child.pid as number,
    readyMs: performance.now() - start,
    ended,
    memory: async () => {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) / 1024;
    },
    stop(signal) {
      child.kill(signal ?? 'SIGTERM');
      return ended;
    },
  };
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const LAUNCHER = join(import.meta.dirname, '../../bin/llm-intent');

/** The real service, as its launcher starts it. */
export interface RunningService {
  readonly url: string;
  /** Milliseconds from its start until it was ready. */
  readonly readyMs: number;
  /** Megabytes it holds in memory now. */
  memory(): Promise<number>;
  stop(): Promise<void>;
}

/** @throws what it said where it ends before it is ready */
export async function startService(environment: Readonly<Record<string, string>>): Promise<RunningService> {
  const { PATH, HOME } = process.env;
  const start = performance.now();
  const child = spawn(LAUNCHER, ['serve'], {
    env: { PATH, HOME, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const { event, url } = JSON.parse(line) as { event?: string; url?: string };
    if (event !== 'ready' || url === undefined) continue;
    child.stdout.resume();
    return {
      url,
      readyMs: performance.now() - start,
      memory: async () => {
        const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
        return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) / 1024;
      },
      async stop() {
        child.kill('SIGTERM');
        await exit;
      },
    };
  }
  throw new Error(`the service ended with ${(await exit)[0]} before it was ready`);
}

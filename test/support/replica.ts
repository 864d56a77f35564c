import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFailed, onTestFinished, vi } from 'vitest';
import { isAlive } from './freeze.ts';

/** The streams of every replica; each test has a Redis of its own. */
export const STREAMS = {
  input: '{voice}:said',
  output: '{voice}:understood',
  deadLetters: '{voice}:said:dlq',
  group: 'replicas',
  keyPrefix: 'llm-intent:',
} as const;

export interface ReplicaOptions {
  readonly url: string;
  readonly consumer: string;
  readonly leaseMs?: number;
  readonly highWaterMark?: number;
  /** Milliseconds Redis may leave a command unanswered. */
  readonly silenceMs?: number;
  /** Input streams, the first by its own name: see `inputsOf`. */
  readonly inputs?: number;
}

/** The names of so many input streams. */
export function inputsOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    index === 0 ? STREAMS.input : `${STREAMS.input}:${index}`,
  );
}

/** What a replica told, its name first: `{event: 'owner'}`. */
type Told = Readonly<Record<string, unknown>> & { readonly event: string };

/** A stream processor in a process of its own. */
export interface Replica {
  readonly consumer: string;
  readonly pid: number;
  readonly told: readonly Told[];
  /** Waits until it told of such an event. */
  tells(event: string): Promise<Told>;
  kill(): Promise<void>;
  /** Asks it to stop. @returns its exit code, null where a signal ended it */
  stop(): Promise<number | null>;
  /** Waits for its end. */
  exited: Promise<unknown>;
}

const PROGRAM = join(import.meta.dirname, 'replica-process.ts');
const PATIENCE_MS = 30_000;
/** Lines that are shown of each replica when a test fails. */
const LAST_WORDS = 20;

/** Starts a replica; it is killed when the test ends. See `replica-process.ts` for what its recogniser obeys. */
export function startReplica(options: ReplicaOptions): Replica {
  const complete: Required<ReplicaOptions> = {
    leaseMs: 500,
    highWaterMark: 1000,
    silenceMs: 1500,
    inputs: 1,
    ...options,
  };
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(complete)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const told: Told[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => told.push(JSON.parse(line) as Told));
  const exited = once(child, 'close');
  onTestFailed(() => {
    // One that did not end by itself was killed just now.
    const ending = `it ended with ${child.exitCode ?? child.signalCode}`;
    const last = told.slice(-LAST_WORDS).map((line) => `${JSON.stringify(line)}\n`);
    process.stdout.write(`replica ${options.consumer}: ${ending}, and told at last\n${last.join('')}`);
  });
  onTestFinished(() => end(child, exited));

  const tells = (event: string): Promise<Told> =>
    vi.waitFor(
      () => {
        const found = told.find((line) => line.event === event);
        if (!found)
          throw new Error(`${options.consumer} has not told of "${event}": ${JSON.stringify(told)}`);
        return found;
      },
      { timeout: PATIENCE_MS, interval: 5 },
    );

  return {
    consumer: options.consumer,
    pid: child.pid as number,
    told,
    tells,
    kill: () => end(child, exited),
    async stop() {
      // Before it listens for the signal, that would end it at once.
      await Promise.race([tells('started'), exited]);
      child.kill('SIGTERM');
      await exited;
      return child.exitCode;
    },
    exited,
  };
}

/** Starts a replica anew whenever it ends, as systemd or Docker would, until the test ends. */
export function keepReplica(options: ReplicaOptions): {
  readonly starts: () => number;
  stop(): Promise<void>;
} {
  let starts = 0;
  let stopped = false;
  let current = launch();

  function launch(): Replica {
    starts += 1;
    const replica = startReplica(options);
    void replica.exited.then(() => {
      if (!stopped) current = launch();
    });
    return replica;
  }

  async function stop(): Promise<void> {
    stopped = true;
    await current.stop();
  }

  onTestFinished(() => {
    stopped = true;
  });
  return { starts: () => starts, stop };
}

async function end(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  child.kill('SIGKILL');
  if (child.pid !== undefined && isAlive(child.pid)) await exited;
}

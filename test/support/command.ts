import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished } from 'vitest';
import { runCommandLine } from '../../src/cli/run-command-line.ts';

const LAUNCHER = join(import.meta.dirname, '../../bin/llm-intent');

export interface Finished {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

type Environment = Readonly<Record<string, string>>;

/** Runs a command line to its end within this process, which spares the start of one. */
export async function runCommand(
  commandArguments: readonly string[],
  environment: Environment = {},
): Promise<Finished> {
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const written = Promise.all([text(output), text(errors)]);
  const code = await runCommandLine(commandArguments, {
    ...{ environment: { ...ofTheShell(), ...environment }, input: Readable.from([]), output, errors },
    signal: new AbortController().signal,
  });
  output.end();
  errors.end();
  const [said, complained] = await written;
  return { code, output: said, errors: complained };
}

/** Starts a command of the real program, as a process of its own. */
export function startCommand(
  commandArguments: readonly string[],
  environment: Environment,
): {
  readonly finished: Promise<Finished>;
  /** What it wrote so far. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
} {
  const child = start(commandArguments, environment);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (written: string) => {
    output += written;
  });
  async function finish(): Promise<Finished> {
    const [errors] = await Promise.all([text(child.stderr), once(child, 'close')]);
    return { code: child.exitCode, output, errors };
  }
  return { finished: finish(), output: () => output, kill: (signal) => void child.kill(signal) };
}

/** A running `llm-intent serve`, or `bridge`. */
export interface RunningService {
  /** Where it listens, where it does. */
  readonly url: string;
  /** Log lines so far, parsed. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** Waits for a log line with such an event, past ones included. */
  logged(event: string): Promise<Readonly<Record<string, unknown>>>;
  /** Tells it to stop and waits for its end. @returns its exit code */
  stop(): Promise<number | null>;
}

/** One that is a process of its own. */
export interface ServiceProcess extends RunningService {
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  /** Waits for its end. @returns its exit code, null where a signal ended it */
  exited(): Promise<number | null>;
}

/** Who starts a service for a few sentences does not wait until it is fast. */
const SOON = { PORT: '0', LLM_INTENT_RULES__WARM_UP: 'false' };
/** A test is over when it is over: what is still under way stays pending. */
const STOPPED_SOON = { LLM_INTENT_STREAMS__DRAIN_MS: '50' };

/** Starts the real service on any free port and waits until it is ready; it is killed when the test ends. */
export function startServiceProcess(environment: Environment): Promise<ServiceProcess> {
  return startUntilReady('serve', { ...SOON, ...environment });
}

/** Starts the real bridge, which can be watched on any free port, and waits until it is ready; killed as the service is. */
export function startBridgeProcess(environment: Environment): Promise<ServiceProcess> {
  return startUntilReady('bridge', { BRIDGE_PORT: '0', ...environment });
}

async function startUntilReady(
  command: 'serve' | 'bridge',
  environment: Environment,
): Promise<ServiceProcess> {
  const child = start([command], environment);
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  return {
    ...(await follow({ output: child.stdout, errors: child.stderr, exit })),
    pid: child.pid as number,
    kill: (signal) => {
      child.kill(signal);
    },
    exited: () => exit,
    stop() {
      child.kill('SIGTERM');
      return exit;
    },
  };
}

/** As `startServiceProcess`, within this process, which spares the start of one; stopped when the test ends. */
export async function startServiceHere(environment: Environment): Promise<RunningService> {
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const ending = new AbortController();
  const exit = runCommandLine(['serve'], {
    environment: { ...ofTheShell(), ...SOON, ...STOPPED_SOON, ...environment },
    ...{ input: Readable.from([]), output, errors, signal: ending.signal },
  }).finally(() => errors.end());
  const stop = (): Promise<number> => {
    ending.abort();
    return exit;
  };
  onTestFinished(async () => {
    expect(await stop()).toBe(0);
  });
  return { ...(await follow({ output, errors, exit })), stop };
}

/** Reads its log, and waits until it is ready. */
async function follow({
  output,
  errors,
  exit,
}: {
  output: Readable;
  errors: Readable;
  exit: Promise<number | null>;
}): Promise<Omit<RunningService, 'stop'>> {
  const log: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: output }).on('line', (line) => {
    log.push(JSON.parse(line) as Record<string, unknown>);
    for (const look of waiting) look();
  });
  const complaints = text(errors);

  async function logged(event: string): Promise<Readonly<Record<string, unknown>>> {
    const line = new Promise<Readonly<Record<string, unknown>>>((resolve) => {
      const look = (): void => {
        const found = log.find((candidate) => candidate['event'] === event);
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
    const gone = exit.then(async (code) => {
      throw new Error(`it ended with ${code} before it logged "${event}": ${await complaints}`);
    });
    gone.catch(() => undefined);
    return Promise.race([line, gone]);
  }

  const ready = await logged('ready');
  return { url: String(ready['url']), log, logged };
}

function start(commandArguments: readonly string[], environment: Environment) {
  return spawn(LAUNCHER, commandArguments, {
    env: { ...ofTheShell(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  }) satisfies ChildProcess;
}

/** Only what a shell needs: the machine's own settings must not decide a test. */
function ofTheShell(): { readonly PATH: string | undefined; readonly HOME: string | undefined } {
  const { PATH, HOME } = process.env;
  return { PATH, HOME };
}

import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where Homebrew links what it installs, on Apple silicon, Intel Macs and Linux. */
const brewFolders = ['/opt/homebrew/bin', '/usr/local/bin', '/home/linuxbrew/.linuxbrew/bin'];

const installTimeoutMs = 300_000;
const lookUpTimeoutMs = 10_000;
/** The first may lack the package list. */
const aptAttempts = 2;
const aptRetryMs = 2000;

/** A program, and the packages that have it. */
interface Program {
  readonly name: string;
  readonly aptPackage: string;
  readonly brewPackage: string;
  /** Said where it is missing and nothing can install it. */
  readonly byHand: string;
  /** What else would do: "set REDIS_URL". */
  readonly instead: string;
}

export interface FindProgramOptions {
  /** What the commands run with; this process's environment when left out. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Folders to look in after PATH. Default: Homebrew's. */
  readonly folders?: readonly string[];
  /** Takes what is being done, a line at a time. Default: standard error. */
  readonly report?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Finds a program on PATH and in Homebrew's folders. When missing, installs it: by apt-get as root or where sudo
 * asks for no password, else by brew. Takes up to five minutes then; several processes may do it at once.
 *
 * @returns its path.
 * @throws Error of one line, telling how to get it, where it cannot be installed.
 */
export async function findProgram(program: Program, options: FindProgramOptions = {}): Promise<string> {
  return (await lookUp(program, options)) ?? (await install(program, options));
}

async function lookUp(
  { name }: Program,
  { folders = brewFolders, ...options }: FindProgramOptions,
): Promise<string | undefined> {
  const onPath = await pathOf(name, options);
  if (onPath !== undefined) {
    return onPath;
  }
  for (const folder of folders) {
    const candidate = `${folder}/${name}`;
    if (await isExecutable(candidate)) {
      return candidate;
    }
  }
  return undefined;
}

async function install(program: Program, options: FindProgramOptions): Promise<string> {
  const report = options.report ?? ((line: string) => process.stderr.write(`${line}\n`));
  const bounded = {
    ...options,
    report,
    signal: AbortSignal.any([
      ...(options.signal ? [options.signal] : []),
      AbortSignal.timeout(installTimeoutMs),
    ]),
  };
  try {
    if ((await pathOf('apt-get', bounded)) !== undefined) {
      return await installByApt(program, bounded);
    }
    if ((await pathOf('brew', bounded)) !== undefined) {
      return await installByBrew(program, bounded);
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    const problem = bounded.signal.aborted ? 'its installation takes too long' : (error as Error).message;
    throw new Error(`${program.name} is missing: ${problem}; or ${program.instead}`, { cause: error });
  }
  throw new Error(`${program.name} is missing: ${program.byHand}, or ${program.instead}`);
}

type InstallOptions = FindProgramOptions & {
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
};

async function installByApt(program: Program, options: InstallOptions): Promise<string> {
  const byHand = `install it with "apt-get install ${program.aptPackage}" as root`;
  const prefix = await rootPrefix(options);
  if (prefix === undefined) {
    throw new Error(byHand);
  }
  // RUNLEVEL=1 tells the package's scripts that this is no time to start a service.
  const aptGet = [
    ...[...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1'],
    ...['apt-get', '--quiet=2', '--option', 'DPkg::Lock::Timeout=120', '--option', 'Dpkg::Use-Pty=0'],
  ];
  options.report(`${program.name} is missing: installing it with apt-get`);
  let problem = '';
  for (let attempt = 1; attempt <= aptAttempts; attempt += 1) {
    const installed = await run(
      [...aptGet, '--yes', '--no-install-recommends', 'install', program.aptPackage],
      options,
    );
    // Looked for even after a failure: another process may have installed it meanwhile.
    const path = await lookUp(program, options);
    if (path !== undefined) {
      return path;
    }
    problem = installed.lines.at(-1) ?? 'it did not say why';
    if (attempt < aptAttempts) {
      await updatePackageList(aptGet, options);
    }
  }
  throw new Error(`apt-get could not install it (${problem}); ${byHand}`);
}

/** Fetches the package list, or waits until whoever is at it has done so: apt-get's lock timeout is not for this lock. */
async function updatePackageList(aptGet: readonly string[], options: InstallOptions): Promise<void> {
  for (;;) {
    const { succeeded, lines } = await run([...aptGet, 'update'], options);
    if (succeeded || !lines.some((line) => line.includes('Could not get lock'))) {
      // Where it failed for another reason, the installation that follows tells it.
      return;
    }
    await sleep(aptRetryMs, undefined, { signal: options.signal });
  }
}

/** What makes a command run as root; undefined where nothing does without asking. */
async function rootPrefix(options: FindProgramOptions): Promise<readonly string[] | undefined> {
  const quiet = { environment: options.environment, signal: options.signal };
  if ((await run(['id', '-u'], quiet)).lines[0] === '0') {
    return [];
  }
  return (await run(['sudo', '-n', 'true'], quiet)).succeeded ? ['sudo', '-n'] : undefined;
}

async function installByBrew(program: Program, options: InstallOptions): Promise<string> {
  options.report(`${program.name} is missing: installing it with brew`);
  const installed = await run(
    [
      'env',
      'HOMEBREW_NO_AUTO_UPDATE=1',
      'NONINTERACTIVE=1',
      'brew',
      'install',
      '--quiet',
      program.brewPackage,
    ],
    options,
  );
  const path = await lookUp(program, options);
  if (path === undefined) {
    throw new Error(
      `brew could not install it (${installed.lines.at(-1)}); run "brew install ${program.brewPackage}"`,
    );
  }
  return path;
}

async function pathOf(command: string, options: FindProgramOptions): Promise<string | undefined> {
  const signals = [AbortSignal.timeout(lookUpTimeoutMs), ...(options.signal ? [options.signal] : [])];
  const found = await run(['/bin/sh', '-c', 'command -v "$0"', command], {
    environment: options.environment,
    signal: AbortSignal.any(signals),
  });
  return found.succeeded ? found.lines[0] : undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs a command to its end; what it prints goes to `report`, line by line. */
function run(
  [command, ...commandArguments]: readonly string[],
  {
    environment,
    report,
    signal,
  }: {
    readonly environment?: NodeJS.ProcessEnv | undefined;
    readonly report?: ((line: string) => void) | undefined;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<{ readonly succeeded: boolean; readonly lines: readonly string[] }> {
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    const child = spawn(command ?? '', commandArguments, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(environment && { env: environment }),
      ...(signal && { signal }),
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        report?.(line);
      });
    }
    child.on('error', (error) => {
      if (signal?.aborted) {
        reject(signal.reason);
      } else {
        resolve({ succeeded: false, lines: [error.message] });
      }
    });
    child.on('close', (code) => resolve({ succeeded: code === 0, lines }));
  });
}

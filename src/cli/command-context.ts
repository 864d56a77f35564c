import type { Readable, Writable } from 'node:stream';

/** What a command works with, so that a test can run one without a process of its own. */
export interface CommandContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly input: Readable & { readonly isTTY?: boolean };
  /** Results. */
  readonly output: Writable & { readonly isTTY?: boolean };
  /** Everything else. */
  readonly errors: Writable & { readonly isTTY?: boolean };
  /** Aborted by SIGINT and SIGTERM: finish what must be finished and end. */
  readonly signal: AbortSignal;
  /** Has somebody told whenever SIGHUP comes: read the configuration anew. */
  readonly onHangUp?: (listener: () => void) => void;
}

/** An error that needs no stack: its message says what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** Whether an error is what the signal was aborted with, perhaps as the cause of others; not what failed meanwhile. */
export function isInterruption(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  if (error === signal.reason) return true;
  return error instanceof Error && error.cause !== undefined && isInterruption(error.cause, signal);
}

/** Exit codes of every command; 78 is `EX_CONFIG` of sysexits.h. */
export const EXIT = { done: 0, failed: 1, usage: 2, configuration: 78 } as const;

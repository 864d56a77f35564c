/**
 * Stops a process without telling it: it keeps its connections and answers nothing, as a machine does that hangs.
 * The kernel still accepts connections for it.
 *
 * @returns lets it go on. Safe to call where the process is gone.
 */
export function freeze(processId: number): () => void {
  process.kill(processId, 'SIGSTOP');
  return () => thaw(processId);
}

/** Lets a frozen process go on; does nothing where it is gone. */
export function thaw(processId: number): void {
  try {
    process.kill(processId, 'SIGCONT');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}

/** Whether a process with this id exists. */
export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

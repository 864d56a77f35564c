/**
 * Runs something again and again, one run at a time: while Redis is away, commands would only pile up.
 *
 * @param run must not reject
 * @returns stops it
 */
export function periodically(intervalMs: number, run: () => Promise<void>): () => void {
  let running = false;
  const timer = setInterval(() => {
    if (running) return;
    running = true;
    void run().finally(() => {
      running = false;
    });
  }, intervalMs);
  return () => clearInterval(timer);
}

/**
 * Ends whatever a stop cannot wait for: Redis may be away, and a suspect may never be answered.
 *
 * @returns calls it off
 */
export function atMostAfter(stopping: AbortSignal, limitMs: number, giveUp: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const start = (): void => {
    timer = setTimeout(giveUp, limitMs);
  };
  if (stopping.aborted) start();
  else stopping.addEventListener('abort', start, { once: true });
  return () => {
    clearTimeout(timer);
    stopping.removeEventListener('abort', start);
  };
}

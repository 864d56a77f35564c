/**
 * Waits for a promise, but not longer than so many milliseconds. One that is rejected later is nobody's any more.
 *
 * @returns undefined where the time is over first
 * @throws what the promise is rejected with; the signal's reason when it is aborted first
 */
export function within<Result>(
  promise: Promise<Result>,
  { ms, signal }: { readonly ms: number; readonly signal: AbortSignal },
): Promise<Result | undefined> {
  return new Promise((resolve, reject) => {
    const abort = (): void => end(() => reject(signal.reason));
    const timer = setTimeout(() => end(() => resolve(undefined)), Math.max(0, ms));
    function end(settle: () => void): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      settle();
    }
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    promise.then(
      (result) => end(() => resolve(result)),
      (error: unknown) => end(() => reject(error)),
    );
  });
}

/**
 * Waits for a promise or the signal, whichever comes first. A rejection that comes after the signal is nobody's
 * any more: it is the echo of the closed connection.
 *
 * @throws the signal's reason when it is aborted first
 */
export function unlessAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

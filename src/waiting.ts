/**
 * Waits for a promise or the signal, whichever comes first. A rejection that comes after the signal is nobody's
 * any more: it is the echo of the closed connection.
 *
 * @throws the signal's reason when it is aborted first
 */
export function unlessAborted<Result>(promise: PromiseLike<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    const done = (): void => signal.removeEventListener('abort', abort);
    promise.then(
      (result) => {
        done();
        resolve(result);
      },
      (error: unknown) => {
        done();
        reject(error);
      },
    );
  });
}

/** As the platform's, but for what is thrown. @throws the signal's reason when it is aborted first */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  return unlessAborted(promise, signal).finally(() => clearTimeout(timer));
}

/**
 * Does some work once everything is done that is to be done in this turn, or when its result is asked for, if that is sooner:
 * for what will likely be needed while Redis or a provider is waited for. What goes wrong is thrown to whoever asks; where
 * nobody does, nothing depends on it.
 */
export function ahead<Result>(work: () => Result): () => Result {
  let done: { readonly result: Result } | undefined;
  const finish = (): Result => {
    done ??= { result: work() };
    return done.result;
  };
  setImmediate(() => {
    try {
      finish();
    } catch {
      // Done again, and thrown again, when somebody asks.
    }
  });
  return finish;
}

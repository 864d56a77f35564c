/** Wakes whoever waits until there is something to do. */
export interface Alarm {
  ring(): void;
  /** Waits so many milliseconds, or until it rings. One that rang since the last wait is heard at once. */
  wait(ms: number): Promise<void>;
}

export function createAlarm(): Alarm {
  let hasRung = false;
  let wake = (): void => undefined;
  return {
    ring() {
      hasRung = true;
      wake();
    },
    async wait(ms) {
      if (!hasRung) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        const timer = setTimeout(resolve, ms);
        await promise;
        clearTimeout(timer);
      }
      hasRung = false;
    },
  };
}

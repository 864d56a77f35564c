import type { ConnectionEvents } from '../redis/connection.ts';
import type { Logger } from './log.ts';

/**
 * Logs a connection to Redis that is lost, once, however often it is tried again, and that it is back.
 *
 * @param told whether it is there, at each change
 */
export function createConnectionObserver({
  name,
  log,
  told,
}: {
  readonly name: string;
  readonly log: Logger;
  readonly told: (isThere: boolean) => void;
}): ConnectionEvents {
  let isLost = false;
  return {
    lost({ message: reason }) {
      told(false);
      if (!isLost) log.error({ event: 'redis_lost', connection: name, reason });
      isLost = true;
    },
    ready() {
      told(true);
      if (isLost) log.info({ event: 'redis_back', connection: name });
      isLost = false;
    },
  };
}

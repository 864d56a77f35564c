import type { ConversationEvents } from '../conversation/conversation.ts';
import type { Health } from './health.ts';
import type { Logger } from './log.ts';

/** Turns what goes wrong with the memory of talks into health and log lines. No word of a talk is in them. */
export function createTalkObserver({ health, log }: { health: Health; log: Logger }): ConversationEvents {
  const part = 'conversation';
  function trouble(operation: string, reason: string): void {
    health.degraded(part, operation, reason);
    log.warn({ event: 'trouble', part, operation, reason });
  }
  return {
    trouble,
    recovered(operation) {
      health.mended(part, operation);
      log.info({ event: 'recovered', part, operation });
    },
    corrupted: () => trouble('read', 'a turn could not be read and is left out'),
  };
}

import type { ConversationEvents } from '../conversation/conversation.ts';
import type { EventStream } from '../events/event-stream.ts';
import { assertNever } from '../intent/assert-never.ts';
import type { AskedBack } from '../understanding.ts';
import type { Health } from './health.ts';
import type { Logger } from './log.ts';
import type { TalkMetrics } from './talk-metrics.ts';

/** Turns what happens in talks into events, metrics, health and log lines. No word of a talk is in them. */
export function createTalkObserver({
  health,
  log,
  events,
  metrics,
}: {
  health: Health;
  log: Logger;
  events: Pick<EventStream, 'add'>;
  metrics: TalkMetrics;
}): ConversationEvents & Pick<AskedBack, 'happened'> {
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
    happened(outcome, { question: { kind }, utterance: { frameId, room, user, sessionId } }) {
      metrics.question(kind, outcome);
      const about = { kind, frame_id: frameId, room, user, session_id: sessionId };
      switch (outcome) {
        case 'asked':
          events.add('question_asked', about);
          return;
        case 'nowhere':
          return;
        case 'not_kept':
          log.warn({ event: 'question_not_kept', kind });
          return;
        case 'confirmed':
        case 'chosen':
        case 'declined':
          events.add('question_answered', { ...about, answer: outcome });
          return;
        default:
          assertNever(outcome);
      }
    },
  };
}

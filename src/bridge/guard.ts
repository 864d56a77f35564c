import type { Action, Meaning } from '../intent/recognition.ts';
import type { Utterance } from '../intent/utterance.ts';
import type { Outcome } from './executed.ts';
import { speechIn } from './speech-in.ts';

/** Who wants something, and whether somebody has said yes to it. */
interface Wanted {
  readonly language: string;
  readonly room: string | undefined;
  readonly user: string | undefined;
  readonly isConfirmed: boolean;
}

/** Tells why something must not be done; undefined where it may. */
export type Guard = (action: Action, wanted: Wanted) => Outcome | undefined;

/**
 * Asks policy again: it may be stricter here and now than where and when something was understood.
 *
 * @param decide what policy makes of a meaning, as in the service
 */
export function createGuard(decide: (meaning: Meaning, utterance: Utterance) => Meaning): Guard {
  return (action, { language, room, user, isConfirmed }) => {
    const meant: Meaning = {
      ...{ status: 'recognized', kind: 'action', actions: [action], confidence: 1 },
      requiresConfirmation: false,
    };
    const decided = decide(meant, {
      ...{ text: '', language },
      ...(room !== undefined && { room }),
      ...(user !== undefined && { user }),
    });
    if (decided.status === 'refused') {
      return { status: 'skipped', error: 'policy', responseText: decided.responseText };
    }
    const awaits =
      decided.status === 'recognized' && decided.kind === 'action' && decided.requiresConfirmation;
    if (!awaits || isConfirmed) return undefined;
    return { status: 'skipped', error: 'not_confirmed', responseText: speechIn(language).notConfirmed };
  };
}

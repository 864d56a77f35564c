import type { Clock } from '../clock.ts';
import type { Conversation } from '../conversation/conversation.ts';
import type { Recognition } from '../intent/recognition.ts';
import type { Transcript } from '../intent/transcript.ts';

/** Keeps what was said, and what was made of it, for whatever is said next. */
export function rememberTalk(
  conversation: Pick<Conversation, 'add'>,
  clock: Clock,
): (transcript: Transcript, recognition: Recognition) => void {
  return ({ frameId, text, room, user, sessionId }, { meaning }) => {
    if (meaning.status === 'expired') return;
    conversation.add({
      sourceId: frameId,
      said: text,
      understood: understoodAs(meaning),
      at: clock.now(),
      ...(room !== undefined && { room }),
      ...(user !== undefined && { user }),
      ...(sessionId !== undefined && { sessionId }),
    });
  };
}

function understoodAs(meaning: Recognition['meaning']): string {
  if (meaning.status !== 'recognized') return '';
  const actions = meaning.kind === 'action' ? meaning.actions : [meaning.query];
  return actions.map(({ intent, entities }) => `${intent} ${JSON.stringify(entities)}`).join('; ');
}

import type { Clock } from '../clock.ts';
import type { Recognition } from '../intent/recognition.ts';
import type { Transcript } from '../intent/transcript.ts';
import type { PastTurn } from '../intent/turn.ts';
import type { Utterance } from '../intent/utterance.ts';

/** What this process heard of late, for where there is no Redis. */
export interface ShortMemory {
  readonly add: (transcript: Transcript, recognition: Recognition) => void;
  /** The newest last. */
  readonly pastOf: (utterance: Utterance) => readonly PastTurn[];
}

const LIFETIME_MS = 300_000;
const MOST_TURNS = 10;
const MOST_TALKS = 200;

/** Remembers a few turns of a few talks for five minutes. */
export function createShortMemory(clock: Clock): ShortMemory {
  const talks = new Map<string, (PastTurn & { readonly frameId: string })[]>();
  const keyOf = ({ room, sessionId }: Pick<Utterance, 'room' | 'sessionId'>): string | undefined => {
    if (sessionId !== undefined) return `session ${sessionId}`;
    return room === undefined ? undefined : `room ${room}`;
  };
  return {
    add(transcript, { meaning }) {
      const key = keyOf(transcript);
      if (key === undefined || meaning.status !== 'recognized') return;
      const understood =
        meaning.kind === 'action' ? { actions: meaning.actions } : { actions: [], query: meaning.query };
      const turn = { frameId: transcript.frameId, said: transcript.text, ...understood, at: clock.now() };
      const turns = [...(talks.get(key) ?? []), turn].slice(-MOST_TURNS);
      // The talk that was silent for longest is forgotten first.
      talks.delete(key);
      talks.set(key, turns);
      const [oldest] = talks.keys();
      if (talks.size > MOST_TALKS && oldest !== undefined) talks.delete(oldest);
    },
    pastOf(utterance) {
      const key = keyOf(utterance);
      const turns = key === undefined ? [] : (talks.get(key) ?? []);
      const oldest = clock.now() - LIFETIME_MS;
      return turns.filter(({ at, frameId }) => at > oldest && frameId !== utterance.frameId);
    },
  };
}

import { LRUCache } from 'lru-cache';
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
  const talks = new LRUCache<string, (PastTurn & { readonly frameId: string })[]>({ max: MOST_TALKS });
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
      talks.set(key, [...(talks.get(key) ?? []), turn].slice(-MOST_TURNS));
    },
    pastOf(utterance) {
      const key = keyOf(utterance);
      const turns = key === undefined ? [] : (talks.peek(key) ?? []);
      const oldest = clock.now() - LIFETIME_MS;
      return turns.filter(({ at, frameId }) => at > oldest && frameId !== utterance.frameId);
    },
  };
}

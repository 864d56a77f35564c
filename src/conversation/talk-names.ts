import { hash } from 'node:crypto';

/** Where a talk takes place: in a session where the upstream tells talks apart, else in a room. */
export interface TalkPlace {
  readonly room?: string;
  readonly sessionId?: string;
}

/** Names of the keys of talks. None can be read back into a room, a session or a speaker. */
export interface TalkNames {
  /** Of a talk; undefined where nobody knows which it is. */
  talk(place: TalkPlace): string | undefined;
  /** What was asked where somebody speaks: a hash by who was asked; undefined where nobody knows where that is. */
  questions(place: TalkPlace): string | undefined;
  /** The beginning of all such keys. */
  readonly everyQuestion: string;
  /** Of something that was handed in. */
  delivery(id: string): string;
  /** That anybody was asked anything of late. */
  readonly asked: string;
  /** That what was asked after something that was handed in is answered. */
  used(delivery: string): string;
  /** What was answered by something that was handed in. */
  answer(delivery: string): string;
  /** The beginning of all such keys. */
  readonly everyAnswer: string;
  /** A talk's turns: a hash by the id of what was said. */
  turns(talk: string): string;
  /** Which talks have turns of a room or a speaker: a set. */
  talksOf(who: string): string;
  room(room: string): string;
  user(user: string): string;
}

export function talkNames({
  keyPrefix,
  nameOf,
}: {
  keyPrefix: string;
  nameOf: (room: string) => string;
}): TalkNames {
  // One hash slot, so that on a cluster a turn and what leads to it are written by one script.
  const key = (purpose: string): string => `${keyPrefix}v1:{talk}:${purpose}`;
  const digest = (kind: string, name: string): string => hash('sha256', `${kind}:${name}`, 'base64url');
  const room = (name: string): string => digest('room', nameOf(name));
  return {
    talk({ room: where, sessionId }) {
      if (sessionId !== undefined) return digest('session', sessionId);
      return where === undefined ? undefined : room(where);
    },
    questions({ room: where, sessionId }) {
      if (where !== undefined) return key(`questions:${room(where)}`);
      return sessionId === undefined ? undefined : key(`questions:${digest('session', sessionId)}`);
    },
    everyQuestion: key('questions:'),
    everyAnswer: key('answer:'),
    delivery: (id) => digest('delivery', id),
    asked: key('asked'),
    used: (delivery) => key(`used:${delivery}`),
    answer: (delivery) => key(`answer:${delivery}`),
    turns: (talk) => key(`turns:${talk}`),
    talksOf: (who) => key(`talks-of:${who}`),
    room,
    user: (name) => digest('user', name),
  };
}

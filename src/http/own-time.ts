import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The time that whoever reads a body gives it. */
interface OwnTime {
  /** The time of a usual request is over. Node tells so once and from then on times nothing of it. */
  readonly isPastUsual: boolean;
}

const ownTime = new WeakMap<Socket, { isPastUsual: boolean }>();

/**
 * From now on until its answer is over, the body of this request may come as slowly as whoever reads it allows: Node has one
 * limit for all requests of a server.
 */
export function takeOwnTime(body: IncomingMessage, answer: ServerResponse): OwnTime {
  const { socket } = body;
  const time = { isPastUsual: false };
  ownTime.set(socket, time);
  answer.once('close', () => ownTime.delete(socket));
  return time;
}

/** Whether a connection whose request takes longer than usual may go on, because whoever reads that times it. */
export function mayGoOn(socket: Socket): boolean {
  const time = ownTime.get(socket);
  if (time) time.isPastUsual = true;
  return time !== undefined;
}

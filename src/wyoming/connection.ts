import type { Socket } from 'node:net';
import {
  createMessageReader,
  encodeMessage,
  type MessageLimits,
  RefusedMessage,
  type WyomingMessage,
} from './message.ts';

export interface ConnectionLimits {
  readonly message: MessageLimits;
  /** Milliseconds for which nothing may come. */
  readonly idleMs: number;
  /** Milliseconds that one message may take, to come or to go. */
  readonly messageMs: number;
}

export interface ConnectionEvents {
  /** What came is no message, or too large, or too slow; the connection is closed. */
  readonly refused: (reason: string) => void;
  /** Answering has failed for a reason of ours; the connection is closed. */
  readonly failed: (error: unknown) => void;
}

/** Milliseconds that a client gets to close its side. */
const LINGER_MS = 500;

export interface Connection {
  /** Takes no more messages, and ends when the one in work is answered. */
  finish(): void;
  /** Ends at once, whatever is in work. */
  cut(): void;
}

/**
 * Answers the messages of one client, one after the other.
 *
 * @param answer what to send back. Its signal is aborted when nobody is there any more. @throws RefusedMessage
 */
export function serveConnection(
  socket: Socket,
  {
    limits,
    answer,
    events,
  }: {
    limits: ConnectionLimits;
    answer: (message: WyomingMessage, signal: AbortSignal) => Promise<readonly WyomingMessage[]>;
    events: ConnectionEvents;
  },
): Connection {
  const reader = createMessageReader(limits.message);
  const { headerBytes, dataBytes } = limits.message;
  const gone = new AbortController();
  let isBusy = false;
  let isFinishing = false;
  let slow: NodeJS.Timeout | undefined;

  socket.setNoDelay(true);
  socket.setTimeout(limits.idleMs, () => {
    if (!isBusy) socket.destroy();
  });
  // It is followed by close, and tells only that the other end has left.
  socket.on('error', () => undefined);
  socket.on('end', () => gone.abort(new Error('the client has closed the connection')));
  socket.on('close', () => {
    clearTimeout(slow);
    gone.abort(new Error('the connection is closed'));
  });
  socket.on('data', (bytes) => {
    if (isFinishing) return;
    reader.push(bytes as Buffer);
    // Who sends on and on while something is in work is not read any further.
    if (isBusy && reader.waiting > headerBytes + dataBytes) socket.pause();
    void work();
  });

  async function work(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    try {
      while (!isFinishing) {
        const message = reader.next();
        if (!message) break;
        clearTimeout(slow);
        slow = undefined;
        for (const one of await answer(message, gone.signal)) await send(one);
      }
    } catch (error) {
      if (gone.signal.aborted) socket.destroy();
      else await refuse(error);
    } finally {
      isBusy = false;
    }
    if (isFinishing) leave();
    else {
      watch();
      socket.resume();
    }
  }

  /** A message that has begun must end. */
  function watch(): void {
    if (!reader.isInside() || slow || socket.destroyed) return;
    slow = setTimeout(() => {
      void refuse(new RefusedMessage('malformed', `a message took longer than ${limits.messageMs} ms`));
    }, limits.messageMs);
  }

  /** @throws an error where the client does not take it in time, after cutting it off */
  async function send(message: WyomingMessage): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const late = setTimeout(() => {
      gone.abort(new Error('the client does not read'));
      socket.destroy();
    }, limits.messageMs);
    socket.write(encodeMessage(message), (error) => (error ? reject(error) : resolve()));
    try {
      await promise;
    } catch (error) {
      gone.abort(error);
      throw error;
    } finally {
      clearTimeout(late);
    }
  }

  async function refuse(error: unknown): Promise<void> {
    isFinishing = true;
    clearTimeout(slow);
    const isTheirs = error instanceof RefusedMessage;
    if (isTheirs) events.refused(error.message);
    else events.failed(error);
    const data = isTheirs
      ? { text: error.message, code: error.code }
      : { text: 'something went wrong here; the log tells what', code: 'failed' };
    await send({ type: 'error', data }).catch(() => undefined);
    leave();
  }

  /** What the client still sends is thrown away for a while: cut off at once, it might never read what it was told. */
  function leave(): void {
    socket.end();
    socket.resume();
    const late = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => clearTimeout(late));
  }

  return {
    finish() {
      isFinishing = true;
      if (!isBusy) leave();
    },
    cut() {
      gone.abort(new Error('the server has stopped'));
      socket.destroy();
    },
  };
}

import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';

/** An answer that is written piece by piece. */
export interface StreamAnswer {
  /**
   * Writes a piece, and waits where the client is behind.
   *
   * @throws the signal's reason when the client is gone, or was cut because it did not read for too long
   */
  write(piece: string): Promise<void>;
  end(): void;
}

const streaming = new WeakSet<Socket>();

/** Whether an answer is on its way over a connection, piece by piece. */
export function streamsOver(socket: Socket): boolean {
  return streaming.has(socket);
}

/**
 * Begins an answer that is written piece by piece; from here on it is too late for a problem. Its connection is not used
 * again.
 *
 * @param stallMs how long a client may read nothing
 * @param signal aborted when the client is gone, as `hangUpSignal` does
 */
export function startStream(
  reply: FastifyReply,
  {
    contentType,
    stallMs,
    signal,
  }: { readonly contentType: string; readonly stallMs: number; readonly signal: AbortSignal },
): StreamAnswer {
  const { raw } = reply;
  reply.hijack();
  if (raw.socket) streaming.add(raw.socket);
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) raw.setHeader(name, value);
  }
  raw.writeHead(200, { 'content-type': contentType, connection: 'close' });
  // Whoever waits for the first piece sees that there will be one.
  raw.flushHeaders();

  return {
    async write(piece) {
      signal.throwIfAborted();
      if (raw.write(piece)) return;
      const late = setTimeout(() => raw.destroy(), stallMs);
      try {
        await once(raw, 'drain', { signal });
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      } finally {
        clearTimeout(late);
      }
    },
    end: () => void raw.end(),
  };
}

import { once } from 'node:events';
import { connect } from 'node:net';
import { createReplyParser, type Reply } from './resp.ts';

/** A socket to Redis and nothing around it. */
export interface RawConnection {
  /** @param bytes of one whole command @throws the error that Redis answers */
  send(bytes: string): Promise<Reply>;
  close(): void;
}

export async function openRawConnection(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  socket.setEncoding('latin1');
  const waiting: PromiseWithResolvers<Reply>[] = [];
  const parse = createReplyParser((reply) => {
    const asked = waiting.shift();
    if (reply instanceof Error) asked?.reject(reply);
    else asked?.resolve(reply);
  });
  socket.on('data', (chunk) => parse(String(chunk)));
  socket.on('error', (error) => {
    for (const asked of waiting.splice(0)) asked.reject(error);
  });
  await once(socket, 'connect');
  return {
    send(bytes) {
      const asked = Promise.withResolvers<Reply>();
      waiting.push(asked);
      socket.write(bytes, 'latin1');
      return asked.promise;
    },
    close: () => socket.destroy(),
  };
}

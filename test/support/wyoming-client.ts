import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Message {
  readonly type: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface WyomingClient {
  readonly socket: Socket;
  /** Sends messages as the protocol's own package writes them. */
  send(...messages: readonly Message[]): void;
  /** Sends bytes as they are. */
  write(bytes: string | Buffer): void;
  /** The next message. @throws an error where the connection ends before it */
  read(): Promise<Message>;
  /** Waits for the end of the connection. @returns what came before it and was not read */
  ended(): Promise<readonly Message[]>;
}

/** A client of the protocol that shares no code with the server. */
export async function connectWyoming(url: string): Promise<WyomingClient> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  let bytes = Buffer.alloc(0);
  let isClosed = false;
  let wake = (): void => undefined;
  socket.on('data', (more: Buffer) => {
    bytes = Buffer.concat([bytes, more]);
    wake();
  });
  socket.on('close', () => {
    isClosed = true;
    wake();
  });

  function take(): Message | undefined {
    const end = bytes.indexOf('\n');
    if (end < 0) return undefined;
    const { type, data_length: length = 0 } = JSON.parse(bytes.subarray(0, end).toString()) as {
      type: string;
      data_length?: number;
    };
    if (bytes.length < end + 1 + length) return undefined;
    const data = bytes.subarray(end + 1, end + 1 + length).toString();
    bytes = bytes.subarray(end + 1 + length);
    return { type, ...(length > 0 && { data: JSON.parse(data) as Record<string, unknown> }) };
  }
  const more = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });

  await once(socket, 'connect');
  return {
    socket,
    send(...messages) {
      for (const { type, data } of messages) {
        const body = data ? JSON.stringify(data) : '';
        const head = { type, version: '1.8.0', ...(data && { data_length: Buffer.byteLength(body) }) };
        socket.write(`${JSON.stringify(head)}\n${body}`);
      }
    },
    write: (raw) => void socket.write(raw),
    async read() {
      for (;;) {
        const message = take();
        if (message) return message;
        if (isClosed) throw new Error('the connection ended');
        await more();
      }
    },
    async ended() {
      while (!isClosed) await more();
      const left: Message[] = [];
      for (let message = take(); message; message = take()) left.push(message);
      return left;
    },
  };
}

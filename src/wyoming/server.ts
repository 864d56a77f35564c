import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Logger } from '../telemetry/log.ts';
import { type Connection, type ConnectionLimits, serveConnection } from './connection.ts';
import { type ConverseTimes, createConverse } from './converse.ts';
import { intentsOf } from './intents.ts';
import type { WyomingMessage } from './message.ts';
import type { Operations } from './operations.ts';
import { readTranscript } from './read-transcript.ts';

export interface WyomingServer {
  /** Where it listens: `tcp://127.0.0.1:10405`. */
  readonly url: string;
  /** Takes no more connections and waits for what is in work, for at most 3 seconds. */
  close(): Promise<void>;
}

export interface WyomingOptions {
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  readonly maxConnections: number;
  readonly limits: ConnectionLimits;
  readonly times: ConverseTimes;
}

/** Milliseconds that what is in work may take when the server closes. */
const CLOSE_TIMEOUT_MS = 3000;

/**
 * Serves the Wyoming protocol: what Home Assistant's Assist says, as `transcript`, is understood and done; what is only
 * to be understood comes as `recognize`.
 *
 * @param info told to whoever asks what this is
 * @throws an error that names the address when it cannot listen there
 */
export async function startWyomingServer(
  { host, port, maxConnections, limits, times }: WyomingOptions,
  { info, operations, log }: { info: () => WyomingMessage; operations: Operations; log: Logger },
): Promise<WyomingServer> {
  const part = 'wyoming';
  const troubles = new Map<string, string>();
  const converse = createConverse({ operations, times, events: { trouble, recovered } });
  const connections = new Set<Connection>();

  function trouble(operation: string, reason: string): void {
    if (troubles.get(operation) === reason) return;
    troubles.set(operation, reason);
    log.warn({ event: 'trouble', part, operation, reason });
  }
  function recovered(operation: string): void {
    if (troubles.delete(operation)) log.info({ event: 'recovered', part, operation });
  }

  async function answer(message: WyomingMessage, signal: AbortSignal): Promise<readonly WyomingMessage[]> {
    switch (message.type) {
      case 'describe':
        return [info()];
      case 'ping':
        return [
          {
            type: 'pong',
            data: typeof message.data['text'] === 'string' ? { text: message.data['text'] } : {},
          },
        ];
      case 'transcript':
      case 'recognize': {
        const transcript = readTranscript(message, operations);
        if (!transcript) {
          const { unclear } = operations.phrases(operations.defaultLanguage);
          return [{ type: 'not-recognized', data: { text: unclear } }];
        }
        if (message.type === 'transcript') return [await converse(transcript, signal)];
        const { recognition } = await operations.recognise(transcript, signal);
        return intentsOf(recognition.meaning, operations.phrases(transcript.language));
      }
      default:
        // As the protocol wants it of whatever is not known.
        return [];
    }
  }

  function accept(socket: Socket): void {
    recovered('accept');
    const peer = socket.remoteAddress;
    const connection = serveConnection(socket, {
      limits,
      answer,
      events: {
        refused: (reason) => log.warn({ event: 'wyoming_refused', peer, reason }),
        failed(error) {
          // Its message may repeat what was said.
          const defect = error instanceof Error ? error : new Error(String(error));
          log.error({ event: 'wyoming_failed', peer, defect });
          log.debug({ event: 'failure', part, err: defect });
        },
      },
    });
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
  }

  const server = createServer(accept);
  server.maxConnections = maxConnections;
  server.on('drop', () =>
    trouble('accept', `there are ${maxConnections} connections already; one more was refused`),
  );
  server.listen({ host, port });
  await once(server, 'listening');
  const { address, port: bound, family } = server.address() as AddressInfo;
  return {
    url: `tcp://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const connection of connections) connection.finish();
      const late = setTimeout(() => {
        for (const connection of connections) connection.cut();
      }, CLOSE_TIMEOUT_MS);
      await closed;
      clearTimeout(late);
    },
  };
}

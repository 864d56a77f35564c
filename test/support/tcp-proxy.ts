import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, Socket } from 'node:net';

/** When to cut a connection short while a reply passes. */
type CutReplies =
  | {
      /**
       * How much of the replies still reaches the client, counted for each connection from this moment on: 0 loses
       * the next reply whole, 3 tears it apart.
       */
      readonly afterBytes: number;
      /** How many connections meet this fate; then replies pass again. Default: all. */
      readonly times?: number;
    }
  | {
      /** 0–1, for each piece of a reply: how likely it is that the connection ends in place of it. */
      readonly probability: number;
      /** Gives numbers from 0 up to 1, for a run that can be repeated. Default `Math.random`. */
      readonly random?: () => number;
    };

export interface TcpProxy {
  readonly port: number;
  /** How many connections are open now. */
  connections(): number;
  /**
   * Lets every request through to the target, which acts on it, but ends the connection before or while its reply
   * passes: the client cannot know what was done. `undefined` lets replies pass again.
   */
  cutReplies(fate: CutReplies | undefined): void;
  /** Has each reply arrive so much later, in milliseconds; they keep their order. */
  delayReplies(ms: number): void;
  /** Swallows whatever comes, both ways, and still accepts connections: a network that loses everything. */
  blackhole(on: boolean): void;
  /** Refuses connections and ends the open ones, as where nothing listens. */
  refuse(on: boolean): Promise<void>;
  /** Ends every connection, and listens no more. */
  close(): Promise<void>;
}

/**
 * A TCP proxy on a free loopback port that can be told to misbehave.
 *
 * @param target the port on loopback, and the host where it is another, that it stands before.
 */
export async function startTcpProxy(target: {
  readonly port: number;
  readonly host?: string;
}): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let fate: CutReplies | undefined;
  let timesLeft = 0;
  let swallowing = false;
  let delayMs = 0;
  // Bytes of reply each client got since the fate was sealed.
  let passed = new WeakMap<Socket, number>();

  const passReply = (client: Socket, reply: Buffer) => {
    const keep = fate === undefined || timesLeft <= 0 ? reply.length : bytesToKeep(fate, { client, reply });
    if (keep >= reply.length) {
      passed.set(client, (passed.get(client) ?? 0) + reply.length);
      client.write(reply);
      return;
    }
    timesLeft -= 1;
    // Not destroyed at once: what is kept must still arrive.
    client.end(reply.subarray(0, keep), () => client.destroy());
  };

  const bytesToKeep = (sealed: CutReplies, { client, reply }: { client: Socket; reply: Buffer }) => {
    if ('probability' in sealed) {
      return (sealed.random ?? Math.random)() < sealed.probability ? 0 : reply.length;
    }
    return Math.max(0, sealed.afterBytes - (passed.get(client) ?? 0));
  };

  const accept = (client: Socket) => {
    const upstream = new Socket();
    const pair = [client, upstream] as const;
    pairs.add(pair);
    client.setNoDelay(true);
    upstream.setNoDelay(true);
    upstream.connect(target.port, target.host ?? '127.0.0.1');
    client.on('data', (request) => swallowing || upstream.write(request));
    let due = 0;
    upstream.on('data', (reply) => {
      const pass = () => swallowing || client.writableEnded || passReply(client, reply);
      const wait = Math.max(delayMs, due - performance.now());
      if (wait <= 0) pass();
      else setTimeout(pass, wait);
      due = performance.now() + Math.max(0, wait);
    });
    for (const socket of pair) {
      // A failure on either side shows on the other as the end of its connection.
      socket.on('error', () => undefined);
    }
    // A lost network tells nobody that the other side has gone.
    client.on('close', () => {
      upstream.destroy();
      pairs.delete(pair);
    });
    upstream.on('close', () => swallowing || client.destroySoon());
  };

  const server = createServer(accept);
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;

  const endAll = () => {
    for (const [client, upstream] of pairs) {
      client.destroy();
      upstream.destroy();
    }
  };
  const stopListening = async () => {
    if (server.listening) {
      const closed = once(server, 'close');
      server.close();
      endAll();
      await closed;
    }
  };

  return {
    port,
    connections: () => pairs.size,
    cutReplies: (next) => {
      fate = next;
      timesLeft = next !== undefined && 'times' in next ? (next.times ?? Infinity) : Infinity;
      passed = new WeakMap();
    },
    delayReplies: (ms) => {
      delayMs = ms;
    },
    blackhole: (on) => {
      swallowing = on;
      for (const [client, upstream] of on ? [] : pairs) {
        if (upstream.destroyed) {
          client.destroy();
        }
      }
    },
    refuse: async (on) => {
      await stopListening();
      if (!on) {
        await listen(server, port);
      }
    },
    close: stopListening,
  };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

import type { Socket } from 'node:net';
import { type Redis, type RedisOptions, SentinelConnector } from 'ioredis';

/** What hears of a new master from Sentinels; private to the library, and reached in this one place. */
interface FailoverDetector {
  readonly sentinels: readonly { readonly client: Redis }[];
  cleanup(): void;
}

/**
 * What the library has, without a race that ended a connection for good, and without lines of its own in the log.
 *
 * While a connection lasts, the library listens to what Sentinels tell of a new master, and then ends the connection, so that it
 * is made anew. It listens on after one that broke by itself, as that to a master that died does; told of the new master in
 * the midst of the search for it, it takes the search for given up by us. What goes wrong with the listening it prints.
 */
export class SentinelSearch extends SentinelConnector {
  constructor(options: unknown) {
    super(options as RedisOptions);
  }

  override async connect(tell: Parameters<SentinelConnector['connect']>[0]): Promise<Socket> {
    // `disconnect` would do that as well, and leave a timer behind that keeps the process alive.
    this.#detector?.cleanup();
    Object.assign(this, { failoverDetector: null });
    const stream = await super.connect(tell);
    const hush = (): void => {
      for (const { client } of this.#detector?.sentinels ?? []) {
        client.on('error', (error) => tell('sentinelError', error));
      }
    };
    // The library, which was there first, has begun to listen then.
    for (const event of ['connect', 'secureConnect']) stream.once(event, hush);
    return stream;
  }

  get #detector(): FailoverDetector | null {
    return this['failoverDetector'] as FailoverDetector | null;
  }
}

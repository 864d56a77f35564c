import { type RedisOptions, SentinelConnector } from 'ioredis';

/**
 * What the library has, without a race that ended a connection for good.
 *
 * While a connection lasts, the library listens to what Sentinels tell of a new master, and then ends the connection, so that it
 * is made anew. It listens on after one that broke by itself, as that to a master that died does; told of the new master in
 * the midst of the search for it, it takes the search for given up by us.
 */
export class SentinelSearch extends SentinelConnector {
  constructor(options: unknown) {
    super(options as RedisOptions);
  }

  override connect(
    ...told: Parameters<SentinelConnector['connect']>
  ): ReturnType<SentinelConnector['connect']> {
    // Private there, and reached in this one place: `disconnect` would end the listening as well, and leave a timer behind that
    // keeps the process alive.
    (this['failoverDetector'] as { cleanup(): void } | null)?.cleanup();
    Object.assign(this, { failoverDetector: null });
    return super.connect(...told);
  }
}

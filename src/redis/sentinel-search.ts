import { type RedisOptions, SentinelConnector } from 'ioredis';

/**
 * Asks Sentinels for the master, anew each time that it connects.
 *
 * While a connection lasts the library listens to what Sentinels tell of a new master, and then ends the connection. After one
 * that broke by itself, as that to a master that died does, it listens on: told of the new master while it searched for it, it
 * gave up the search, and with it the connection for good.
 */
export class SentinelSearch extends SentinelConnector {
  constructor(options: unknown) {
    super(options as RedisOptions);
  }

  override connect(
    ...told: Parameters<SentinelConnector['connect']>
  ): ReturnType<SentinelConnector['connect']> {
    // Private there, and reached in this one place: ending the connection would end the listening as well.
    (this['failoverDetector'] as { cleanup(): void } | null)?.cleanup();
    return super.connect(...told);
  }
}

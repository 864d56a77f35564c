import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectEncrypted } from 'node:tls';
import { AbstractConnector, Redis, type RedisOptions } from 'ioredis';
import { Mistake } from '../intent/mistake.ts';
import type { ClusterAddress, HostAndPort } from '../redis-address.ts';

/** Milliseconds that a node may take to tell who serves a slot. */
const ANSWER_MS = 2000;
/** Milliseconds between two rounds of asking all nodes. */
const ROUND_MS = 250;
/** Milliseconds that a socket may take to close. */
const CLOSE_MS = 2000;

/** A range of slots as `CLUSTER SLOTS` tells it: the first, the last, the master, its replicas. */
type SlotRange = readonly [number, number, ...(readonly [string | null, number])[]];

/**
 * Leads a connection to whichever node of a cluster is the master of a key's slot, anew each time that it connects.
 *
 * @returns a class, because the library makes one of it for each connection
 */
export function slotConnector(cluster: ClusterAddress, key: string): NonNullable<RedisOptions['Connector']> {
  const findMaster = createMasterFinder(cluster, key);
  return class extends AbstractConnector {
    constructor() {
      super(CLOSE_MS);
    }

    /** False for one that was demoted since somebody told of it. */
    override check({ role }: { readonly role?: string }): boolean {
      return role === undefined || role === 'master';
    }

    /** Each command that is answered with where its key has gone asks for it. */
    override disconnect(): void {
      this.connecting = false;
      if (!this.stream?.writableEnded) super.disconnect();
    }

    /** @throws an error that no waiting mends; the library connects no more after one */
    override async connect(tell: (event: string, error: Error) => void) {
      this.connecting = true;
      for (;;) {
        const found = await findMaster();
        // It was closed meanwhile.
        if (!this.connecting) throw new Error('Connection is closed.');
        if (!(found instanceof Error)) {
          this.stream = cluster.isEncrypted ? connectEncrypted(found) : connect(found);
          this.stream.once('error', (error: Error) => {
            this.firstError = error;
          });
          return this.stream;
        }
        tell('error', found);
        await sleep(ROUND_MS);
      }
    }
  };
}

/**
 * @returns asks one node after the other who serves the slot; resolves with an error where none of them tells
 * @throws Mistake where what was named belongs to no cluster
 */
function createMasterFinder(
  { nodes, isEncrypted, ...user }: ClusterAddress,
  key: string,
): () => Promise<HostAndPort | Error> {
  let known = nodes;
  let slot: number | undefined;

  async function askNode(node: HostAndPort): Promise<HostAndPort> {
    const redis = new Redis({
      ...{ ...node, ...user, ...(isEncrypted && { tls: {} }) },
      ...{ connectTimeout: ANSWER_MS, commandTimeout: ANSWER_MS, retryStrategy: null },
      ...{ enableReadyCheck: false, disableClientInfo: true },
    });
    // What is asked fails because of it, and says less.
    let broken: Error | undefined;
    redis.on('error', (error: Error) => {
      broken = error;
    });
    try {
      const wanted = slot ?? (await redis.cluster('KEYSLOT', key));
      slot = wanted;
      const ranges = (await redis.cluster('SLOTS')) as unknown as SlotRange[];
      // A node that knows no name of its own is where it was reached.
      const placeOf = ([host, port]: readonly [string | null, number]): HostAndPort => ({
        host: host || node.host,
        port,
      });
      const [, , master] = ranges.find(([first, last]) => first <= wanted && wanted <= last) ?? [];
      if (!master) throw new Error(`nobody serves slot ${wanted}`);
      const serving = ranges.flatMap(([, , ...all]) => all.map(placeOf));
      known = unique([...serving, ...nodes]);
      return placeOf(master);
    } catch (error) {
      throw broken ?? error;
    } finally {
      redis.disconnect();
    }
  }

  return async () => {
    let reason: Error | undefined;
    const strangers: HostAndPort[] = [];
    for (const node of known) {
      try {
        return await askNode(node);
      } catch (error) {
        reason = error as Error;
        if (reason.message.includes('cluster support disabled')) strangers.push(node);
      } finally {
        // Another one is asked first the next time: this one may be behind the times.
        known = [...known.filter((other) => nameOf(other) !== nameOf(node)), node];
      }
    }
    // One among others, or later, is somebody who came to the address of a node that is gone.
    const [stranger] = strangers;
    if (stranger && strangers.length === known.length && slot === undefined) throw notACluster(stranger);
    return new Error(`no node of the cluster says who serves ${key}: ${reason?.message ?? 'there is none'}`);
  };
}

function nameOf({ host, port }: HostAndPort): string {
  return `${host}:${port}`;
}

function unique(nodes: readonly HostAndPort[]): HostAndPort[] {
  return [...new Map(nodes.map((node) => [nameOf(node), node])).values()];
}

function notACluster(node: HostAndPort): Mistake {
  return new Mistake(
    `the Redis at ${nameOf(node)} is no node of a cluster: name it by REDIS_URL in place of REDIS_CLUSTER_NODES`,
  );
}

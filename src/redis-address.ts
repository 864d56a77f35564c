/** Where a server listens. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** What a client needs to know to find the master that several Sentinels watch. */
export interface SentinelAddress {
  readonly sentinels: readonly HostAndPort[];
  /** As the Sentinels call it. */
  readonly name: string;
  readonly username?: string;
  readonly password?: string;
  readonly db: number;
  readonly isEncrypted: boolean;
  /** How the Sentinels themselves are asked. */
  readonly access: SentinelAccess;
}

/** Sentinels have users, passwords and encryption of their own. */
interface SentinelAccess {
  readonly username?: string;
  readonly password?: string;
  readonly isEncrypted: boolean;
}

/** What a client needs to know to find its way in a Redis Cluster. */
export interface ClusterAddress {
  /** Some of its nodes, of which one is enough. */
  readonly nodes: readonly HostAndPort[];
  readonly username?: string;
  readonly password?: string;
  readonly isEncrypted: boolean;
}

const REDIS_PORT = 6379;
const SENTINEL_PORT = 26_379;
const SENTINEL_USER = 'sentinel-user';
const SENTINEL_PASSWORD = 'sentinel-password';
const SENTINEL_TLS = 'sentinel-tls';
const SCHEME = /^(rediss?)\+(sentinel|cluster):$/;

/**
 * Writes down as one address what Sentinels watch: `redis+sentinel://user:password@master/0?at=10.0.0.1:26379`. It goes
 * wherever the address of a Redis goes.
 *
 * @param sentinels `host` or `host:port`
 * @param access in plain text and without a password where left out
 * @param url tells user, password, database and encryption, where there are any; its host is not asked
 */
export function sentinelUrl({
  sentinels,
  name,
  access: { username, password, isEncrypted } = { isEncrypted: false },
  url = 'redis://master',
}: {
  sentinels: readonly string[];
  name: string;
  access?: SentinelAccess;
  url?: string;
}): string {
  const address = new URL(written({ kind: 'sentinel', host: name, at: sentinels, url }));
  if (username !== undefined) address.searchParams.set(SENTINEL_USER, username);
  if (password !== undefined) address.searchParams.set(SENTINEL_PASSWORD, password);
  if (isEncrypted) address.searchParams.set(SENTINEL_TLS, 'true');
  return address.href;
}

/**
 * Writes down as one address where a Redis Cluster is: `redis+cluster://user:password@cluster?at=10.0.0.1:6379`. It goes
 * wherever the address of a Redis goes.
 *
 * @param nodes `host` or `host:port`
 * @param url as for `sentinelUrl`
 */
export function clusterUrl({
  nodes,
  url = 'redis://cluster',
}: {
  nodes: readonly string[];
  url?: string;
}): string {
  return written({ kind: 'cluster', host: 'cluster', at: nodes, url });
}

function written({
  kind,
  host,
  at,
  url,
}: {
  kind: 'sentinel' | 'cluster';
  host: string;
  at: readonly string[];
  url: string;
}): string {
  const { protocol, username, password, pathname } = new URL(url);
  const user = username === '' && password === '' ? '' : `${username}:${password}@`;
  const where = at.map((each) => `at=${encodeURIComponent(each)}`).join('&');
  return `${protocol.slice(0, -1)}+${kind}://${user}${encodeURIComponent(host)}${pathname}?${where}`;
}

/** @returns undefined for what is no address of Sentinels */
export function readSentinelUrl(url: string): SentinelAddress | undefined {
  const parsed = new URL(url);
  const [, scheme, kind] = SCHEME.exec(parsed.protocol) ?? [];
  if (kind !== 'sentinel') return undefined;
  return {
    sentinels: placesIn(parsed, SENTINEL_PORT),
    name: decodeURIComponent(parsed.hostname),
    ...userOf(parsed),
    db: databaseOf(url),
    isEncrypted: scheme === 'rediss',
    access: accessOf(parsed),
  };
}

function accessOf({ searchParams }: URL): SentinelAccess {
  const username = searchParams.get(SENTINEL_USER);
  const password = searchParams.get(SENTINEL_PASSWORD);
  return {
    ...(username !== null && { username }),
    ...(password !== null && { password }),
    isEncrypted: searchParams.has(SENTINEL_TLS),
  };
}

/** @returns undefined for what is no address of a Redis Cluster */
export function readClusterUrl(url: string): ClusterAddress | undefined {
  const parsed = new URL(url);
  const [, scheme, kind] = SCHEME.exec(parsed.protocol) ?? [];
  if (kind !== 'cluster') return undefined;
  return { nodes: placesIn(parsed, REDIS_PORT), ...userOf(parsed), isEncrypted: scheme === 'rediss' };
}

/** The number of the database that an address names; 0 where it names none. */
export function databaseOf(url: string): number {
  return Number(new URL(url).pathname.slice(1) || 0);
}

/** An address as it may be shown. */
export function withoutPasswords(url: string): string {
  const address = new URL(url);
  address.password = '';
  address.searchParams.delete(SENTINEL_PASSWORD);
  return address.href;
}

function placesIn({ searchParams }: URL, usualPort: number): HostAndPort[] {
  return searchParams.getAll('at').map((text) => {
    const { hostname, port } = new URL(`redis://${text}`);
    return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port || usualPort) };
  });
}

function userOf({ username, password }: URL): { readonly username?: string; readonly password?: string } {
  return {
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
  };
}

/**
 * What of a key decides where it lies in a cluster: what stands in its first braces, the whole key where nothing does. Keys
 * of which that is the same lie together.
 */
export function hashTagOf(key: string): string {
  return /^[^{]*\{([^}]+)\}/.exec(key)?.[1] ?? key;
}

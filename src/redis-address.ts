/** What a client needs to know to find the master that several Sentinels watch. */
export interface SentinelAddress {
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  /** As the Sentinels call it. */
  readonly name: string;
  readonly username?: string;
  readonly password?: string;
  readonly db: number;
  readonly isEncrypted: boolean;
}

const SENTINEL_PORT = 26_379;
const SCHEME = /^(rediss?)\+sentinel:$/;

/**
 * Writes down as one address what Sentinels watch: `redis+sentinel://user:password@master/0?at=10.0.0.1:26379`. It goes
 * wherever the address of a Redis goes.
 *
 * @param sentinels `host` or `host:port`
 * @param url tells user, password, database and encryption, where there are any; its host is not asked
 */
export function sentinelUrl({
  sentinels,
  name,
  url = 'redis://master',
}: {
  sentinels: readonly string[];
  name: string;
  url?: string;
}): string {
  const { protocol, username, password, pathname } = new URL(url);
  const user = username === '' && password === '' ? '' : `${username}:${password}@`;
  const at = sentinels.map((sentinel) => `at=${encodeURIComponent(sentinel)}`).join('&');
  return `${protocol.slice(0, -1)}+sentinel://${user}${encodeURIComponent(name)}${pathname}?${at}`;
}

/** @returns undefined for the address of a single Redis */
export function readSentinelUrl(url: string): SentinelAddress | undefined {
  const parsed = new URL(url);
  const scheme = SCHEME.exec(parsed.protocol);
  if (!scheme) return undefined;
  const { hostname, username, password, pathname, searchParams } = parsed;
  return {
    sentinels: searchParams.getAll('at').map((text) => {
      const { hostname: host, port } = new URL(`redis://${text}`);
      return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port || SENTINEL_PORT) };
    }),
    name: decodeURIComponent(hostname),
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
    db: Number(pathname.slice(1) || 0),
    isEncrypted: scheme[1] === 'rediss',
  };
}

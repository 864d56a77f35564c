import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** What nobody outside a network or a machine answers at, by RFC 6890 and its registries. */
const NOT_PUBLIC_IPV4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3'],
];
/** Of IPv6 only this is global; some of it leads to IPv4 addresses, or nowhere. */
const GLOBAL_IPV6 = '2000::/3';
const NOT_PUBLIC_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

/** Whether a service may call an address. @param address as a socket has it */
export type MayReach = (address: string) => boolean;

/**
 * Everything public may be reached that is not this machine, and these networks.
 *
 * @param networks addresses, or with a length: `10.0.0.0/8`
 * @param own addresses of this machine, which change
 */
export function createMayReach(
  networks: readonly string[],
  own: () => readonly string[] = ownAddresses,
): MayReach {
  const allowed = listOf(networks);
  const notPublic = listOf([...NOT_PUBLIC_IPV4, ...NOT_PUBLIC_IPV6]);
  const global = listOf([GLOBAL_IPV6]);
  return (address) => {
    const plain = withoutMapping(address);
    const version = isIP(plain);
    if (version === 0) return false;
    const family = version === 4 ? 'ipv4' : 'ipv6';
    if (allowed.check(plain, family)) return true;
    if (notPublic.check(plain, family) || (version === 6 && !global.check(plain, family))) return false;
    return !listOf(own()).check(plain, family);
  };
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address));
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', length] = network.split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    if (length === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(length), family);
  }
  return list;
}

/** `::ffff:127.0.0.1`, as a socket of both families has it, in whichever way it is written; and no zone: `fe80::1%eth0`. */
function withoutMapping(address: string): string {
  const [plain = ''] = address.split('%');
  if (isIP(plain) !== 6) return plain;
  const written = URL.parse(`http://[${plain}]/`)?.hostname.slice(1, -1) ?? plain;
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(written);
  if (!mapped) return written;
  const [high, low] = mapped.slice(1).map((digits) => Number.parseInt(digits, 16)) as [number, number];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

import { BlockList, isIP } from 'node:net';

/** Loopback, the ranges that no router lets out (RFC 1918, RFC 4193), and what is on the same link. */
const AT_HOME = new BlockList();
for (const [net, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const) {
  AT_HOME.addSubnet(net, prefix, 'ipv4');
}
AT_HOME.addAddress('::1', 'ipv6');
AT_HOME.addSubnet('fc00::', 7, 'ipv6');
AT_HOME.addSubnet('fe80::', 10, 'ipv6');

const NAMES_AT_HOME = /(^|\.)(localhost|local|lan|home\.arpa)$/;

/**
 * Whether what is sent to an address stays on this machine or network: by its number, or by a name that means nothing
 * elsewhere. Whatever else a name leads to can change, so it does not count.
 *
 * @param address `http://nas.local:8080/v1`
 */
export function isHomeAddress(address: string): boolean {
  const host =
    URL.parse(address)
      ?.hostname.replace(/^\[(.*)\]$/, '$1')
      .replace(/\.$/, '') ?? '';
  const kind = isIP(host);
  if (kind !== 0) return AT_HOME.check(host, kind === 4 ? 'ipv4' : 'ipv6');
  return host !== '' && (!host.includes('.') || NAMES_AT_HOME.test(host));
}

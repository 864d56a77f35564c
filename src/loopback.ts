import { isIP } from 'node:net';

/**
 * True for an address that only this machine reaches.
 *
 * @param host a name or an IP address, IPv6 with or without brackets
 */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  if (isIP(name) === 4) return name.startsWith('127.');
  return name === 'localhost' || name === '::1' || name === '0:0:0:0:0:0:0:1';
}

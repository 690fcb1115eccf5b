// Whether GitHub can deliver to an address, as far as the address itself tells.
import { BlockList, isIP } from 'node:net';

/** Addresses that lead nowhere, or to wherever one stands: https://www.iana.org/assignments/iana-ipv4-special-registry */
const OWN = new BlockList();
OWN.addSubnet('127.0.0.0', 8, 'ipv4');
OWN.addSubnet('0.0.0.0', 8, 'ipv4');
OWN.addAddress('::1', 'ipv6');
OWN.addAddress('::', 'ipv6');

const PRIVATE = new BlockList();
for (const [net, bits] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv6');

/** Names that the public DNS does not have: RFC 2606, RFC 6761, RFC 6762, and ICANN's `.internal`. */
const PRIVATE_NAME = /^[^.]+$|\.(?:local|internal|test|invalid|lan|home\.arpa)$/;

/**
 * GitHub refuses to make an App whose webhook leads to an address that is not of the public Internet; a GitHub Enterprise
 * server may reach one of its own network, though never through `localhost`, which would be itself.
 *
 * @param apiUrl which GitHub; of one on this machine everything is in reach
 */
export function isReachable(baseUrl: string, apiUrl: string): boolean {
  const [host, api] = [hostOf(baseUrl), hostOf(apiUrl)];
  if (isLoopback(api)) return true;
  if (isLoopback(host) || isIn(OWN, host)) return false;
  const isPublicGitHub = api === 'api.github.com' || api.endsWith('.ghe.com');
  return !isPublicGitHub || !(isIn(PRIVATE, host) || (isIP(host) === 0 && PRIVATE_NAME.test(host)));
}

/** @param host without a port; IPv6 without brackets */
export function isLoopback(host: string): boolean {
  return /^(?:.+\.)?localhost$/.test(host) || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** Lower case, without a port, a dot at the end, and the brackets of IPv6. */
export function hostOf(address: string): string {
  return new URL(address).hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

function isIn(list: BlockList, host: string): boolean {
  const family = isIP(host);
  return family !== 0 && list.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

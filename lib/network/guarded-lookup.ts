import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Where nothing that a spec names can be: this machine, credentials and metadata of what it runs on, and nobody at all. */
const refused = new BlockList();
for (const [net, prefix, family] of [
  ['0.0.0.0', 8, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 127, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['64:ff9b:1::', 48, 'ipv6'],
  ['fd00:ec2::', 32, 'ipv6'],
] as const)
  refused.addSubnet(net, prefix, family);

/** Thrown in place of a connection to an address that no spec may lead to. */
class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
  readonly code = 'ERR_ADDRESS_REFUSED';
}

/** Returns whether a connection that a spec asks for must not go to an address; an IPv4 address in IPv6 counts as what it is. */
export function isRefused(address: string): boolean {
  return refused.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
}

/** Settings of a connection to a host that a spec names. */
interface Guarded {
  readonly lookup?: LookupFunction;
}

/**
 * Returns what a connection to a host needs so that it never reaches an address that no spec may lead to. Names are resolved as the platform does,
 * and what was checked is what is connected to, so that a second answer of a name server changes nothing.
 * @param hostname as a URL has it, where an IPv6 address stands in brackets, or without them
 * @param isLocal whether addresses of this machine are fine: of a local stack alone
 * @throws AddressRefused where the host is such an address itself
 */
export function guarded(hostname: string, isLocal: boolean): Guarded {
  if (isLocal) return {};
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  // The platform looks up no name where an address stands.
  if (isIP(host) !== 0 && isRefused(host)) throw new AddressRefused(reasonOf(host, host));
  return { lookup: guardedLookup };
}

const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error !== null) {
      callback(error, []);
      return;
    }
    const bad = found.find(({ address }) => isRefused(address));
    const [first] = found;
    if (bad !== undefined || first === undefined)
      callback(new AddressRefused(reasonOf(hostname, bad?.address ?? 'no address')), []);
    else if (options.all === true) callback(null, found);
    else callback(null, first.address, first.family);
  });
};

function reasonOf(host: string, address: string): string {
  const where = host === address ? host : `${host} leads to ${address}`;
  return `${where}: Sluice connects to no loopback, link-local, metadata or reserved address`;
}

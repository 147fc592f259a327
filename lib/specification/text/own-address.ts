/** Networks where no service of anybody is, IPv4: first byte or two, and what it is. */
const ownNetworks: readonly RegExp[] = [
  /^(?:0|127)\./,
  // Link-local: credentials and metadata of what runs there.
  /^169\.254\./,
  // Multicast, reserved and broadcast.
  /^(?:22[4-9]|2[3-5]\d)\./,
];

/**
 * Returns whether the host of a URL is this machine, a link-local or metadata address, or nobody: what no load balancer can be. Pure: names are not
 * looked up, which the connection itself does again.
 * @param hostname as `URL` writes it, which has turned decimal, octal and hexadecimal addresses into the usual form
 */
export function isOwnAddress(hostname: string): boolean {
  const host = hostname.replace(/\.$/, '').toLowerCase();
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  const [, v6] = /^\[(.*)\]$/.exec(host) ?? [];
  if (v6 === undefined) return /^[\d.]+$/.test(host) && isOwnV4(host);
  const groups = groupsOf(v6);
  const [first = 0, second = 0] = groups;
  const last = groups.slice(6);
  const leading = groups.slice(0, 5).every((group) => group === 0);
  // An IPv4 address in IPv6 counts as what it is.
  if (leading && groups[5] === 0xffff) return isOwnV4(dotted(last));
  const isNobodyOrThis = leading && groups[5] === 0 && last[0] === 0 && (last[1] ?? 0) <= 1;
  const isLinkLocal = (first & 0xffc0) === 0xfe80;
  const isMulticast = first >= 0xff00;
  // RFC 6052, and RFC 8215 for networks of one's own: any IPv4 address may be behind it.
  const isBehindNat64 =
    first === 0x64 && second === 0xff9b && (groups[2] === 1 || groups.slice(2, 6).every((group) => group === 0));
  const isMetadata = first === 0xfd00 && second === 0xec2;
  return isNobodyOrThis || isLinkLocal || isMulticast || isBehindNat64 || isMetadata;
}

function isOwnV4(address: string): boolean {
  return ownNetworks.some((network) => network.test(address));
}

/** All eight groups of an address that may leave zeros out. */
function groupsOf(address: string): readonly number[] {
  const [before = '', after] = address.split('::');
  const numbers = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const [head, tail] = [numbers(before), numbers(after ?? '')];
  const zeros = after === undefined ? 0 : 8 - head.length - tail.length;
  return [...head, ...Array.from({ length: zeros }, () => 0), ...tail];
}

function dotted(groups: readonly number[]): string {
  return groups.flatMap((group) => [group >> 8, group & 0xff]).join('.');
}

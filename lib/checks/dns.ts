import type { Check } from './check.ts';
import type { Probe } from '../ports/probe.ts';

/** A name that does not resolve is an outage for all who have not cached it. */
export const dns: Check = {
  name: 'dns',
  expected: 'every name to resolve',
  page: {
    asks: 'Do the names of the service resolve?',
    reads: 'addresses of `hosts`, or of the host of `url`, as the function resolves them',
    rights: [],
    fails: 'a name has no address',
    fix: 'correct the record in DNS, and see whether its zone is delegated',
    answers: 'DNS records resolve',
  },
  async observe({ spec }, { probe }) {
    const own = spec.url === undefined ? [] : [new URL(spec.url).hostname];
    const hosts = spec.checks?.dns?.hosts ?? own;
    if (hosts.length === 0) return { passed: true, skipped: true, saw: 'neither `hosts` nor `url` is written' };
    const found = await Promise.all(hosts.map(async (host) => ({ host, addresses: await addressesOf(host, probe) })));
    const lost = found.filter(({ addresses }) => addresses.length === 0).map(({ host }) => host);
    if (lost.length > 0) return { passed: false, saw: `no address: ${lost.join(', ')}` };
    return {
      passed: true,
      saw: found.map(({ host, addresses }) => `${host}: ${String(addresses.length)} addresses`).join(', '),
    };
  },
};

/** A resolver says `ENOTFOUND` or `ENODATA` where a name has no address; anything else is no answer. */
async function addressesOf(host: string, probe: Pick<Probe, 'addressesOf'>): Promise<readonly string[]> {
  try {
    return await probe.addressesOf(host);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOTFOUND' || error.code === 'ENODATA'))
      return [];
    throw error;
  }
}

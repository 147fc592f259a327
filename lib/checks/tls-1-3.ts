import type { Check } from './check.ts';
import { httpsHostOf, noHttpsHost } from './https-host.ts';

/** TLS 1.3 needs one round trip less than 1.2, and has no weak ciphers left. */
export const tls13: Check = {
  name: 'tls-1-3',
  expected: 'TLS 1.3 to be offered',
  page: {
    asks: 'Does the host offer TLS 1.3?',
    reads: 'the protocol that the host of `host`, or of an https `url`, agrees on with a client that knows TLS 1.3',
    rights: [],
    fails: 'it agrees on an older version',
    fix: 'give the listener a security policy with TLS 1.3, such as ELBSecurityPolicy-TLS13-1-2-2021-06',
    answers: 'TLS 1.3 offered',
  },
  async observe({ spec }, { facts }) {
    const at = httpsHostOf(spec, spec.checks?.['tls-1-3']?.host);
    if (at === undefined) return noHttpsHost;
    const { protocol } = await facts.tls(at.host, at.port);
    return { passed: protocol === 'TLSv1.3', saw: `${at.host} agreed on ${protocol}` };
  },
};

import type { Check } from './check.ts';
import { httpsHostOf, noHttpsHost } from './https-host.ts';

/** A browser refuses a certificate without its chain, of an unknown authority or for another name, and users see a warning. */
export const certificateChain: Check = {
  name: 'certificate-chain',
  expected: 'a certificate that public authorities vouch for, for this name',
  page: {
    asks: 'Is the certificate trusted, and for the name that users ask for?',
    reads: 'the certificate that the host of `host`, or of an https `url`, shows to a client',
    rights: [],
    fails: 'the chain is incomplete or self-signed, the certificate has expired, or it is for another name',
    fix: 'attach a certificate of ACM or of a public authority for this name to the listener, with its chain',
    answers: 'TLS certificate valid and not about to expire',
  },
  async observe({ spec }, { facts }) {
    const at = httpsHostOf(spec, spec.checks?.['certificate-chain']?.host);
    if (at === undefined) return noHttpsHost;
    const { refused } = await facts.tls(at.host, at.port);
    if (refused !== undefined) return { passed: false, saw: `${at.host} is not accepted: ${refused}` };
    return { passed: true, saw: `${at.host} is accepted` };
  },
};

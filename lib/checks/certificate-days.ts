import type { Check } from './check.ts';
import { httpsHostOf, noHttpsHost } from './https-host.ts';

/** A certificate that ends within days ends while nobody looks. */
export const certificateDays: Check = {
  name: 'certificate-days',
  expected: 'a certificate that is valid for `days` more',
  page: {
    asks: 'Is the certificate valid for long enough?',
    reads: 'the certificate that the host of `host`, or of an https `url`, shows to a client',
    rights: [],
    fails: 'it ends within `days` (14 by default), or has ended',
    fix: 'renew the certificate, and see why its renewal did not happen by itself',
    answers: 'TLS certificate valid and not about to expire',
  },
  async observe({ spec }, { facts, now }) {
    const { host, days = 14 } = spec.checks?.['certificate-days'] ?? {};
    const at = httpsHostOf(spec, host);
    if (at === undefined) return noHttpsHost;
    const { validUntil } = await facts.tls(at.host, at.port);
    const left = Math.floor((Date.parse(validUntil) - now().getTime()) / 86_400_000);
    return {
      passed: left >= days,
      saw: `valid until ${validUntil}: ${String(left)} days left, at least ${String(days)}`,
    };
  },
};

import type { Doubt } from './doubt.ts';
import { quote } from './text/plain-text.ts';
import type { RolloutSpec } from './rollout-spec.ts';

/** Returns what the file alone tells of the health request that green is verified by. */
export function lintVerify({ url, healthPath, verify }: RolloutSpec): readonly Doubt[] {
  const doubts: Doubt[] = [];
  if (/[*]/.test(healthPath)) {
    const message = `healthPath ${quote(healthPath)} has a *, as patterns of rules have, and is asked as it is; expected one path that the service answers with 2xx`;
    doubts.push({ path: ['healthPath'], severity: 'warning', message });
  }
  if (url === undefined) return doubts;
  const { protocol, hostname } = new URL(url);
  if (verify?.by === 'targetHealth') {
    const message = 'verify: { by: targetHealth } sends no request, so nothing asks this url; expected one of the two';
    doubts.push({ path: ['url'], severity: 'warning', message });
  } else if (protocol === 'https:' && /\.elb\.amazonaws\.com(?:\.cn)?$/.test(hostname)) {
    const message = `no certificate is for ${hostname}, a name of AWS: the health request would be refused; expected https:// with a host of the certificate`;
    doubts.push({ path: ['url'], severity: 'error', message });
  }
  return doubts;
}

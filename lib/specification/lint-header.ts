import type { Doubt } from './doubt.ts';
import { quote } from './text/plain-text.ts';
import type { RolloutSpec } from './rollout-spec.ts';

/**
 * Headers that CloudFront removes, sets itself or takes into no policy, so that what a person sends never reaches the load
 * balancer. Amazon CloudFront Developer Guide, "HTTP request headers and CloudFront behavior".
 */
const neverPassed =
  /^(?:connection|keep-alive|content-length|transfer-encoding|te|trailer|upgrade|expect|via|warning|date|cookie|user-agent|accept-encoding|accept-charset|range|proxy-.+|x-amz-.+|x-edge-.+|cloudfront-.+|x-forwarded-(?:for|proto|port)|x-real-ip|x-http-method-override|x-amzn-trace-id)$/i;

/** A canary header that does not come through: people would believe that they look at green. */
export function lintHeader({ header }: Pick<RolloutSpec, 'header'>): readonly Doubt[] {
  if (!neverPassed.test(header.name)) return [];
  const message = `the header ${quote(header.name)} does not come through CloudFront or the load balancer as it was sent, expected a name of your own, such as canary`;
  return [{ path: ['header', 'name'], severity: 'warning', message }];
}

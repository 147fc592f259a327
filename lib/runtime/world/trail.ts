import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { cloudTrailAuditTrail } from '../../platform/cloudtrail-audit-trail.ts';
import { setting } from '../../platform/environment.ts';

/** Asked once and not for long: the caller has traffic to look after. */
const client = new CloudTrailClient({
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 500, requestTimeout: 1_500 },
});

/** Who changed what in this account, besides this stack. */
export const trail = cloudTrailAuditTrail(client, `sluice-${setting('STAGE')}-`);

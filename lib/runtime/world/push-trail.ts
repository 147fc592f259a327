import { setTimeout as sleep } from 'node:timers/promises';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { cloudTrailPushTrail } from '../../platform/cloudtrail-push-trail.ts';

/** Asked once and not for long: the next sweep asks again. */
const client = new CloudTrailClient({
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 500, requestTimeout: 3_000 },
});

/** Who pushed what to this account's registry. */
export const pushTrail = cloudTrailPushTrail(client, sleep);

import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient } from '@aws-sdk/client-ecs';
import { S3Client } from '@aws-sdk/client-s3';
import { clientSettings } from '../../platform/client-settings.ts';
import { ecsEvidence } from '../../drivers/slots/ecs-evidence.ts';
import { setting } from '../../platform/environment.ts';
import { s3EvidenceArchive } from '../../storage/s3-evidence-archive.ts';

/** Green's tasks and logs. */
export const evidence = ecsEvidence(new ECSClient(clientSettings), new CloudWatchLogsClient(clientSettings));

/** The stack's bucket of evidence. A local AWS has one address for all buckets, and says so by `AWS_ENDPOINT_URL`. */
export const archive = s3EvidenceArchive(
  new S3Client({ ...clientSettings, forcePathStyle: process.env['AWS_ENDPOINT_URL'] !== undefined }),
  setting('EVIDENCE_BUCKET'),
);

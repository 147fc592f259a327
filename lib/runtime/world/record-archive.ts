import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { clientSettings } from '../../platform/client-settings.ts';
import { setting } from '../../platform/environment.ts';
import { kmsSigner } from '../../platform/kms-signer.ts';
import { dynamoDbWrittenItems } from '../../storage/archive/dynamodb-written-items.ts';
import { dynamoDbWrittenTable } from '../../storage/archive/dynamodb-written-table.ts';
import { s3ArchiveBucket } from '../../storage/archive/s3-archive-bucket.ts';
import { signedArchive } from '../../storage/archive/signed-archive.ts';
import { now } from './clock.ts';
import { documents } from './documents.ts';

/** What the archive has to have, in the stage's table. */
export const writtenItems = dynamoDbWrittenItems(documents, setting('TABLE_NAME'));

/** The stage's bucket of locked copies. A local AWS has one address for all buckets, and says so by `AWS_ENDPOINT_URL`. */
export const recordArchive = signedArchive({
  table: dynamoDbWrittenTable(documents, setting('TABLE_NAME')),
  bucket: s3ArchiveBucket(
    new S3Client({ ...clientSettings, forcePathStyle: process.env['AWS_ENDPOINT_URL'] !== undefined }),
    setting('ARCHIVE_BUCKET'),
  ),
  signer: kmsSigner(new KMSClient(clientSettings), setting('CHECKPOINT_KEY_ARN')),
  stage: setting('STAGE'),
  now,
});

import type { S3Client } from '@aws-sdk/client-s3';
import { putOnce } from './archive/put-once.ts';
import type { EvidenceArchive } from '../drivers/evidence.ts';

/** JSON documents in one bucket, which encrypts them itself. What lies there is never written over: the first of a name stays. */
export function s3EvidenceArchive(client: S3Client, bucket: string): EvidenceArchive {
  return {
    async keep(key, document) {
      const Body = JSON.stringify(document, undefined, 1);
      const ContentType = 'application/json';
      await putOnce(client, { Bucket: bucket, Key: key, Body, ContentType });
      return `s3://${bucket}/${key}`;
    },
  };
}

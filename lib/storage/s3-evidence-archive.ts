import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { EvidenceArchive } from '../drivers/evidence.ts';

/** JSON documents in one bucket, which encrypts them itself. */
export function s3EvidenceArchive(client: S3Client, bucket: string): EvidenceArchive {
  return {
    async keep(key, document) {
      const Body = JSON.stringify(document, undefined, 1);
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body, ContentType: 'application/json' }));
      return `s3://${bucket}/${key}`;
    },
  };
}

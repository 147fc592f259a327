import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { isThereAlready } from './archive/s3-archive-bucket.ts';
import type { EvidenceArchive } from '../drivers/evidence.ts';

/** JSON documents in one bucket, which encrypts them itself. What lies there is never written over: the first of a name stays. */
export function s3EvidenceArchive(client: S3Client, bucket: string): EvidenceArchive {
  return {
    async keep(key, document) {
      const Body = JSON.stringify(document, undefined, 1);
      const ContentType = 'application/json';
      try {
        await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body, ContentType, IfNoneMatch: '*' }));
      } catch (error) {
        if (!isThereAlready(error)) throw error;
      }
      return `s3://${bucket}/${key}`;
    },
  };
}

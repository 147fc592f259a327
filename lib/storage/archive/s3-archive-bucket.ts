import {
  GetObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ArchiveBucket } from './archive-bucket.ts';
import { putOnce } from './put-once.ts';

const mostInList = 1000;

/** A bucket of S3, which locks and encrypts what is put there by itself. */
export function s3ArchiveBucket(client: S3Client, bucket: string): ArchiveBucket {
  return {
    async keys(prefix, atMost = Number.POSITIVE_INFINITY) {
      const found: string[] = [];
      let token: string | undefined;
      do {
        const page: ListObjectsV2CommandOutput = await client.send(
          new ListObjectsV2Command({
            ...{ Bucket: bucket, Prefix: prefix, MaxKeys: Math.min(mostInList, atMost) },
            ContinuationToken: token,
          }),
        );
        found.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
        token = page.NextContinuationToken;
      } while (token !== undefined && found.length < atMost);
      return found;
    },

    async text(key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (Body === undefined) throw new Error(`S3 answered without the text of ${key}.`);
      return Body.transformToString();
    },

    add(key, text) {
      return putOnce(client, { Bucket: bucket, Key: key, Body: text, ContentType: 'application/json' });
    },
  };
}

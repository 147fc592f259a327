import {
  GetObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { ArchiveBucket } from './archive-bucket.ts';

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

    async add(key, text) {
      try {
        await client.send(
          new PutObjectCommand({
            ...{ Bucket: bucket, Key: key, Body: text, ContentType: 'application/json' },
            IfNoneMatch: '*',
          }),
        );
        return true;
      } catch (error) {
        if (isThereAlready(error)) return false;
        throw error;
      }
    },
  };
}

/** Whether a conditional write found something there: 412, or 409 where another write of the same key is under way: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export function isThereAlready(error: unknown): boolean {
  if (!(error instanceof S3ServiceException)) return false;
  return error.name === 'PreconditionFailed' || error.name === 'ConditionalRequestConflict';
}

import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteObjectsCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CliFailure } from './cli-context.ts';
import type { clientSettings } from './client-settings.ts';
import type { StackDeployment } from './stack/stack-deployment.ts';

/** A zip has up to 320 kB, and the line may be slow. */
const uploadTimeout = 120_000;

/** What a deployment asks of buckets and tables. */
export function stackStorage(
  settings: typeof clientSettings & { readonly region?: string },
): Pick<StackDeployment, 'upload' | 'isThere' | 'emptyBucket'> {
  const requestHandler = { ...settings.requestHandler, requestTimeout: uploadTimeout };
  const s3 = new S3Client({ ...settings, requestHandler });
  const dynamodb = new DynamoDBClient(settings);
  return {
    async upload(Bucket, Key, content) {
      if (await found(s3.send(new HeadObjectCommand({ Bucket, Key })), ['NotFound'])) return false;
      try {
        await s3.send(new PutObjectCommand({ Bucket, Key, Body: await content() }));
        return true;
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'NoSuchBucket') throw error;
        throw new CliFailure(`There is no bucket ${Bucket} in this region. Create it, or leave --bucket out.`);
      }
    },
    isThere: (kind, name) =>
      kind === 'AWS::S3::Bucket'
        ? found(s3.send(new HeadBucketCommand({ Bucket: name })), ['NotFound'])
        : found(dynamodb.send(new DescribeTableCommand({ TableName: name })), ['ResourceNotFoundException']),
    async emptyBucket(Bucket) {
      for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
        const Objects = Contents.map(({ Key }) => ({ Key }));
        if (Objects.length > 0) await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
      }
    },
  };
}

async function found(asked: Promise<unknown>, absent: readonly string[]): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (error) {
    if (error instanceof Error && absent.includes(error.name)) return false;
    throw error;
  }
}

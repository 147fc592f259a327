import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  S3Client,
} from '@aws-sdk/client-s3';
import type { ArchiveCopy } from '../storage/archive/archive-copy.ts';
import { explainAwsFailure } from './aws-failure.ts';
import { CliFailure, type StackOptions } from './cli-context.ts';
import { clientSettings } from './client-settings.ts';

/** The archive's bucket, with the rights of the caller. Calls nothing yet. */
export function connectArchive(bucket: string, { region }: Pick<StackOptions, 'region'>): ArchiveCopy {
  const client = new S3Client({
    ...{ ...clientSettings, ...(region === undefined ? {} : { region }) },
    forcePathStyle: process.env['AWS_ENDPOINT_URL'] !== undefined,
  });
  return archiveInBucket(client, bucket);
}

/** The archive's bucket itself, with every version of its objects: a delete marker hides nothing. */
export function archiveInBucket(client: S3Client, bucket: string): ArchiveCopy {
  let versions: Promise<ReadonlyMap<string, readonly string[]>> | undefined;
  const all = () => (versions ??= saying(bucket, versionsIn(client, bucket)));
  return {
    keys: async () => [...(await all()).keys()].sort(),
    texts: async (key) => {
      const ids = (await all()).get(key) ?? [];
      return Promise.all(ids.map((id) => saying(bucket, textOf(client, bucket, key, id))));
    },
  };
}

async function versionsIn(client: S3Client, Bucket: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  let from: Pick<ListObjectVersionsCommandOutput, 'NextKeyMarker' | 'NextVersionIdMarker'> | undefined = {};
  while (from !== undefined) {
    const page: ListObjectVersionsCommandOutput = await client.send(
      new ListObjectVersionsCommand({
        Bucket,
        KeyMarker: from.NextKeyMarker,
        VersionIdMarker: from.NextVersionIdMarker,
      }),
    );
    for (const { Key = '', VersionId = '' } of page.Versions ?? []) {
      found.set(Key, [...(found.get(Key) ?? []), VersionId]);
    }
    from = page.IsTruncated === true ? page : undefined;
  }
  return found;
}

async function textOf(client: S3Client, Bucket: string, Key: string, VersionId: string): Promise<string> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  if (Body === undefined) throw new Error(`S3 answered without the text of ${Key}.`);
  return Body.transformToString();
}

async function saying<Answer>(bucket: string, call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    throw new CliFailure(
      `The archive s3://${bucket} could not be read: ${explainAwsFailure(error)} Reading it takes s3:ListBucketVersions, s3:GetObjectVersion and kms:Decrypt.`,
    );
  }
}

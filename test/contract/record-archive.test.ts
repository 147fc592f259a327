import { createPublicKey } from 'node:crypto';
import { CreateKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectArchive } from '../../lib/cli/connect-archive.ts';
import { connectSigner } from '../../lib/cli/connect-signer.ts';
import { clientEnvironment } from '../../local/emulator/environment.ts';
import { kmsSigner } from '../../lib/platform/kms-signer.ts';
import type { RecordArchive } from '../../lib/ports/record-archive.ts';
import { dynamoDbWrittenItems } from '../../lib/storage/archive/dynamodb-written-items.ts';
import { dynamoDbWrittenTable } from '../../lib/storage/archive/dynamodb-written-table.ts';
import { dynamoDbKeptRecord } from '../../lib/storage/dynamodb-kept-record.ts';
import { compareWithTable } from '../../lib/storage/archive/compare-with-table.ts';
import { checkpointKey, eventKey } from '../../lib/storage/archive/object-keys.ts';
import { s3ArchiveBucket } from '../../lib/storage/archive/s3-archive-bucket.ts';
import { signedArchive } from '../../lib/storage/archive/signed-archive.ts';
import { archivedRecord, verifyArchive } from '../../lib/storage/archive/verify-archive.ts';
import { dynamoDbRolloutStore } from '../../lib/storage/dynamodb-rollout-store.ts';
import { eventItem } from '../storage/archive/memory-archive.ts';
import { openedEvent, oneStep, toFinishing } from './opened-event.ts';
import { rolloutTable } from './rollout-table.ts';

const Bucket = 'archive';
const rolloutId = 'web-1';
let table: Awaited<ReturnType<typeof rolloutTable>>;
let s3: S3Client;
let kms: KMSClient;
let keyId: string;
let archive: RecordArchive;
let before: NodeJS.ProcessEnv;

beforeAll(async () => {
  table = await rolloutTable();
  before = { ...process.env };
  Object.assign(process.env, clientEnvironment(table.endpoint));
  s3 = new S3Client({ forcePathStyle: true });
  kms = new KMSClient();
  await s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
  const DefaultRetention = { Mode: 'COMPLIANCE', Days: 2557 } as const;
  await s3.send(
    new PutObjectLockConfigurationCommand({
      Bucket,
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } },
    }),
  );
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }));
  keyId = KeyMetadata?.Arn ?? '';
  archive = signedArchive({
    table: dynamoDbWrittenTable(table.documents, table.name),
    bucket: s3ArchiveBucket(s3, Bucket),
    ...{ signer: kmsSigner(kms, keyId), stage: 'production', now: () => new Date() },
  });
  const store = dynamoDbRolloutStore(table.documents, table.name);
  const opened = await store.open(rolloutId, openedEvent({ spec: oneStep }), '2026-03-01T11:00:00.000Z');
  if (opened.outcome !== 'opened') throw new Error('not opened');
  let { stored } = opened;
  for (const event of toFinishing) stored = await store.append(stored, [event], '2026-03-01T11:01:00.000Z');
});

afterAll(async () => {
  process.env = before;
  s3.destroy();
  kms.destroy();
  await table.close();
});

const copy = () => connectArchive(Bucket, {});
async function verified() {
  const key = createPublicKey({
    key: Buffer.from(await connectSigner(keyId, {}).publicKey()),
    ...{ format: 'der', type: 'spki' },
  });
  return verifyArchive(copy(), key);
}

describe('the archive in S3, signed by KMS', () => {
  test('holds the record of the table, and is verified by the public key', async () => {
    const { objects } = await archive.keep([eventItem(3)]);
    const record = await dynamoDbKeptRecord(table.documents, table.name, rolloutId);

    expect(objects).toBe(record?.events.size);
    expect(await verified()).toMatchObject({ findings: [], rollouts: 1, unchained: [], newest: { number: 1 } });
    const archived = await archivedRecord(rolloutId, copy());
    expect(compareWithTable(rolloutId, archived?.events ?? new Map<number, string>(), record)).toEqual([]);
  });

  test('is told the newest keys that begin so', async () => {
    const items = dynamoDbWrittenItems(table.documents, table.name);

    expect(await items.newest(`ROLLOUT#${rolloutId}`, 'EVENT#0000000', 2)).toEqual(
      [toFinishing.length + 1, toFinishing.length].map((sequence) => eventItem(sequence)),
    );
    expect(await items.newest('STOPS', 'STOP#', 2)).toEqual([]);
  });

  test('writes nothing for what is delivered again', async () => {
    expect(await archive.keep([eventItem(3), eventItem(1)])).toEqual({ objects: 0 });
    expect((await verified()).newest?.number).toBe(1);
  });

  test('adds an object once, whoever else does so at the same time', async () => {
    const bucket = s3ArchiveBucket(s3, Bucket);
    const added = await Promise.all(Array.from({ length: 8 }, () => bucket.add(checkpointKey(99), '{}')));

    expect(added.filter(Boolean)).toHaveLength(1);
    await expect(bucket.text('nothing')).rejects.toThrow();
    expect((await verified()).findings).toEqual([
      expect.objectContaining({ kind: 'dropped', says: 'Checkpoints 2 to 98 are missing.' }),
      expect.objectContaining({ kind: 'changed', object: checkpointKey(99) }),
    ]);
  });

  test('has no object that can be deleted or hidden: a delete marker hides nothing from who verifies', async () => {
    const Key = eventKey(rolloutId, 1);
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
    const VersionId = Versions[0]?.VersionId;
    const bypassing = { Bucket, Key, VersionId, BypassGovernanceRetention: true };
    await expect(s3.send(new DeleteObjectCommand(bypassing))).rejects.toThrow('object lock');

    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    expect(named(await verified())).not.toContain(Key);

    await s3.send(new PutObjectCommand({ Bucket, Key, Body: '{"forged":true}' }));
    expect(named(await verified())).toContain(Key);
  });
});

const named = ({ findings }: Awaited<ReturnType<typeof verified>>) => findings.map(({ object }) => object);

test('a key signs digests alone here, and no other key for it', async () => {
  const raw = { KeyId: keyId, Message: Buffer.from('text'), SigningAlgorithm: 'ECDSA_SHA_256' } as const;

  await expect(kms.send(new SignCommand({ ...raw, MessageType: 'RAW' }))).rejects.toThrow('digests of SHA-256');
});

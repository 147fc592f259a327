import {
  CreateRepositoryCommand,
  ECRClient,
  ImageNotFoundException,
  PutImageCommand,
  ServerException,
} from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { manifestOf, versions } from '../../examples/web/versions.ts';
import { ecrImageRegistry } from '../../lib/platform/ecr-image-registry.ts';
import type { ImageSource } from '../../lib/ports/image-registry.ts';
import { Refusal } from '../../lib/rollout/refusal.ts';
import { digestOf } from '../model/model-world.ts';
import { startEcrStub } from './ecr-stub.ts';
import { startTestEmulator } from '../emulator/emulator-endpoint.ts';

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let ecr: ECRClient;
let digest: string;
let repositoryUri: string;

beforeAll(async () => {
  emulator = await startTestEmulator();
  ecr = new ECRClient(emulator.client);
  const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName: 'shop/web' }));
  repositoryUri = repository?.repositoryUri ?? '';
  for (const imageTag of [versions.good.tag, 'stable']) {
    const { image } = await ecr.send(
      new PutImageCommand({ repositoryName: 'shop/web', imageTag, imageManifest: manifestOf(versions.good) }),
    );
    digest = image?.imageId?.imageDigest ?? '';
  }
});

afterAll(async () => {
  ecr.destroy();
  await emulator.stop();
});

const find = (repository: string, tagOrDigest: string) => ecrImageRegistry(() => ecr).find({ repository }, tagOrDigest);

test.each([
  ['a tag', () => versions.good.tag],
  ['another tag of the same image', () => 'stable'],
  ['its digest', () => digest],
])('finds an image by %s, with every tag that it has', async (_, by) => {
  const found = await find('shop/web', by());

  expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(found).toEqual({ repositoryUri, digest, tags: expect.arrayContaining([versions.good.tag, 'stable']) });
  expect(repositoryUri).toMatch(/\/shop\/web$/);
});

test.each([
  ['an unknown tag', 'shop/web', '999-0000000'],
  ['an unknown digest', 'shop/web', digestOf('0')],
  ['an unknown repository', 'shop/none', versions.good.tag],
])('there is no image for %s', async (_, repository, tagOrDigest) => {
  expect(await find(repository, tagOrDigest)).toBeUndefined();
});

test('lists what was pushed, each image with its tags and its time', async () => {
  const [image, ...others] = await ecrImageRegistry(() => ecr).list({ repository: 'shop/web' });

  expect(others).toEqual([]);
  expect(image).toEqual({
    digest,
    tags: expect.arrayContaining([versions.good.tag, 'stable']),
    pushedAt: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T/),
  });
});

test('a repository that is not there is for a person to correct', async () => {
  await expect(ecrImageRegistry(() => ecr).list({ repository: 'shop/none' })).rejects.toThrow(
    'There is no repository shop/none',
  );
});

/** What AWS throws and the emulator does not, thrown inside the real client. */
function throwing(error: Error, source: ImageSource = { repository: 'shop/web' }) {
  const client = new ECRClient(emulator.client);
  client.middlewareStack.add(() => () => Promise.reject(error), { step: 'initialize' });
  return ecrImageRegistry(() => client).find(source, '999-0000000');
}

test('there is no image where AWS says so by an error', async () => {
  const error = new ImageNotFoundException({ message: 'not found', $metadata: {} });

  expect(await throwing(error)).toBeUndefined();
});

test('a registry that cannot answer is an error, not a missing image', async () => {
  const error = new ServerException({ message: 'try again', $metadata: {} });

  await expect(throwing(error)).rejects.toBe(error);
});

describe('a registry of another account and region', () => {
  const registry = '999988887777.dkr.ecr.eu-central-1.amazonaws.com';
  const source = { repository: 'platform/web', registry };
  const asked = { registryId: '999988887777', repositoryName: 'platform/web' };

  test('is asked in its own region, under its own id, and gives the image its own name', async () => {
    const stub = await startEcrStub({
      imageDetails: [{ imageDigest: digestOf('b'), imageTags: ['412-9f8d111'], imagePushedAt: 1_780_000_000 }],
    });
    const images = ecrImageRegistry(stub.connect);
    const found = await images.find(source, '412-9f8d111');
    const listed = await images.list(source);
    await stub.stop();

    expect(found).toEqual({
      repositoryUri: `${registry}/platform/web`,
      digest: digestOf('b'),
      tags: ['412-9f8d111'],
    });
    expect(listed).toEqual([{ digest: digestOf('b'), tags: ['412-9f8d111'], pushedAt: '2026-05-28T20:26:40.000Z' }]);
    expect(stub.requests).toEqual([
      { action: 'DescribeImages', region: 'eu-central-1', body: { ...asked, imageIds: [{ imageTag: '412-9f8d111' }] } },
      {
        action: 'DescribeImages',
        region: 'eu-central-1',
        body: { ...asked, filter: { tagStatus: 'TAGGED' }, maxResults: 1000 },
      },
    ]);
  });

  const denied = Object.assign(new Error('no resource-based policy allows it'), { name: 'AccessDeniedException' });

  test('that does not let Sluice read is for a person to open, in its repository policy', async () => {
    await expect(throwing(denied, source)).rejects.toBeInstanceOf(Refusal);
    await expect(throwing(denied, source)).rejects.toThrow(
      `ECR does not let Sluice read repository platform/web in ${registry}; its repository policy has to allow ecr:DescribeImages to this account: no resource-based policy allows it`,
    );
  });

  test('is no excuse for the own one, whose role is at fault', async () => {
    await expect(throwing(denied)).rejects.toBe(denied);
  });
});

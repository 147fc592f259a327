import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { digestOf, manifestOf, versions } from '../../examples/web/versions.ts';
import { ecrImages } from '../../local/fleet/ecs/ecr-image.ts';
import { parseImageUri } from '../../local/fleet/ecs/image.ts';
import { startRegistry } from './registry-stub.ts';

const root = path.resolve(import.meta.dirname, '../..');
const annotated = (annotations: object) => JSON.stringify({ schemaVersion: 2, annotations });
let registry: Awaited<ReturnType<typeof startRegistry>>;
let images: ReturnType<typeof ecrImages>;

beforeAll(async () => {
  registry = await startRegistry({
    [versions.good.tag]: manifestOf(versions.good),
    outside: annotated({ 'sluice.fleet/entrypoint': 'package.json', 'sluice.fleet/env': '{}' }),
    climbing: annotated({ 'sluice.fleet/entrypoint': 'examples/../local/fleet/main.ts', 'sluice.fleet/env': '{}' }),
    missing: annotated({ 'sluice.fleet/entrypoint': 'examples/nothing.ts', 'sluice.fleet/env': '{}' }),
    bare: JSON.stringify({ schemaVersion: 2 }),
    garbled: annotated({ 'sluice.fleet/entrypoint': 'examples/web/server.ts', 'sluice.fleet/env': '{"A":1}' }),
  });
  images = ecrImages({ endpoint: registry.endpoint, region: 'us-east-1', root });
});

afterAll(() => {
  images.close();
  registry.stop();
});

describe('an image', () => {
  test.each([
    ['its tag', `:${versions.good.tag}`],
    ['its digest', `@${digestOf(manifestOf(versions.good))}`],
  ])('is found by %s, and means a program and its environment', async (_, reference) => {
    expect(await images.resolve(`000000000000.dkr.ecr.us-east-1.amazonaws.com/sample/web${reference}`)).toEqual({
      digest: digestOf(manifestOf(versions.good)),
      entrypoint: path.join(root, 'examples/web/server.ts'),
      env: versions.good.env,
    });
  });

  test.each([
    ['unknown', /not found/],
    ['outside', /does not lie in examples/],
    ['climbing', /does not lie in examples/],
    ['missing', /does not exist/],
    ['bare', /lacks the annotations/],
    ['garbled', /lacks the annotations/],
  ])('that is %s is refused with the reason', async (tag, reason) => {
    await expect(images.resolve(`sample/web:${tag}`)).rejects.toMatchObject({
      name: 'ImagePullError',
      message: expect.stringMatching(reason),
    });
  });

  test.each([
    ['web', { registryId: undefined, repository: 'web', tag: 'latest', digest: undefined }],
    ['localhost:5000/a/web:1', { registryId: undefined, repository: 'a/web', tag: '1', digest: undefined }],
    [
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:412-9f8d111',
      { registryId: '123456789012', repository: 'web', tag: '412-9f8d111', digest: undefined },
    ],
  ])('reference %s is understood', (uri, parts) => {
    expect(parseImageUri(uri)).toEqual(parts);
  });

  test('reference that is none is refused', () => {
    expect(() => parseImageUri('registry/UPPER:1')).toThrow(/invalid reference/);
  });

  test('of each sample version has a digest of its own and a tag of the agreed form', () => {
    const all = Object.values(versions);

    expect(new Set(all.map((version) => digestOf(manifestOf(version)))).size).toBe(all.length);
    for (const { tag } of all) expect(tag).toMatch(/^\d+-[0-9a-f]{7}$/);
  });
});

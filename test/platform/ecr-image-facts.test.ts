import http from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ecrImageFacts } from '../../lib/platform/ecr-image-facts.ts';
import { addressOf } from './ecr-stub.ts';

const source = { repository: 'shop/web' };
const digest = `sha256:${'b'.repeat(64)}`;

let close: () => Promise<void> = () => Promise.resolve();
afterEach(() => close());

/** An ECR with an answer for each action, and layers as an image layout has them. */
async function ecr(
  answers: Readonly<Record<string, (body: string) => object>>,
  layers: Readonly<Record<string, object>> = {},
) {
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const layer = layers[request.url ?? ''];
      if (layer !== undefined) return response.end(JSON.stringify(layer));
      const action = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
      const answer = answers[action]?.(Buffer.concat(chunks).toString()) ?? { __type: 'InternalFailure' };
      response.statusCode = '__type' in answer ? 400 : 200;
      return response.setHeader('content-type', 'application/x-amz-json-1.1').end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${String(addressOf(server).port)}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new ECRClient({ endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
  close = async () => {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { facts: ecrImageFacts(() => client), endpoint: () => endpoint };
}

const ofImage = (config: string) => ({ imageManifest: JSON.stringify({ config: { digest: config }, layers: [] }) });

describe('the configuration of an image', () => {
  test('is read through its manifest', async () => {
    const stub = await ecr(
      {
        BatchGetImage: () => ({ images: [ofImage('sha256:c1')] }),
        GetDownloadUrlForLayer: (body) => ({
          downloadUrl: `${stub.endpoint()}/${body.includes('sha256:c1') ? 'c1' : 'none'}`,
        }),
      },
      { '/c1': { architecture: 'arm64', config: { User: 'app' } } },
    );

    expect(await stub.facts.imageConfiguration(source, digest)).toEqual({ user: 'app', architectures: ['arm64'] });
  });

  test('of several platforms is read of each, attestations left out; one that is root counts', async () => {
    const index = {
      manifests: [
        { digest: 'sha256:m1', platform: { architecture: 'amd64' } },
        { digest: 'sha256:m2', platform: { architecture: 'arm64' } },
        { digest: 'sha256:att', platform: { architecture: 'unknown' } },
      ],
    };
    const stub = await ecr(
      {
        BatchGetImage: (body) => {
          if (body.includes('sha256:m1')) return { images: [ofImage('sha256:c1')] };
          if (body.includes('sha256:m2')) return { images: [ofImage('sha256:c2')] };
          return { images: [{ imageManifest: JSON.stringify(index) }] };
        },
        GetDownloadUrlForLayer: (body) => ({
          downloadUrl: `${stub.endpoint()}/${body.includes('sha256:c1') ? 'c1' : 'c2'}`,
        }),
      },
      { '/c1': { architecture: 'amd64', config: { User: 'app' } }, '/c2': { architecture: 'arm64', config: {} } },
    );

    expect(await stub.facts.imageConfiguration(source, digest)).toEqual({
      user: '',
      architectures: ['amd64', 'arm64'],
    });
  });

  test('of an image that is not there is an error with the reason of ECR', async () => {
    const { facts } = await ecr({
      BatchGetImage: () => ({ images: [], failures: [{ failureReason: 'Requested image not found' }] }),
    });

    await expect(facts.imageConfiguration(source, digest)).rejects.toThrow('Requested image not found');
  });
});

test('the size of an image is the compressed one', async () => {
  const { facts } = await ecr({ DescribeImages: () => ({ imageDetails: [{ imageSizeInBytes: 1234 }] }) });

  expect(await facts.imageBytes(source, digest)).toBe(1234);
});

describe('the scan of an image', () => {
  test('has the findings of basic scanning, of all pages', async () => {
    const { facts } = await ecr({
      DescribeImageScanFindings: (body) => ({
        imageScanStatus: { status: 'COMPLETE' },
        imageScanFindings: { findings: [{ name: body.includes('"next"') ? 'CVE-2' : 'CVE-1', severity: 'HIGH' }] },
        ...(body.includes('"next"') ? {} : { nextToken: 'next' }),
      }),
    });

    expect(await facts.imageScan(source, digest)).toEqual({
      status: 'COMPLETE',
      findings: ['CVE-1', 'CVE-2'].map((id) => ({ id, severity: 'HIGH' })),
    });
  });

  test('has those of enhanced scanning', async () => {
    const enhancedFindings = [
      { severity: 'CRITICAL', title: 'a title', packageVulnerabilityDetails: { vulnerabilityId: 'CVE-3' } },
    ];
    const { facts } = await ecr({
      DescribeImageScanFindings: () => ({
        imageScanStatus: { status: 'ACTIVE' },
        imageScanFindings: { enhancedFindings },
      }),
    });

    expect(await facts.imageScan(source, digest)).toEqual({
      status: 'ACTIVE',
      findings: [{ id: 'CVE-3', severity: 'CRITICAL' }],
    });
  });

  test('is not there where the image was never scanned', async () => {
    const { facts } = await ecr({ DescribeImageScanFindings: () => ({ __type: 'ScanNotFoundException' }) });

    expect(await facts.imageScan(source, digest)).toBeUndefined();
  });
});

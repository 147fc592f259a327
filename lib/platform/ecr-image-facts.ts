import {
  BatchGetImageCommand,
  DescribeImagesCommand,
  type ECRClient,
  GetDownloadUrlForLayerCommand,
  paginateDescribeImageScanFindings,
  ScanNotFoundException,
} from '@aws-sdk/client-ecr';
import * as z from 'zod';
import type { ImageScan, ScanFinding, ServiceFacts } from '../ports/service-facts.ts';
import { ecrClients, type ReachedEcr } from './ecr-clients.ts';

const descriptor = z.object({ digest: z.string() });
const platform = z.object({ architecture: z.string() });
/** An image manifest, or an index that leads to several; Docker's and OCI's have the same members. */
const manifest = z.object({
  config: descriptor.optional(),
  manifests: z.array(descriptor.extend({ platform: platform.optional() })).optional(),
});
const configuration = z.object({
  architecture: z.string(),
  config: z.object({ User: z.string().optional() }).nullish(),
});

const mediaTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
/** An image of more platforms than this is read no further. */
const mostPlatforms = 4;
const fetchMilliseconds = 3_000;

/** What checks read of images in Amazon ECR. */
export function ecrImageFacts(
  connect: (region?: string) => ECRClient,
): Pick<ServiceFacts, 'imageConfiguration' | 'imageBytes' | 'imageScan'> {
  const reach = ecrClients(connect);

  return {
    async imageConfiguration(source, digest) {
      const reached = reach(source);
      const own = await manifestOf(reached, digest);
      // Attestations stand in an index as images of an unknown platform.
      const images = own.manifests?.filter((one) => one.platform?.architecture !== 'unknown') ?? [{ digest }];
      const found = await Promise.all(
        images
          .slice(0, mostPlatforms)
          .map(async (one) =>
            configurationOf(reached, one.digest, one.digest === digest ? own : await manifestOf(reached, one.digest)),
          ),
      );
      const users = found.map(({ config }) => config?.User ?? '');
      const user = users.find((one) => one === '') ?? users[0] ?? '';
      return { user, architectures: found.map(({ architecture }) => architecture) };
    },

    async imageBytes(source, digest) {
      const { client, of } = reach(source);
      const { imageDetails = [] } = await client.send(
        new DescribeImagesCommand({ ...of, imageIds: [{ imageDigest: digest }] }),
      );
      const bytes = imageDetails[0]?.imageSizeInBytes;
      if (bytes === undefined) throw new Error(`ECR does not say how large ${digest} is`);
      return bytes;
    },

    imageScan: (source, digest) => scanOf(reach(source), digest),
  };
}

async function manifestOf({ client, of }: ReachedEcr, imageDigest: string): Promise<z.output<typeof manifest>> {
  const { images = [], failures = [] } = await client.send(
    new BatchGetImageCommand({ ...of, imageIds: [{ imageDigest }], acceptedMediaTypes: mediaTypes }),
  );
  const written = images[0]?.imageManifest;
  if (written === undefined) throw new Error(failures[0]?.failureReason ?? `ECR has no manifest of ${imageDigest}`);
  return manifest.parse(JSON.parse(written));
}

async function configurationOf(
  { client, of }: ReachedEcr,
  digest: string,
  { config }: z.output<typeof manifest>,
): Promise<z.output<typeof configuration>> {
  if (config === undefined) throw new Error(`image ${digest} has no configuration`);
  const { downloadUrl = '' } = await client.send(
    new GetDownloadUrlForLayerCommand({ ...of, layerDigest: config.digest }),
  );
  const response = await fetch(downloadUrl, { signal: AbortSignal.timeout(fetchMilliseconds) });
  if (!response.ok) throw new Error(`the configuration of ${digest} was answered with ${String(response.status)}`);
  return configuration.parse(await response.json());
}

async function scanOf({ client, of }: ReachedEcr, imageDigest: string): Promise<ImageScan | undefined> {
  const findings: ScanFinding[] = [];
  let status = 'UNKNOWN';
  try {
    const pages = paginateDescribeImageScanFindings({ client, pageSize: 1000 }, { ...of, imageId: { imageDigest } });
    for await (const { imageScanStatus, imageScanFindings } of pages) {
      status = imageScanStatus?.status ?? status;
      for (const { name = '', severity = '' } of imageScanFindings?.findings ?? [])
        findings.push({ id: name, severity });
      for (const { packageVulnerabilityDetails, title = '', severity = '' } of imageScanFindings?.enhancedFindings ??
        [])
        findings.push({ id: packageVulnerabilityDetails?.vulnerabilityId ?? title, severity });
    }
  } catch (error) {
    if (error instanceof ScanNotFoundException) return undefined;
    throw error;
  }
  return { status, findings };
}

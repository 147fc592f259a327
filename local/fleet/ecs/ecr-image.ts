import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { BatchGetImageCommand, ECRClient } from '@aws-sdk/client-ecr';
import * as z from 'zod';
import { rootCredentials } from '../root-credentials.ts';
import { ImagePullError, parseImageUri, type ResolvedImage, type ResolveImage } from './image.ts';

const manifest = z.object({
  annotations: z.object({
    'sluice.fleet/entrypoint': z.string(),
    'sluice.fleet/env': z
      .string()
      .transform((text, context): unknown => {
        try {
          return JSON.parse(text);
        } catch (error) {
          context.addIssue({ code: 'custom', message: `is not JSON: ${String(error)}` });
          return z.NEVER;
        }
      })
      .pipe(z.record(z.string(), z.string()))
      .default({}),
  }),
});

export interface EcrImageSetting {
  /** Base URL of ECR. */
  readonly endpoint: string;
  readonly region: string;
  /** The checkout; programs of images lie in its `examples/`. */
  readonly root: string;
}

/** Resolves images by what their manifest in ECR says in its annotations. */
export function ecrImages(setting: EcrImageSetting): { readonly resolve: ResolveImage; readonly close: () => void } {
  const client = new ECRClient({
    endpoint: setting.endpoint,
    region: setting.region,
    credentials: rootCredentials,
  });
  const resolve = async (uri: string): Promise<ResolvedImage> => {
    const reference = parseImageUri(uri);
    const answer = await client
      .send(
        new BatchGetImageCommand({
          repositoryName: reference.repository,
          imageIds: [reference.digest === undefined ? { imageTag: reference.tag } : { imageDigest: reference.digest }],
        }),
      )
      .catch((error: unknown) => {
        throw new ImagePullError(
          `CannotPullContainerError: ${uri}: ECR at ${setting.endpoint} answered ${String(error)}`,
        );
      });
    const [image] = answer.images ?? [];
    if (image?.imageManifest === undefined || image.imageId?.imageDigest === undefined) {
      throw new ImagePullError(
        `CannotPullContainerError: ${uri}: not found: ${answer.failures?.[0]?.failureReason ?? 'no such image in the repository'}`,
      );
    }
    return { digest: image.imageId.imageDigest, ...(await program(uri, image.imageManifest, setting.root)) };
  };
  return {
    resolve,
    close: () => {
      client.destroy();
    },
  };
}

async function program(
  uri: string,
  manifestText: string,
  root: string,
): Promise<Pick<ResolvedImage, 'entrypoint' | 'env'>> {
  const { annotations } = readManifest(uri, manifestText);
  const given = annotations['sluice.fleet/entrypoint'];
  const examples = await realpath(path.join(root, 'examples'));
  const entrypoint = await realpath(path.resolve(root, given)).catch(() => {
    throw new ImagePullError(
      `CannotPullContainerError: ${uri}: its entrypoint '${given}' does not exist in this checkout`,
    );
  });
  if (!entrypoint.startsWith(examples + path.sep))
    throw new ImagePullError(`CannotPullContainerError: ${uri}: its entrypoint '${given}' does not lie in examples/`);
  return { entrypoint, env: annotations['sluice.fleet/env'] };
}

function readManifest(uri: string, text: string): z.output<typeof manifest> {
  try {
    return manifest.parse(JSON.parse(text));
  } catch (error) {
    throw new ImagePullError(
      `CannotPullContainerError: ${uri}: its manifest lacks the annotations sluice.fleet/entrypoint and sluice.fleet/env (JSON of strings): ${String(error)}`,
    );
  }
}

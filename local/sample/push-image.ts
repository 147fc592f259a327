import { BatchGetImageCommand, DescribeRepositoriesCommand, PutImageCommand } from '@aws-sdk/client-ecr';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { manifestOf, type SampleVersion } from '../../examples/web/versions.ts';
import type { Clients } from '../stack/clients.ts';
import { sample } from './sample-names.ts';

export type { SampleVersion } from '../../examples/web/versions.ts';

export interface PushedImage {
  readonly uri: string;
  readonly tag: string;
  readonly digest: string;
  /** Whether the registry had it before. */
  readonly isKnown: boolean;
}

/** Puts a version's image into the registry; one that is there already stays. */
export async function pushImage({ ecr }: Clients, version: SampleVersion): Promise<PushedImage> {
  const { repositories: [repository] = [] } = await ecr.send(
    new DescribeRepositoriesCommand({ repositoryNames: [sample.repository] }),
  );
  const imageId = { imageTag: version.tag };
  const known = await ecr.send(new BatchGetImageCommand({ repositoryName: sample.repository, imageIds: [imageId] }));
  let digest = known.images?.[0]?.imageId?.imageDigest;
  const isKnown = digest !== undefined;
  if (digest === undefined) {
    const { image } = await ecr.send(
      new PutImageCommand({
        repositoryName: sample.repository,
        imageTag: version.tag,
        imageManifest: manifestOf(version),
        imageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
      }),
    );
    digest = image?.imageId?.imageDigest;
  }
  if (digest === undefined || repository?.repositoryUri === undefined) {
    throw new Error(`the registry took no image ${version.tag} into ${sample.repository}`);
  }
  return { uri: `${repository.repositoryUri}@${digest}`, tag: version.tag, digest, isKnown };
}

/**
 * Announces a push as ECR does. Only the source's name differs: the emulator, like AWS, takes no `aws.*` events from outside.
 */
export async function announcePush({ events }: Clients, { tag, digest }: PushedImage): Promise<void> {
  const { FailedEntryCount, Entries } = await events.send(
    new PutEventsCommand({
      Entries: [
        {
          Source: 'local.ecr',
          DetailType: 'ECR Image Action',
          Detail: JSON.stringify({
            'action-type': 'PUSH',
            result: 'SUCCESS',
            'repository-name': sample.repository,
            'image-tag': tag,
            'image-digest': digest,
          }),
        },
      ],
    }),
  );
  if (FailedEntryCount !== 0) throw new Error(`the push of ${tag} was not accepted: ${JSON.stringify(Entries)}`);
}

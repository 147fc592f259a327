import {
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  type ECRClient,
  ImageNotFoundException,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';
import type { ImageRegistry, ImageSource, PushedImage } from '../ports/image-registry.ts';
import { Refusal } from '../rollout/refusal.ts';
import { ecrClients } from './ecr-clients.ts';

/**
 * Images in Amazon ECR.
 * @param connect a client of a region, or of the own one; called once for each
 */
export function ecrImageRegistry(connect: (region?: string) => ECRClient): ImageRegistry {
  const reach = ecrClients(connect);

  return {
    async list(source) {
      const { client, of } = reach(source);
      const found: PushedImage[] = [];
      let nextToken: string | undefined;
      do {
        const page = await client
          .send(new DescribeImagesCommand({ ...of, filter: { tagStatus: 'TAGGED' }, maxResults: 1000, nextToken }))
          .catch((error: unknown) => {
            if (!(error instanceof RepositoryNotFoundException)) throw unreadable(error, source);
            const where = source.registry === undefined ? '' : ` in ${source.registry}`;
            throw new Refusal(
              `There is no repository ${source.repository}${where}; correct \`image.repository\` in the spec.`,
            );
          });
        for (const { imageDigest: digest, imageTags: tags = [], imagePushedAt } of page.imageDetails ?? []) {
          if (digest !== undefined && imagePushedAt !== undefined && tags.length > 0)
            found.push({ digest, tags, pushedAt: imagePushedAt.toISOString() });
        }
        nextToken = page.nextToken;
      } while (nextToken !== undefined && nextToken !== '');
      return found;
    },

    async find(source, tagOrDigest) {
      const { client, of } = reach(source);
      const imageId = tagOrDigest.startsWith('sha256:') ? { imageDigest: tagOrDigest } : { imageTag: tagOrDigest };
      try {
        const [{ imageDetails = [] }, repositoryUri] = await Promise.all([
          client.send(new DescribeImagesCommand({ ...of, imageIds: [imageId] })),
          uriOf(source, client),
        ]);
        const digest = imageDetails[0]?.imageDigest;
        if (digest === undefined || repositoryUri === undefined) return undefined;
        return { repositoryUri, digest, tags: imageDetails[0]?.imageTags ?? [] };
      } catch (error) {
        if (error instanceof ImageNotFoundException || error instanceof RepositoryNotFoundException) return undefined;
        throw unreadable(error, source);
      }
    },
  };
}

/** Of a registry that the spec names it follows from the name: its account then needs to allow one action less. */
async function uriOf({ repository, registry }: ImageSource, client: ECRClient): Promise<string | undefined> {
  if (registry !== undefined) return `${registry}/${repository}`;
  const { repositories = [] } = await client.send(new DescribeRepositoriesCommand({ repositoryNames: [repository] }));
  return repositories[0]?.repositoryUri;
}

/** Both accounts have to allow it: what is missing is for a person to grant. */
function unreadable(error: unknown, { repository, registry }: ImageSource): unknown {
  if (registry === undefined || !(error instanceof Error) || error.name !== 'AccessDeniedException') return error;
  return new Refusal(
    `ECR does not let Sluice read repository ${repository} in ${registry}; its repository policy has to allow ecr:DescribeImages to this account: ${error.message}`,
    { cause: error },
  );
}

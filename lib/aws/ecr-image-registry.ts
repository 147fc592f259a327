import {
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  type ECRClient,
  ImageNotFoundException,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';
import type { ImageRegistry, PushedImage } from '../ports/image-registry.ts';
import { Refusal } from '../ports/refusal.ts';

/** Images in Amazon ECR. */
export function ecrImageRegistry(client: ECRClient): ImageRegistry {
  return {
    async list(repository) {
      const found: PushedImage[] = [];
      let nextToken: string | undefined;
      do {
        const page = await client
          .send(
            new DescribeImagesCommand({
              repositoryName: repository,
              filter: { tagStatus: 'TAGGED' },
              maxResults: 1000,
              nextToken,
            }),
          )
          .catch((error: unknown) => {
            if (!(error instanceof RepositoryNotFoundException)) throw error;
            throw new Refusal(`There is no repository ${repository}; correct \`image.repository\` in the spec.`);
          });
        for (const { imageDigest: digest, imageTags: tags = [], imagePushedAt } of page.imageDetails ?? []) {
          if (digest !== undefined && imagePushedAt !== undefined && tags.length > 0)
            found.push({ digest, tags, pushedAt: imagePushedAt.toISOString() });
        }
        nextToken = page.nextToken;
      } while (nextToken !== undefined && nextToken !== '');
      return found;
    },

    async find(repository, tagOrDigest) {
      const imageId = tagOrDigest.startsWith('sha256:') ? { imageDigest: tagOrDigest } : { imageTag: tagOrDigest };
      try {
        const [{ imageDetails = [] }, { repositories = [] }] = await Promise.all([
          client.send(new DescribeImagesCommand({ repositoryName: repository, imageIds: [imageId] })),
          client.send(new DescribeRepositoriesCommand({ repositoryNames: [repository] })),
        ]);
        const digest = imageDetails[0]?.imageDigest;
        const repositoryUri = repositories[0]?.repositoryUri;
        if (digest === undefined || repositoryUri === undefined) return undefined;
        return { repositoryUri, digest, tags: imageDetails[0]?.imageTags ?? [] };
      } catch (error) {
        if (error instanceof ImageNotFoundException || error instanceof RepositoryNotFoundException) return undefined;
        throw error;
      }
    },
  };
}

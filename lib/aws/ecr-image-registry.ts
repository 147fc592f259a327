import {
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  type ECRClient,
  ImageNotFoundException,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';
import type { ImageRegistry } from '../ports/image-registry.ts';

/** Images in Amazon ECR. */
export function ecrImageRegistry(client: ECRClient): ImageRegistry {
  return {
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

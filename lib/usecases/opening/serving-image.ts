import { Refusal } from '../../rollout/refusal.ts';
import type { PinnedImage } from '../../rollout/event-shapes.ts';
import { parseImageReference } from '../../rollout/image-reference.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { tagMatches } from '../../specification/tag-pattern.ts';
import type { Part } from '../../ports/world.ts';

/** An image as it runs: under the repository that its task definition names, with a tag for people. */
export async function imageThatRuns(
  spec: RolloutSpec,
  taskDefinition: string,
  digest: string,
  world: Part<'runtime' | 'registry'>,
): Promise<PinnedImage> {
  const image = await world.runtime.imageOf(taskDefinition, spec.container);
  const repositoryUri = (image?.split('@', 1)[0] ?? '').replace(/:[^/:]*$/, '');
  return { repositoryUri, digest, tag: await tagOf(digest, image ?? '', spec, world) };
}

/**
 * The image that serves, for a rollout of the same image with another task definition.
 * @throws Refusal where blue's tasks run none, or several
 */
export async function servingImage(
  spec: RolloutSpec,
  taskDefinition: string,
  digests: readonly string[],
  world: Part<'runtime' | 'registry'>,
): Promise<PinnedImage> {
  const [digest] = digests;
  if (digest === undefined || digests.length > 1) {
    const what = digest === undefined ? 'no running task' : `several images (${digests.join(', ')})`;
    throw new Refusal(`Blue of ${spec.service} has ${what}: name the image to roll out.`);
  }
  return imageThatRuns(spec, taskDefinition, digest, world);
}

/** What runs already needs no registry: without an answer it goes by the tag of its task definition, or by its digest. */
async function tagOf(
  digest: string,
  image: string,
  spec: RolloutSpec,
  { registry }: Part<'registry'>,
): Promise<string | undefined> {
  try {
    const tags = (await registry.find(spec.image, digest))?.tags ?? [];
    return tags.find((tag) => tagMatches(spec.image.tagPattern, tag)) ?? tags[0];
  } catch {
    return parseImageReference(image)?.tag;
  }
}

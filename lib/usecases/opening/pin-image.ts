import { Refusal } from '../../rollout/refusal.ts';
import type { PinnedImage } from '../../rollout/event-shapes.ts';
import { type ImageReference, parseImageReference } from '../../rollout/image-reference.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { ecrRegistryOf, notPrivateEcr } from '../../specification/ecr-registry.ts';
import { tagMatches } from '../../specification/tag-pattern.ts';
import type { Part } from '../../ports/world.ts';

/** The image by its digest: a tag may move while the rollout runs. */
export async function pinImage(
  written: string,
  spec: RolloutSpec,
  { registry }: Part<'registry'>,
): Promise<PinnedImage> {
  const reference = parseImageReference(written);
  if (reference === undefined) {
    throw new Refusal(
      `"${written}" names no image; expected a tag, a sha256: digest, or repository:tag, repository@sha256:digest.`,
    );
  }
  const { repository, registry: host } = spec.image;
  if (reference.repository !== undefined && reference.repository !== repository) {
    throw new Refusal(
      `Image "${written}" is of repository ${reference.repository}, but the spec of ${spec.service} takes ${repository}.`,
    );
  }
  refuseOtherHost(written, reference.registry);
  const wanted = reference.digest ?? reference.tag ?? '';
  const found = await registry.find(spec.image, wanted);
  if (found === undefined) {
    const where = host === undefined ? '' : ` in ${host}`;
    throw new Refusal(`Repository ${repository}${where} has no image ${wanted}; push it first.`);
  }
  if (reference.tag !== undefined && !found.tags.includes(reference.tag)) {
    const tags = found.tags.length === 0 ? 'no tag' : `the tags ${found.tags.join(', ')}`;
    throw new Refusal(
      `Image "${written}" names tag ${reference.tag}, but ${found.digest} has ${tags}; name the digest alone, or the tag alone.`,
    );
  }
  if (reference.registry !== undefined && !found.repositoryUri.startsWith(`${reference.registry}/`)) {
    throw new Refusal(
      `Image "${written}" is of another registry than ${found.repositoryUri}; correct \`image.registry\` in the spec.`,
    );
  }
  return { repositoryUri: found.repositoryUri, digest: found.digest, tag: tagOf(reference, found.tags, spec) };
}

function refuseOtherHost(written: string, host: string | undefined): void {
  if (host !== undefined && ecrRegistryOf(host) === undefined)
    throw new Refusal(`Image "${written}" cannot be rolled out: ${notPrivateEcr(host)}.`);
}

/**
 * Refuses an image that the spec takes from the own registry while blue runs the repository of the same name of another one:
 * two repositories may have one name, and the wrong one's image would be rolled out.
 */
export function refuseNamesake(
  { image, service }: Pick<RolloutSpec, 'image' | 'service'>,
  pinned: PinnedImage,
  runs: string | undefined,
): void {
  const { registry, repository } = parseImageReference(runs ?? '') ?? {};
  if (image.registry !== undefined || registry === undefined || repository !== image.repository) return;
  if (ecrRegistryOf(registry) === undefined || pinned.repositoryUri.startsWith(`${registry}/`)) return;
  throw new Refusal(
    `Blue of ${service} runs ${repository} of registry ${registry}, but the spec takes it from ${pinned.repositoryUri}; write the registry that is meant as \`image.registry\` in the spec.`,
  );
}

/** The tag that was asked for, or, for a digest, a tag of the agreed pattern that it carries. */
function tagOf(reference: ImageReference, tags: readonly string[], spec: RolloutSpec): string | undefined {
  return reference.tag ?? tags.find((tag) => tagMatches(spec.image.tagPattern, tag)) ?? tags[0];
}

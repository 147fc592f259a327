import { Refusal } from '../ports/refusal.ts';
import type { PinnedImage } from '../rollout/events.ts';
import { type ImageReference, parseImageReference } from '../rollout/image-reference.ts';
import type { RolloutSpec } from '../spec/rollout-spec.ts';
import { tagMatches } from '../spec/tag-pattern.ts';
import type { Part } from './world.ts';

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
  const { repository } = spec.image;
  if (reference.repository !== undefined && reference.repository !== repository) {
    throw new Refusal(
      `Image "${written}" is of repository ${reference.repository}, but the spec of ${spec.service} takes ${repository}.`,
    );
  }
  const wanted = reference.digest ?? reference.tag ?? '';
  const found = await registry.find(repository, wanted);
  if (found === undefined) throw new Refusal(`Repository ${repository} has no image ${wanted}; push it first.`);
  if (reference.registry !== undefined && !found.repositoryUri.startsWith(`${reference.registry}/`)) {
    throw new Refusal(`Image "${written}" is of another registry than ${found.repositoryUri}.`);
  }
  return { repositoryUri: found.repositoryUri, digest: found.digest, tag: tagOf(reference, found.tags, spec) };
}

/** The tag that was asked for, or, for a digest, a tag of the agreed pattern that it carries. */
function tagOf(reference: ImageReference, tags: readonly string[], spec: RolloutSpec): string | undefined {
  return reference.tag ?? tags.find((tag) => tagMatches(spec.image.tagPattern, tag)) ?? tags[0];
}

import { tagMatches } from '../specification/tag-pattern.ts';
import type { PreCheck } from './pre-check.ts';

/** The image is there under its digest, and its tag says which build and commit it is. */
export const imageTag: PreCheck = {
  name: 'image',
  expected: 'an image that exists, with a tag of the agreed pattern',
  async observe({ spec, image }, { registry }) {
    const found = await registry.find(spec.image, image.digest);
    if (found === undefined) return { passed: false, saw: `no image ${image.digest} in ${spec.image.repository}` };
    if (image.tag === undefined) return { passed: false, saw: `${image.digest} without a tag` };
    const matches = tagMatches(spec.image.tagPattern, image.tag);
    const moved = !found.tags.includes(image.tag);
    if (moved) return { passed: false, saw: `tag ${image.tag} moved away from ${image.digest} meanwhile` };
    return {
      passed: matches,
      saw: `tag ${image.tag}${matches ? '' : `, which does not match ${spec.image.tagPattern}`}`,
    };
  },
};

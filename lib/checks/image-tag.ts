import { tagMatches } from '../specification/tag-pattern.ts';
import type { Check } from './check.ts';

/** The image is there under its digest, and its tag says which build and commit it is. */
export const imageTag: Check = {
  name: 'image',
  expected: 'an image that exists, with a tag of the agreed pattern',
  page: {
    asks: 'Is the image still in its repository under its digest, with a tag of the agreed pattern?',
    reads: 'the repository of `image`',
    rights: ['ecr:DescribeImages', 'ecr:DescribeRepositories'],
    fails: 'the image is gone, has no tag, its tag has moved to another image, or does not match `image.tagPattern`',
    fix: 'push the image again under a new tag that matches `image.tagPattern`, and start a rollout of it',
    answers: 'Image tag of the agreed pattern, such as `412-9f8d111`',
  },
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

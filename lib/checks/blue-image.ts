import { workloadOf } from '../drivers/shapes/layout-of.ts';
import { Refusal } from '../rollout/refusal.ts';
import { parseImageReference } from '../rollout/image-reference.ts';
import { ecrRegistryOf } from '../specification/ecr-registry.ts';
import type { Check } from './check.ts';

const unreadable = { registry: undefined, repository: undefined, tag: undefined, digest: undefined };

/**
 * Blue's image is still in its registry. Lifecycle rules expire old images while their tasks run on: then a task of blue that has to be
 * replaced cannot start, blue shrinks, and a rollback has nothing to go back to.
 */
export const blueImage: Check = {
  name: 'blue image',
  expected: 'blue’s image in its registry, so that a task of blue that ends can be replaced',
  page: {
    asks: 'Can a task of blue that ends be replaced?',
    reads: 'the repository that blue runs from',
    rights: ['ecs:DescribeServices', 'ecs:DescribeTaskDefinition', 'ecr:DescribeImages', 'ecr:DescribeRepositories'],
    fails: 'blue runs an image that its registry does not have any more',
    fix: 'push the same image again and exempt images in use from the lifecycle policy, or write `rollback: { blueImage: optional }`',
    answers: 'Rollback rehearsed or proven possible',
  },
  async observe({ spec, blue, blueDigest }, { runtime, registry }) {
    const slot = await runtime.describe(workloadOf(spec, blue));
    const image = slot && (await runtime.imageOf(slot.taskDefinition, spec.container));
    if (image === undefined) return { passed: true, saw: 'blue names no image; other checks say more' };
    // Without a tag or a digest a task definition means the tag `latest`.
    const {
      registry: host = '',
      repository = '',
      ...of
    } = parseImageReference(image) ?? parseImageReference(`${image}:latest`) ?? unreadable;
    const wanted = blueDigest ?? of.digest ?? of.tag;
    if (ecrRegistryOf(host) === undefined || wanted === undefined) {
      return { passed: true, saw: `${image}, which lies outside ECR and was not looked for` };
    }
    try {
      const found = await registry.find({ repository, registry: host }, wanted);
      if (found !== undefined) return { passed: true, saw: `${repository} has ${wanted}` };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { passed: true, saw: `${image}, which could not be looked for: ${error.message}` };
    }
    const gone = `${host}/${repository} has no image ${wanted} any more, which blue runs`;
    if (spec.rollback.blueImage === 'optional') return { passed: true, saw: `${gone}; the spec allows that` };
    const fix =
      'push the same image again and exempt images in use from the lifecycle policy, or accept the risk with `rollback: { blueImage: optional }`';
    return { passed: false, saw: `${gone}; ${fix}` };
  },
};

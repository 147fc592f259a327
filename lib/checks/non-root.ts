import type { Check } from './check.ts';
import { greenDefinition } from './green-definition.ts';

/** `0`, `root`, `0:0`, `root:users`: the user decides, whatever the group is. */
const root = /^(?:0+|root)(?::|$)/;

/** A container that runs as root needs one mistake less to be taken over. Its user is the task definition's, or else the image's. */
export const nonRoot: Check = {
  name: 'non-root',
  expected: 'the container to run as another user than root',
  page: {
    asks: 'Does the container of green run as another user than root?',
    reads: 'the task definition that green gets; where it names no user, the configuration of the image',
    rights: ['ecs:DescribeTaskDefinition', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    fails: 'the user is root or 0, or neither names a user',
    fix: 'write `USER` into the Dockerfile, or `user` into the container of the task definition',
    answers: 'Container runs as non-root',
  },
  async observe(state, world) {
    const { spec, image } = state;
    const { of } = await greenDefinition(state, world);
    const named = of(spec.container, 'user');
    const user = named ?? (await world.facts.imageConfiguration(spec.image, image.digest)).user;
    const from = named === undefined ? 'the image' : 'the task definition';
    if (user === '') return { passed: false, saw: 'neither task definition nor image names a user, so it is root' };
    return { passed: !root.test(user), saw: `${from} says user ${user}` };
  },
};

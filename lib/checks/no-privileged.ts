import type { Check } from './check.ts';
import { greenDefinition } from './green-definition.ts';

/** A privileged container has all rights of its host: who breaks out of the service has the host. */
export const noPrivileged: Check = {
  name: 'no-privileged',
  expected: 'no container with `privileged: true`',
  page: {
    asks: 'Does a container of green run privileged?',
    reads: 'the task definition that green gets',
    rights: ['ecs:DescribeTaskDefinition'],
    fails: 'a container says `privileged: true`',
    fix: 'remove `privileged` from the container, and give it the Linux capabilities that it needs by name',
    answers: 'Container runs as non-root',
  },
  async observe(state, world) {
    const { containers, of } = await greenDefinition(state, world);
    const wrong = containers.filter((name) => of(name, 'privileged') === 'true');
    if (wrong.length > 0) return { passed: false, saw: `privileged containers: ${wrong.join(', ')}` };
    return { passed: true, saw: `${String(containers.length)} containers, none privileged` };
  },
};

import type { Check } from './check.ts';
import { greenDefinition } from './green-definition.ts';

/** Without a health check of its own a container that hangs is found by the load balancer alone, and a worker beside it by nothing. */
export const containerHealthCheck: Check = {
  name: 'container-health-check',
  expected: 'the container to have a health check',
  page: {
    asks: 'Has the container of green a health check?',
    reads: 'the task definition that green gets. ECS does not use the `HEALTHCHECK` of an image',
    rights: ['ecs:DescribeTaskDefinition'],
    fails: 'the container has no `healthCheck`, or one with the command `NONE`',
    fix: 'add `healthCheck` with a command to the container of the task definition',
    answers: 'Container has a health check',
  },
  async observe(state, world) {
    const { of } = await greenDefinition(state, world);
    const command = of(state.spec.container, 'healthCheck.command');
    const isThere = command !== undefined && command !== '["NONE"]';
    return { passed: isThere, saw: isThere ? 'a health check' : 'no health check' };
  },
};

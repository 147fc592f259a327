import { workloadOf } from '../drivers/shapes/layout-of.ts';
import type { Check } from './check.ts';

/** ECS deploys neither slot by a way of its own that moves traffic: it would write the rule's weights beside the rollout. */
export const deployment: Check = {
  name: 'deployment',
  expected: 'both ECS services with the deployment controller ECS and the strategy ROLLING',
  page: {
    asks: 'Does ECS leave the weights of the rules alone?',
    reads: 'deployment controller and strategy of both ECS services',
    rights: ['ecs:DescribeServices'],
    fails: 'a service has another controller than ECS or another strategy than ROLLING',
    fix: 'give both services the controller ECS and the strategy ROLLING',
    answers: 'Load balancer and target groups set up right',
  },
  async observe({ spec }, { runtime }) {
    const names = ['a', 'b'] as const;
    const slots = await Promise.all(names.map((name) => runtime.describe(workloadOf(spec, name))));
    const wrong = slots.flatMap((slot) =>
      slot?.movesTraffic === undefined ? [] : [`${slot.service} has ${slot.movesTraffic}`],
    );
    return { passed: wrong.length === 0, saw: wrong.length === 0 ? 'rolling deployments' : wrong.join(', ') };
  },
};

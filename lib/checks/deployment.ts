import { workloadOf } from '../drivers/shapes/layout-of.ts';
import type { PreCheck } from './pre-check.ts';

/** ECS deploys neither slot by a way of its own that moves traffic: it would write the rule's weights beside the rollout. */
export const deployment: PreCheck = {
  name: 'deployment',
  expected: 'both ECS services with the deployment controller ECS and the strategy ROLLING',
  async observe({ spec }, { runtime }) {
    const names = ['a', 'b'] as const;
    const slots = await Promise.all(names.map((name) => runtime.describe(workloadOf(spec, name))));
    const wrong = slots.flatMap((slot) =>
      slot?.movesTraffic === undefined ? [] : [`${slot.service} has ${slot.movesTraffic}`],
    );
    return { passed: wrong.length === 0, saw: wrong.length === 0 ? 'rolling deployments' : wrong.join(', ') };
  },
};

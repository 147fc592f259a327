import { layoutOf, trafficOf, workloadOf } from '../drivers/shapes/layout-of.ts';
import { driverOf } from '../drivers/registry.ts';
import type { Check } from './check.ts';
import { counted } from '../specification/text/counted.ts';

/** ECS services, target groups and rules belong together, and blue serves everything. */
export const slotsFit: Check = {
  name: 'slots',
  expected: 'each slot registers with its target groups, and every rule sends all traffic to blue',
  page: {
    asks: 'Do ECS services, target groups and rules belong together, and does blue serve everything?',
    reads: 'the rules of `traffic` and both ECS services',
    rights: ['elasticloadbalancing:DescribeRules', 'elasticloadbalancing:DescribeListeners', 'ecs:DescribeServices'],
    fails:
      'a slot does not register with its target groups, a rule leads elsewhere, or traffic has moved to the other slot',
    fix: 'correct `slots` and `traffic` in the spec, or put the rules back',
    answers: 'Load balancer and target groups set up right',
  },
  async observe({ spec, blue }, { router, runtime }) {
    const names = ['a', 'b'] as const;
    const [routings, ...services] = await Promise.all([
      router.read(trafficOf(spec)),
      ...names.map((name) => runtime.describe(workloadOf(spec, name))),
    ]);
    for (const [index, name] of names.entries()) {
      const registersWith = services[index]?.targetGroups ?? [];
      const missing = layoutOf(spec)
        .groupsOf(name)
        .find((group) => !registersWith.includes(group));
      if (missing !== undefined) {
        const saw = registersWith.length > 0 ? registersWith.join(', ') : 'no target group';
        return {
          passed: false,
          saw: `slot ${name}: ECS service ${workloadOf(spec, name).service} registers with ${saw}, not with ${missing}`,
        };
      }
    }
    const roles = driverOf(spec).rolesOf(spec, routings);
    if (roles.outcome === 'unclear') return { passed: false, saw: roles.reason };
    if (roles.blue !== blue) return { passed: false, saw: `traffic moved to slot ${roles.blue} meanwhile` };
    return { passed: true, saw: `slot ${blue} gets all traffic of ${counted(routings.length, 'rule')}` };
  },
};

import { rolesOf } from '../rollout/routing.ts';
import type { PreCheck } from './pre-check.ts';

/** ECS services, target groups and rules belong together, and blue serves everything. */
export const slotsFit: PreCheck = {
  name: 'slots',
  expected: 'each slot registers with its target groups, and every rule sends all traffic to blue',
  async observe({ spec, blue }, { router, runtime }) {
    const names = ['a', 'b'] as const;
    const [routings, ...services] = await Promise.all([
      router.read(spec.traffic),
      ...names.map((name) => runtime.describe(spec.cluster, spec.slots[name].service)),
    ]);
    for (const [index, name] of names.entries()) {
      const { service, targetGroups } = spec.slots[name];
      const registersWith = services[index]?.targetGroups ?? [];
      const missing = targetGroups.find((group) => !registersWith.includes(group));
      if (missing !== undefined) {
        const saw = registersWith.length > 0 ? registersWith.join(', ') : 'no target group';
        return {
          passed: false,
          saw: `slot ${name}: ECS service ${service} registers with ${saw}, not with ${missing}`,
        };
      }
    }
    const roles = rolesOf(routings, spec.slots);
    if (roles.outcome === 'unclear') return { passed: false, saw: roles.reason };
    if (roles.blue !== blue) return { passed: false, saw: `traffic moved to slot ${roles.blue} meanwhile` };
    return { passed: true, saw: `slot ${blue} gets all traffic of ${routings.length} rule(s)` };
  },
};

import { workloadOf } from '../drivers/shapes/layout-of.ts';
import { leastHealthy } from '../drivers/traffic-router.ts';
import { pairsInUse } from '../drivers/rules/pairs.ts';
import type { Check } from './check.ts';

/** Blue is whole: it has to carry everything again if green fails. */
export const blueCapacity: Check = {
  name: 'blue',
  expected: 'blue healthy at full capacity',
  page: {
    asks: 'Is blue whole, so that it can carry everything again?',
    reads: "blue's ECS service and the health of its targets",
    rights: ['ecs:DescribeServices', 'elasticloadbalancing:DescribeTargetHealth'],
    fails: 'blue has no tasks, fewer than wanted, or targets that are not healthy',
    fix: 'let blue come up first: its events in ECS say what keeps its tasks from running',
    answers: 'Rollback rehearsed or proven possible',
  },
  async observe(state, { router, runtime }) {
    const { spec, blue } = state;
    const workload = workloadOf(spec, blue);
    const [slot, healths] = await Promise.all([
      runtime.describe(workload),
      Promise.all(pairsInUse(state).map((pair) => router.targetHealth(pair.blue))),
    ]);
    if (slot === undefined) return { passed: false, saw: `no ECS service ${workload.service}` };
    const health = leastHealthy(healths);
    const saw = `${slot.running} of ${slot.desired} tasks running, ${health.healthy} of ${health.total} targets healthy`;
    const whole = slot.desired > 0 && slot.running >= slot.desired && health.healthy >= slot.desired;
    return { passed: whole, saw };
  },
};

import type { PreCheck } from './pre-check.ts';

/** Blue is whole: it has to carry everything again if green fails. */
export const blueCapacity: PreCheck = {
  name: 'blue',
  expected: 'blue healthy at full capacity',
  async observe({ spec, blue }, { router, runtime }) {
    const { service, targetGroup } = spec.slots[blue];
    const [slot, health] = await Promise.all([
      runtime.describe(spec.cluster, service),
      router.targetHealth(targetGroup),
    ]);
    if (slot === undefined) return { passed: false, saw: `no ECS service ${service}` };
    const saw = `${slot.running} of ${slot.desired} tasks running, ${health.healthy} of ${health.total} targets healthy`;
    const whole = slot.desired > 0 && slot.running >= slot.desired && health.healthy >= slot.desired;
    return { passed: whole, saw };
  },
};

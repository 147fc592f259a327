import type { Capacity } from '../../lib/drivers/capacity.ts';
import type { Autoscaling } from '../../lib/rollout/autoscaling.ts';

/** Autoscaling in memory: the count is put within the limits at once, as Application Auto Scaling does. */
export function modelCapacity(
  settings: Map<string, Autoscaling>,
  slots: ReadonlyMap<string, { desired: number }>,
): Capacity {
  return {
    autoscalingOf: ({ service }) => Promise.resolve(settings.get(service)),
    setAutoscaling: ({ service }, next) => {
      const slot = slots.get(service);
      if (!settings.has(service) || slot === undefined) return Promise.resolve();
      settings.set(service, next);
      slot.desired = Math.min(next.max, Math.max(next.min, slot.desired));
      return Promise.resolve();
    },
    scheduledActions: () => Promise.resolve([]),
    scalesBy: ({ service }) => Promise.resolve(settings.has(service) ? ['ALBRequestCountPerTarget'] : []),
  };
}

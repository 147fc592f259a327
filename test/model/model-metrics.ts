import type { Datapoint } from '../../lib/analysis/datapoint.ts';
import type { World } from '../../lib/tasks/world.ts';
import type { WeightChange } from './model-router.ts';
import { type ModelSlots, slotBehind } from './model-slots.ts';

interface Measured extends ModelSlots {
  readonly changes: readonly WeightChange[];
  readonly requestsPerSecond: number;
  readonly errorShare: ReadonlyMap<string, number>;
}

/** Metrics that follow from the weights and from how each image behaves; `firstGroup` has everything before the first change. */
export function modelMetrics(model: Measured, firstGroup: string): World['metrics'] {
  return {
    read: ({ from, to, period, blueTargetGroup, greenTargetGroup }) => {
      const rows = [];
      for (let at = from; at + period <= to; at += period) {
        rows.push({
          at,
          blue: datapointOf(model, blueTargetGroup, at, period, firstGroup),
          green: datapointOf(model, greenTargetGroup, at, period, firstGroup),
        });
      }
      return Promise.resolve(rows);
    },
  };
}

function datapointOf(model: Measured, targetGroup: string, at: number, period: number, firstGroup: string): Datapoint {
  const { digest, desired } = slotBehind(model, targetGroup);
  const named = model.changes.filter(({ weights }) => targetGroup in weights);
  const weights = named.findLast((change) => change.at / 1000 <= at)?.weights ?? { [firstGroup]: 1 };
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  const requests = Math.round((model.requestsPerSecond * period * (weights[targetGroup] ?? 0)) / total);
  if (requests === 0) return { healthyHosts: desired, unhealthyHosts: 0 };
  const errors = Math.round(requests * (model.errorShare.get(digest) ?? 0));
  return { requests, errors, latencyP95: 0.05, healthyHosts: desired, unhealthyHosts: 0 };
}

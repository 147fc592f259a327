import type { Datapoint } from '../../lib/analysis/datapoint.ts';
import type { World } from '../../lib/ports/world.ts';
import type { WeightChange } from './model-router.ts';
import { type ModelSlots, slotBehind } from './model-slots.ts';

/** A request of a check, and the target group that it reached. */
export interface ProbedRequest {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly group: string;
}

interface Measured extends ModelSlots {
  readonly changes: readonly WeightChange[];
  readonly probed: readonly ProbedRequest[];
  /** What the rule says now. */
  weights(): Readonly<Record<string, number>>;
  readonly requestsPerSecond: number;
  readonly errorShare: ReadonlyMap<string, number>;
}

/** Metrics that follow from the weights and from how each image behaves; `firstGroup` has everything before the first change. */
export function modelMetrics(model: Measured, firstGroup: string): World['metrics'] {
  return {
    read: ({ from, to, period, targetGroups }) => {
      const rows = [];
      for (let at = from; at + period <= to; at += period) {
        rows.push({
          at,
          blue: datapointOf(model, targetGroups.blue, at, period, firstGroup),
          green: datapointOf(model, targetGroups.green, at, period, firstGroup),
        });
      }
      return Promise.resolve(rows);
    },
  };
}

function datapointOf(model: Measured, targetGroup: string, at: number, period: number, firstGroup: string): Datapoint {
  const { digest, desired } = slotBehind(model, targetGroup);
  const named = model.changes.filter(({ weights }) => targetGroup in weights);
  const first = model.changes.length === 0 ? model.weights() : { [firstGroup]: 1 };
  const weights = named.findLast((change) => change.at / 1000 <= at)?.weights ?? first;
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  const probes = model.probed.filter((one) => one.group === targetGroup && isWithin(one.at / 1000, at, period));
  const users = Math.round((model.requestsPerSecond * period * (weights[targetGroup] ?? 0)) / total);
  const requests = users + probes.length;
  if (requests === 0) return { healthyHosts: desired, unhealthyHosts: 0 };
  const errors = Math.round(users * (model.errorShare.get(digest) ?? 0));
  return { requests, errors, latencyP95: 0.05, healthyHosts: desired, unhealthyHosts: 0 };
}

function isWithin(second: number, at: number, period: number): boolean {
  return second >= at && second < at + period;
}

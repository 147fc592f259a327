import type { PeriodOfBoth } from '../analysis/datapoint.ts';
import type { MetricSource } from '../ports/metric-source.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { RolloutSpec } from '../spec/rollout-spec.ts';

/** Every series that the gates read, and what each look needs besides. */
export function metricsOf({ gates }: RolloutSpec): readonly string[] {
  const read = gates.flatMap((gate) => ('value' in gate ? [gate.value.metric] : [gate.bad.metric, gate.total.metric]));
  return [...new Set(['requests', 'healthyHosts', ...read])];
}

/**
 * Both slots' settled periods from the first shift on, each with green's weight. A period in which the weight changed is left
 * out: its requests belong to neither.
 */
export async function periodsOfBoth(
  state: RolloutState,
  metrics: readonly string[],
  now: Date,
  source: MetricSource,
): Promise<readonly PeriodOfBoth[]> {
  const { spec, shifts } = state;
  const first = shifts[0];
  const traffic = spec.traffic[0];
  if (first === undefined || traffic === undefined) return [];
  const from = Math.ceil(Date.parse(first.at) / 1000 / spec.period) * spec.period;
  const to = Math.floor((now.getTime() / 1000 - spec.lag) / spec.period) * spec.period;
  if (to <= from) return [];

  const rows = await source.read({
    blueTargetGroup: spec.slots[state.blue].targetGroup,
    greenTargetGroup: spec.slots[state.green].targetGroup,
    routingArn: 'rule' in traffic ? traffic.rule : traffic.listener,
    metrics,
    from,
    to,
    period: spec.period,
  });
  return rows
    .filter(({ at }) => at >= from && at + spec.period <= to)
    .flatMap((row) => {
      const weight = steadyWeight(shifts, row.at, row.at + spec.period);
      return weight === undefined ? [] : [{ ...row, weight }];
    });
}

/** Green's weight over a whole period, both ends in seconds; `undefined` where it changed within. */
function steadyWeight(shifts: RolloutState['shifts'], start: number, end: number): number | undefined {
  let weight = 0;
  for (const shift of shifts) {
    const at = Date.parse(shift.at) / 1000;
    if (at >= end) break;
    if (at > start) return undefined;
    weight = shift.weight;
  }
  return weight;
}

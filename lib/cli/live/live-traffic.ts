import type { ServiceLook } from '../../drivers/service-look.ts';
import type { MetricSource } from '../../metrics/source.ts';
import { trafficOf } from '../../drivers/shapes/layout-of.ts';
import { quietSteps, requestsNeeded, chosenSteps } from '../../rollout/quiet-steps.ts';
import type { Doubt } from '../../specification/doubt.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { trafficOfLastHour } from '../../usecases/opening/traffic-of-last-hour.ts';
import type { Asked } from '../plan/asked.ts';
import { ruleOfTarget, rulesOfBalancers } from './live-rules.ts';
import { warning } from './live-slot.ts';

/**
 * Returns a service's requests a second over the last settled hour, by what its load balancers published.
 * @throws Error where they cannot be read
 */
export async function liveTraffic(
  spec: RolloutSpec,
  look: ServiceLook,
  source: MetricSource,
  now: Date,
): Promise<number> {
  const all = await rulesOfBalancers(spec, look);
  const found = trafficOf(spec).flatMap((target) => ruleOfTarget(target, all) ?? []);
  // No load balancer is named in what it published: a rule says which one it is.
  if (found.length === 0) throw new Error('none of the rules of `traffic` is there');
  const restorePlan = found.map(({ arn, isDefault, listener, actions }) => ({
    kind: isDefault ? ('listener' as const) : ('rule' as const),
    arn: isDefault ? listener : arn,
    actions,
  }));
  return trafficOfLastHour({ spec, blue: 'a', green: 'b', restorePlan }, source, now);
}

/** What the service's traffic means for the steps of its spec: those that gather too few requests, with a bake that would do. */
export function trafficDoubts(spec: RolloutSpec, traffic: Asked<number>): readonly Doubt[] {
  if ('unknown' in traffic) {
    const message = `it is not known whether each step gathers the ${requestsNeeded(spec)} requests that it needs, as the traffic of the last hour could not be read: ${traffic.unknown}`;
    return [warning(['steps'], message)];
  }
  const { steps } = chosenSteps(spec, traffic.answer);
  return quietSteps({ ...spec, steps }, traffic.answer).map(({ index, weight, says }) => {
    const place = spec.steps.findIndex((step) => step === steps[index]);
    return warning(['steps', place, 'bake'], `at the traffic of the last hour the step of ${weight} % ${says}`);
  });
}

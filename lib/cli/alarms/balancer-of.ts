import { parseElbArn } from '../../drivers/layout/elb-arn.ts';
import { trafficOf } from '../../drivers/shapes/layout-of.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';

/**
 * Returns the load balancer that the traffic of a spec comes through, as dimensions of its metrics name it.
 * @throws Error where the traffic names none, or more than one: a target group belongs to one, and the spec does not say to which
 */
export function balancerOf(spec: RolloutSpec): string {
  const balancers = new Set(
    trafficOf(spec).flatMap((target) => {
      const rule = 'rule' in target ? parseElbArn(target.rule, 'listener rule') : undefined;
      const listener = 'listener' in target ? parseElbArn(target.listener, 'listener') : undefined;
      return (rule ?? listener)?.balancer ?? [];
    }),
  );
  const [balancer, ...others] = balancers;
  if (balancer === undefined) throw new Error(`The spec of ${spec.service} names no load balancer.`);
  if (others.length > 0) {
    const names = [...balancers].join(', ');
    throw new Error(
      `The traffic of ${spec.service} comes through ${String(balancers.size)} load balancers (${names}), and its spec does not say which target group belongs to which: alarms and dashboards would show nothing of the others. Make them by hand for this service.`,
    );
  }
  return balancer;
}

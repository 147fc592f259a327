import { parseElbArn } from '../../drivers/layout/elb-arn.ts';
import { trafficOf, workloadOf } from '../../drivers/shapes/layout-of.ts';
import type { RolloutStore } from '../../ports/rollout-store.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import type { ParameterValues } from './stack-template.ts';

/**
 * Returns what applied specs, and rollouts under way, need that the stage could not change any more with these values, a line each.
 * Without its load balancer's name nobody could put the traffic of a service back.
 */
export async function lostNames(
  values: ParameterValues,
  store: Pick<RolloutStore, 'services' | 'service' | 'spec' | 'load'>,
): Promise<readonly string[]> {
  const lost: string[] = [];
  for (const service of await store.services()) {
    const [applied, { lockedBy }] = await Promise.all([store.spec(service), store.service(service)]);
    const running = lockedBy === undefined ? undefined : await store.load(lockedBy);
    if (applied !== undefined) lost.push(...outside(applied.spec, `the spec of ${service}`, values));
    if (running !== undefined) lost.push(...outside(running.state.spec, `rollout ${running.state.rolloutId}`, values));
  }
  return lost;
}

function outside(spec: RolloutSpec, of: string, values: ParameterValues): string[] {
  const balancers = trafficOf(spec).map((target) => {
    const arn = 'rule' in target ? parseElbArn(target.rule, 'listener rule') : parseElbArn(target.listener, 'listener');
    return arn?.balancer?.split('/')[1] ?? '';
  });
  return [
    ...missing('Balancers', balancers, values).map((name) => `${of}: load balancer ${name} (parameter Balancers)`),
    ...missing('Clusters', [workloadOf(spec, 'a').cluster], values).map(
      (name) => `${of}: cluster ${name} (parameter Clusters)`,
    ),
  ];
}

function missing(parameter: string, needed: readonly string[], values: ParameterValues): readonly string[] {
  const names = (values[parameter] ?? '*').split(',');
  return names.includes('*') ? [] : [...new Set(needed)].filter((name) => !names.includes(name));
}

import { layoutOf } from './layout-of.ts';
import type { Places } from './registry.ts';

const twoSlots = ['a', 'b'] as const;

/** Returns the id at the end of an ARN. AWS makes it, and one of an account and region is never given twice. */
function idOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1).toLowerCase();
}

/**
 * Returns what a rollout by this spec changes, which no second service may: listener rules, listeners whose default action is shifted,
 * target groups, and ECS services with their scalable targets. Balancers and clusters are shared, so they are not in it.
 * @returns by a key that is the same for each way to write the same thing, what people read
 */
export function heldPlaces(spec: Places): ReadonlyMap<string, string> {
  const layout = layoutOf(spec);
  const held = new Map<string, string>();
  for (const target of layout.traffic) {
    if ('rule' in target) held.set(`rule/${idOf(target.rule)}`, `listener rule ${target.rule}`);
    else held.set(`listener/${idOf(target.listener)}`, `the default action of listener ${target.listener}`);
  }
  for (const slot of twoSlots) {
    for (const group of layout.groupsOf(slot)) held.set(`group/${idOf(group)}`, `target group ${group}`);
    const { cluster, service } = layout.workloadOf(slot);
    held.set(`ecs/${cluster}/${service}`.toLowerCase(), `ECS service ${service} of cluster ${cluster}`);
  }
  return held;
}

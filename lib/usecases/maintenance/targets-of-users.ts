import { groupsWithTraffic } from '../../drivers/rules/routing.ts';
import { trafficOf } from '../../drivers/shapes/layout-of.ts';
import type { TargetHealth } from '../../drivers/traffic-router.ts';
import type { Part } from '../../ports/world.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';

/** Health of every target group that users are sent to; `groups` is `undefined` where that could not be found out, and `unread` says why. */
export interface TargetsOfUsers {
  readonly groups: readonly TargetHealth[] | undefined;
  readonly unread?: string | undefined;
}

/**
 * Reads the health of the targets that a service's rules send users to. A rule that is gone leaves its users to nobody, however healthy
 * the targets of the others are: then nothing is known of all users. An answer that does not come is no health either.
 */
export async function targetsOfUsers(spec: RolloutSpec, { router }: Part<'router'>): Promise<TargetsOfUsers> {
  try {
    const traffic = trafficOf(spec);
    const routings = await router.find(traffic);
    const gone = traffic.filter((_, index) => routings[index] === undefined);
    if (gone.length > 0) {
      const arns = gone.map((target) => ('rule' in target ? target.rule : target.listener)).join(', ');
      return { groups: undefined, unread: `${arns} is gone: put it back, or users of it are served by nobody` };
    }
    return { groups: await Promise.all(groupsWithTraffic(routings).map((group) => router.targetHealth(group))) };
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return {
      groups: undefined,
      unread: `the health of the targets that users reach could not be found out (${why.slice(0, 200)})`,
    };
  }
}

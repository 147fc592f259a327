import type { Actions } from '../api/action.ts';
import { policyActions } from './policies.ts';
import { scalableTargetActions } from './scalable-targets.ts';
import { scheduledActionActions } from './scheduled-actions.ts';
import type { ScalingWorld } from './world.ts';

/** All actions of Application Auto Scaling that the fleet knows. */
export function scalingActions(world: ScalingWorld): Actions {
  return { ...scalableTargetActions(world), ...policyActions(world), ...scheduledActionActions(world) };
}

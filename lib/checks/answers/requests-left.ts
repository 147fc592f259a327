import type { RolloutState } from '../../rollout/state.ts';
import { isUrgent } from '../../rollout/urgent-return.ts';
import { type GreenRequest, requestsToGreen } from '../../specification/green-requests.ts';

/** Returns the requests of the spec that green has not answered yet. A version that comes back in haste was asked in its own rollout. */
export function requestsLeft({ spec, rollback, happened }: RolloutState): readonly GreenRequest[] {
  if (spec.verify === undefined || isUrgent(rollback) || happened?.GreenRequestsPassed !== undefined) return [];
  return requestsToGreen(spec.verify);
}

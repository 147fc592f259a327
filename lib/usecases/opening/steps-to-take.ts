import type { Part } from '../../ports/world.ts';
import type { RequestedRollback } from '../../rollout/event-shapes.ts';
import { isUrgent } from '../../rollout/urgent-return.ts';
import { chosenSteps } from '../../rollout/quiet-steps.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { within } from '../../checks/within.ts';
import { trafficOfLastHour } from './traffic-of-last-hour.ts';

/** The steps of a rollout, and what is recorded where one of them depends on the service's traffic. */
export interface TakenSteps {
  readonly steps: RolloutSpec['steps'];
  readonly said?: { readonly leftOut: readonly number[]; readonly requestsPerSecond: number | undefined };
}

/**
 * Returns the steps that a rollout takes, and what is recorded of its traffic: which steps it goes without, and whether the others
 * gather enough. For steps of a return to an earlier version the traffic is read only where one of them depends on it.
 */
export async function stepsToTake(
  opening: Pick<RolloutState, 'spec' | 'blue' | 'green' | 'restorePlan'>,
  rollback: RequestedRollback | undefined,
  world: Part<'metrics' | 'now'>,
): Promise<TakenSteps> {
  const steps = stepsOf(opening.spec, rollback);
  const dependsOnTraffic = steps.some(({ leaveOutWhenQuiet }) => leaveOutWhenQuiet === true);
  if (rollback !== undefined && !dependsOnTraffic) return { steps };
  const requestsPerSecond = await trafficIfRead(opening, world);
  const chosen = chosenSteps({ ...opening.spec, steps }, requestsPerSecond);
  return {
    steps: [...chosen.steps],
    said: { leftOut: chosen.leftOut.map(({ weight }) => weight), requestsPerSecond },
  };
}

/** Of a version that is kept a person has decided, and in an emergency nobody can wait: it gets everything at once. */
function stepsOf(
  { steps, rollback: settings }: RolloutSpec,
  rollback: RequestedRollback | undefined,
): RolloutSpec['steps'] {
  if (rollback === undefined) return steps;
  return isUrgent(rollback) ? settings.steps.slice(-1) : settings.steps;
}

/** Opening a rollout has 15 s for all that it reads, and can do without this. */
const mostMilliseconds = 3_000;

async function trafficIfRead(
  state: Parameters<typeof trafficOfLastHour>[0],
  world: Part<'metrics' | 'now'>,
): Promise<number | undefined> {
  try {
    return await within(mostMilliseconds, () => trafficOfLastHour(state, world.metrics, world.now()));
  } catch {
    return undefined;
  }
}

import type { Part } from '../../ports/world.ts';
import type { RequestedRollback } from '../../rollout/event-shapes.ts';
import { isUrgent } from '../../rollout/urgent-return.ts';
import { chosenSteps } from '../../rollout/quiet-steps.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { periodStart, readRows, settledUntil } from '../shifting/read-rows.ts';

/** The steps of a rollout, and what is recorded where one of them depends on the service's traffic. */
export interface TakenSteps {
  readonly steps: RolloutSpec['steps'];
  readonly said?: { readonly leftOut: readonly number[]; readonly requestsPerSecond: number | undefined };
}

/**
 * Returns the steps that a rollout takes, and what is recorded of those that it goes without. The service's
 * traffic is read only where a step depends on it.
 */
export async function stepsToTake(
  opening: Pick<RolloutState, 'spec' | 'blue' | 'green' | 'restorePlan'>,
  rollback: RequestedRollback | undefined,
  world: Part<'metrics' | 'now'>,
): Promise<TakenSteps> {
  const steps = stepsOf(opening.spec, rollback);
  if (!steps.some(({ leaveOutWhenQuiet }) => leaveOutWhenQuiet === true)) return { steps };
  const requestsPerSecond = await trafficSoFar(opening, world);
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

/** How far back the service's traffic is read, in seconds. */
const window = 3600;

/**
 * Returns the service's requests a second over the last settled hour; `undefined` where they cannot be read. A period without a
 * datapoint had no requests.
 */
async function trafficSoFar(
  state: Pick<RolloutState, 'spec' | 'blue' | 'green' | 'restorePlan'>,
  { metrics, now }: Part<'metrics' | 'now'>,
): Promise<number | undefined> {
  const to = settledUntil(state.spec, now());
  const from = periodStart(state.spec, to - window);
  try {
    const rows = await readRows(state, ['requests'], { from, to }, metrics);
    const requests = rows.reduce((sum, { blue, green }) => sum + (blue['requests'] ?? 0) + (green['requests'] ?? 0), 0);
    return requests / (to - from);
  } catch {
    return undefined;
  }
}

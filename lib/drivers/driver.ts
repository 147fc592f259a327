import type { Interference } from '../rollout/interference.ts';
import type { RunningSlot } from '../rollout/running-slot.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { DriverName } from './layout/layout.ts';
import type { Routing } from './rules/routing.ts';

/** What one look at a service saw. */
export interface Sight {
  /** In the order of the restore plan; `undefined` for a rule that is gone. */
  readonly routings: readonly (Routing | undefined)[];
  readonly blue: RunningSlot | undefined;
  readonly green: RunningSlot | undefined;
}

/** One way to run two versions of a service beside each other and to move traffic between them. */
export interface Driver {
  /** The name of its folder. */
  readonly name: DriverName;
  /**
   * Returns everything that others changed since the rollout looked or wrote last: rules (gone, weights, actions, conditions,
   * priority) and slots (deployed to, scaled down). More tasks are no drift: autoscaling may add some.
   * @param weights percents that green may have: the present one, and while a shift is repeated the one it is on the way to
   */
  interferenceIn(state: RolloutState, sight: Sight, weights: readonly number[]): readonly Interference[];
}

import { judgeClose } from '../../approval/judge-close.ts';
import type { Decider } from '../../rollout/decider.ts';
import { isActive } from '../../rollout/phase.ts';
import { decide, type Decided, type DecisionNeeds } from './decide.ts';

/** As much of the world as the request touches. */
export interface CloseNeeds extends DecisionNeeds {
  /** Starts the rollback machine to close a rollback, or joins the execution that does so already. */
  readonly startClosing: (
    rolloutId: string,
    request: { readonly by: string; readonly reason: string; readonly close: 'yes' },
  ) => Promise<unknown>;
}

/**
 * Records that a person closes a rollback as it is, then starts the machine that does so. What the person said is in the record before
 * anything follows from it: an execution that dies is started again by what it says.
 * @param traffic what the rules had, and who could serve, when the person decided
 */
export async function requestClose(
  rolloutId: string,
  decider: Decider,
  traffic: readonly string[],
  world: CloseNeeds,
): Promise<Decided> {
  const decided = await decide(rolloutId, (state) => judgeClose(state, decider, traffic), world);
  const { state } = decided.stored;
  if (decided.outcome === 'done' && isActive(state)) {
    const { by, reason } = state.closing ?? { by: decider.by, reason: decider.reason ?? '' };
    await world.startClosing(rolloutId, { by, reason, close: 'yes' });
  }
  return decided;
}

import { usersAffected as affected } from '../messages/users-affected.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { GateView } from './gate-view.ts';

/** Returns in one sentence how many users green reaches now, and how many of them are worse off with it. */
export function usersAffected(
  state: Pick<RolloutState, 'weight' | 'phase'>,
  gates: readonly GateView[],
  measuredWeight: number | undefined,
): string {
  const compared = gates.map(({ name, unit, outcome, betterHigher, series }) => {
    const { green, blue } = series.at(-1) ?? {};
    return { name, unit, outcome, betterHigher, green, blue };
  });
  return affected(state, compared, measuredWeight);
}

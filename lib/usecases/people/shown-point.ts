import { openPoint } from '../../approval/link-state.ts';
import type { RolloutState } from '../../rollout/state.ts';

/** Returns what a page shows to be decided: another step, command or question is another point. */
export function shownPoint(state: RolloutState): string {
  return `${openPoint(state) ?? 'none'}.${state.step}`;
}

import { isLost } from './overwritten.ts';
import type { Routing } from './routing.ts';
import type { RolloutState } from '../../rollout/state.ts';

/** Returns the rules whose lost changes are all there again; empty where one is missing, or nothing was lost. */
export function changesBack(state: RolloutState, live: readonly (Routing | undefined)[]): readonly string[] {
  const lost = state.lost ?? [];
  const areBack = lost.every(({ arn, actions }) => {
    const found = live.find((routing) => routing?.arn === arn);
    return found !== undefined && !isLost(state, actions, found);
  });
  return areBack ? lost.map(({ kind, arn }) => `${kind} ${arn}`) : [];
}

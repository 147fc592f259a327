import { trafficOf } from '../../drivers/shapes/layout-of.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import { definitionOf, type RolloutEvent } from '../../rollout/events.ts';
import { changesBack } from '../../drivers/rules/lost-changes.ts';
import { isOpen } from '../../rollout/matters.ts';
import { record } from './owned-rollout.ts';
import type { Part } from '../../ports/world.ts';

/**
 * Records that emergencies of a rollout that has ended are over, for those who were notified: its weights are as recorded, or changes of
 * others that its restoration had removed are there again.
 * @param areAsRecorded whether no rule sends anything to the side that should not serve
 * @returns the rollout with what was recorded; `undefined` where nothing was
 */
export async function recordEnds(
  stored: StoredRollout,
  areAsRecorded: boolean,
  world: Part<'store' | 'router' | 'now'>,
): Promise<StoredRollout | undefined> {
  const { state } = stored;
  const isNews =
    state.liveWeights !== undefined || isOpen(state.matters, definitionOf({ type: 'WeightsAsRecorded' }).closes ?? []);
  const rules =
    state.lost !== undefined && state.phase === 'rolledBack'
      ? changesBack(state, await world.router.find(trafficOf(state.spec)))
      : [];
  const events: readonly RolloutEvent[] = [
    ...(areAsRecorded && isNews ? [{ type: 'WeightsAsRecorded' } as const] : []),
    ...(rules.length > 0 ? [{ type: 'OthersChangesBack', rules } as const] : []),
  ];
  return events.length > 0 ? record(world, stored, ...events) : undefined;
}

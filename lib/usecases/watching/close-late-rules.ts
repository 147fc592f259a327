import { trafficOf } from '../../drivers/shapes/layout-of.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { isActive } from '../../rollout/phase.ts';
import type { Part } from '../../ports/world.ts';

/** No function that adds a rule lives longer than 15 s; what it sent may take effect a moment later. */
const writersLiveSeconds = 60;

/** Whether a call that was given up may still add a rule of a rollout, as this one ended a moment ago. */
export function mayStillAddRules(state: RolloutState, now: Date): boolean {
  return isActive(state) || now.getTime() - Date.parse(state.closedAt ?? state.openedAt) < writersLiveSeconds * 1000;
}

/**
 * Removes the header rules of rollouts that have ended from the listeners of one that has: a call that was given up may have added one
 * after its rollout had removed its own. Rules are found by the tag that this product gives them. A rule of a rollout that this record
 * does not know is another installation's, and stays; so does one of a rollout that is active, or ended a moment ago.
 * @returns the rules that were removed
 */
export async function closeLateRules(
  { spec, rolloutId }: RolloutState,
  { store, router, now }: Part<'store' | 'router' | 'now'>,
): Promise<readonly string[]> {
  const routings = (await router.find(trafficOf(spec))).filter((routing) => routing !== undefined);
  const removed: string[] = [];
  const hasEnded = new Map([[rolloutId, true]]);
  for (const listenerArn of new Set(routings.map((routing) => routing.listenerArn))) {
    for (const { arn, rolloutId: of } of await router.taggedRoutesOf(listenerArn)) {
      if (!hasEnded.has(of)) {
        const owner = await store.load(of);
        hasEnded.set(of, owner !== undefined && !mayStillAddRules(owner.state, now()));
      }
      if (hasEnded.get(of) !== true) continue;
      await router.closeHeaderRoute(arn);
      removed.push(arn);
    }
  }
  return removed;
}

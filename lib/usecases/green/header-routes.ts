import type { Routing } from '../../drivers/rules/routing.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Part } from '../../ports/world.ts';

/** Deletes every rule that this rollout added, wherever its record of them stopped. */
export async function closeHeaderRoutes(
  { rolloutId }: RolloutState,
  routings: readonly Pick<Routing, 'listenerArn'>[],
  { router }: Part<'router'>,
): Promise<void> {
  for (const listenerArn of new Set(routings.map((routing) => routing.listenerArn))) {
    for (const rule of await router.headerRoutesOf(listenerArn, rolloutId)) await router.closeHeaderRoute(rule);
  }
}

import { closeHeaderRoutes } from './header-routes.ts';
import { assertOwned, type OwnedInput, ownedRollout, record } from './owned-rollout.ts';
import type { Part } from './world.ts';

/** State `OpenHeaderRoute`: requests that carry the canary header go to green, everybody else stays on blue. */
export async function openHeaderRoute(
  input: OwnedInput,
  world: Part<'store' | 'router' | 'now'>,
): Promise<{ outcome: 'open' }> {
  const stored = await ownedRollout(world, input);
  const { state } = stored;
  if (state.phase !== 'verifying') return { outcome: 'open' };

  const { spec } = state;
  const routings = await world.router.read(spec.traffic);
  await assertOwned(world, input);
  // A rule of VerifyGreen that outlived its function.
  await closeHeaderRoutes(state, routings, world);
  for (const routing of routings) {
    await assertOwned(world, input);
    await world.router.openHeaderRoute({
      listenerArn: routing.listenerArn,
      besideRule: routing.kind === 'rule' ? routing.arn : undefined,
      header: spec.header.name,
      value: spec.header.value,
      targetGroup: spec.slots[state.green].targetGroup,
      rolloutId: state.rolloutId,
    });
  }
  await record(world, stored, { type: 'HeaderRouteOpened', header: spec.header.name, value: spec.header.value });
  return { outcome: 'open' };
}

import { driverOf } from '../../drivers/registry.ts';
import { trafficOf } from '../../drivers/shapes/layout-of.ts';
import { authenticates } from '../../drivers/rules/routing.ts';
import { type GuardNote, pushGuard } from '../ownership/guard.ts';
import { closeHeaderRoutes } from './header-routes.ts';
import { type OwnedInput, trustedRollout, record } from '../ownership/owned-rollout.ts';
import type { Part } from '../../ports/world.ts';

/**
 * State `OpenHeaderRoute`: requests that carry the canary header go to green, everybody else stays on blue. The header is no
 * secret, so a rule that authenticates its users gets no such route: the load balancer tells no client secret to copy, and a
 * route without authentication would be a way around it.
 */
export async function openHeaderRoute(
  input: OwnedInput,
  world: Part<'store' | 'router' | 'schedules' | 'now'>,
): Promise<GuardNote & { outcome: 'open' }> {
  const stored = await trustedRollout(world, input);
  const { state } = stored;
  if (state.phase !== 'verifying') return { outcome: 'open' };

  const { spec } = state;
  const routings = await world.router.read(trafficOf(spec));
  // A repetition of this call has the same fence: a late one finds the rollout in a later phase.
  if (!(await isStillMeant(input, world))) return { outcome: 'open' };
  // A rule of VerifyGreen that outlived its function.
  await closeHeaderRoutes(state, routings, world);
  for (const routing of routings) {
    if (authenticates(routing.actions)) continue;
    if (!(await isStillMeant(input, world))) return { outcome: 'open' };
    const { name: header, value } = spec.header;
    await driverOf(spec).openRoute(state, routing, { to: 'green', header, value }, world);
  }
  const withheldFrom = routings.filter(({ actions }) => authenticates(actions)).map(({ arn }) => arn);
  await record(world, stored, {
    type: 'HeaderRouteOpened',
    header: spec.header.name,
    value: spec.header.value,
    ...(withheldFrom.length > 0 && { withheldFrom }),
  });
  return { outcome: 'open', ...(await pushGuard(stored, 0, world)) };
}

/** Read right before each call that changes the world. */
async function isStillMeant(input: OwnedInput, world: Part<'store'>): Promise<boolean> {
  return (await trustedRollout(world, input)).state.phase === 'verifying';
}

import * as z from 'zod';
import { type Routing, greenShare } from '../rollout/routing.ts';
import type { RolloutState } from '../rollout/state.ts';
import { type GuardNote, pushGuard } from './guard.ts';
import { closeHeaderRoutes } from './header-routes.ts';
import { ownedInput, ownedRollout, record } from './owned-rollout.ts';
import type { Part } from './world.ts';

export const confirmRestoredInput = ownedInput.extend({
  /** What the rollback execution was started with; a starter from outside may say who and why. */
  request: z.object({
    by: z.string().max(200).default('somebody outside the rollout'),
    reason: z.string().max(600).default('the rollback machine was started from outside'),
  }),
});

/** The wait of state `OutwaitWriters`. */
const writersLiveSeconds = 16;

/**
 * State `ConfirmRestored`: reads every rule back, closes the header route and records that traffic is on blue. Runs after each
 * of the two restorations.
 * @throws Error where a rule still sends traffic to green, so that the state machine restores again
 */
export async function confirmRestored(
  input: z.output<typeof confirmRestoredInput>,
  world: Part<'store' | 'router' | 'schedules' | 'now'>,
): Promise<GuardNote & { outcome: 'restored' }> {
  let stored = await ownedRollout(world, input);
  const routings = await world.router.read(stored.state.spec.traffic);
  assertOnBlue(stored.state, routings);
  await closeHeaderRoutes(stored.state, routings, world);
  if (stored.state.phase !== 'rollingBack') {
    stored = await record(world, stored, { type: 'RollbackRequested', ...input.request });
  }
  const isNews = stored.state.weight > 0 || stored.state.shifts.at(-1)?.weight !== 0;
  if (isNews) await record(world, stored, { type: 'TrafficRestored', rules: routings.length });
  // A rollback that dies from here on is tried again by the guard.
  return { outcome: 'restored', ...(await pushGuard(stored.state, writersLiveSeconds, world)) };
}

function assertOnBlue({ spec, blue, green }: RolloutState, routings: readonly Routing[]): void {
  const { targetGroup } = spec.slots[green];
  const strays = routings.filter(({ weights }) => greenShare(weights, spec.slots[blue].targetGroup, targetGroup) !== 0);
  if (strays.length === 0) return;
  const seen = strays.map(({ arn, weights }) => `${arn} has ${JSON.stringify(weights)}`).join('; ');
  throw new Error(`Traffic is not back on blue: ${seen}.`);
}

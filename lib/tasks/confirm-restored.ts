import * as z from 'zod';
import type { RolloutEvent } from '../rollout/events.ts';
import { overrunOf } from '../rollout/rollback-budget.ts';
import { shareOf } from '../rollout/pairs.ts';
import type { Routing } from '../rollout/routing.ts';
import type { RolloutState } from '../rollout/state.ts';
import { type GuardNote, pushGuard } from './guard.ts';
import { closeHeaderRoutes } from './header-routes.ts';
import { ownedInput, ownedRollout, record } from './owned-rollout.ts';
import { rollbackRequest } from './rollback-request.ts';
import type { Part } from './world.ts';

export const confirmRestoredInput = ownedInput.extend({
  /** When this attempt began. */
  startedAt: z.iso.datetime(),
  request: rollbackRequest,
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
  const stored = await ownedRollout(world, input);
  const { state } = stored;
  const routings = await world.router.read(stored.state.spec.traffic);
  assertOnBlue(state, routings);
  await closeHeaderRoutes(state, routings, world);

  const now = world.now();
  const request: readonly RolloutEvent[] =
    state.phase === 'rollingBack' ? [] : [{ type: 'RollbackRequested', ...input.request }];
  const isNews = state.weight > 0 || state.shifts.at(-1)?.weight !== 0;
  const since = new Date(state.rollbackSince ?? input.startedAt);
  const restored: readonly RolloutEvent[] = isNews
    ? [{ type: 'TrafficRestored', rules: routings.length }, ...overrunOf(state, 'restore', since, now)]
    : [];
  const events = [...request, ...restored];
  if (events.length > 0) await record(world, stored, ...events);
  // A rollback that dies from here on is tried again by the guard.
  return { outcome: 'restored', ...(await pushGuard(state, writersLiveSeconds, world)) };
}

function assertOnBlue(state: RolloutState, routings: readonly Routing[]): void {
  const strays = routings.filter(({ weights }) => shareOf(state, weights) !== 0);
  if (strays.length === 0) return;
  const seen = strays.map(({ arn, weights }) => `${arn} has ${JSON.stringify(weights)}`).join('; ');
  throw new Error(`Traffic is not back on blue: ${seen}.`);
}

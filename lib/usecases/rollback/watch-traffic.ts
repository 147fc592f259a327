import { driverOf } from '../../drivers/registry.ts';
import { trafficOf } from '../../drivers/shapes/layout-of.ts';
import * as z from 'zod';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import { shareOf } from '../../drivers/rules/pairs.ts';
import type { Routing } from '../../drivers/rules/routing.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { confirmMovement } from './confirm-movement.ts';
import { giveTrafficBack } from './give-traffic-back.ts';
import { armWatch } from '../ownership/guard.ts';
import { isNewest } from '../ownership/newest-rollout.ts';
import { observeDraining } from '../retirement/observe-draining.ts';
import { record } from '../ownership/owned-rollout.ts';
import { recordEnds } from '../ownership/record-ends.ts';
import { servingSides } from './serving-sides.ts';
import type { Part } from '../../ports/world.ts';

export const watchTrafficInput = z.object({ rolloutId: z.string().min(1) });

type Needs = Part<'store' | 'router' | 'runtime' | 'schedules' | 'metrics' | 'now'>;

interface Output {
  /** `confirmed`: requests were counted or green is drained, too, now or at an earlier evaluation, of which people may not have heard. `over`: it is not rolled back, too long ago, or a newer rollout has the rules. */
  readonly outcome: 'onBlue' | 'confirmed' | 'restored' | 'givenBack' | 'held' | 'over';
  readonly rules?: readonly string[];
}

/**
 * State `WatchTraffic`: looks again and again, for ten minutes after a rollback, whether green gets traffic again: from a writer that
 * nobody knew of, or from infrastructure code that resets weights. There is no green any more, so its share of the users gets
 * errors: it goes back to blue, and people are notified. A rollout that has succeeded is looked at for traffic that a rollback without the
 * table took from it. Where nothing strays, it is confirmed once that requests moved, too, and that green is drained. The schedule that started this evaluation is set again before it; the last evaluation comes at the end of the time.
 */
export async function watchTraffic({ rolloutId }: z.output<typeof watchTrafficInput>, world: Needs): Promise<Output> {
  const stored = await world.store.load(rolloutId);
  if (stored?.state.phase === 'succeeded') return giveTrafficBack(stored, world);
  if (stored?.state.phase !== 'rolledBack' || !(await isNewest(stored.state, world))) return { outcome: 'over' };
  const { state } = stored;
  // A person has decided that traffic stays where it is.
  if (state.closing?.closed === true) return { outcome: 'over' };
  const isLast = !(await armWatch(state, world));
  if (isLast && isLongOver(state, world)) return { outcome: 'over' };

  const first = await strays(state, world);
  // A description may be a little behind the restoration.
  const found = first.length === 0 ? first : await strays(state, world);
  if (found.length === 0) {
    const isMoved = await confirmMovement(stored, world);
    const current = await world.store.load(rolloutId);
    const isDrained = current !== undefined && (await observeDraining(current, isLast, world));
    const newest = await world.store.load(rolloutId);
    const isEnded = newest !== undefined && (await recordEnds(newest, true, world)) !== undefined;
    return { outcome: isMoved || isDrained || isEnded ? 'confirmed' : 'onBlue' };
  }
  const serving = await servingSides(state, world);
  const wasDown = serving.outcome === 'unknown' && state.restorationHeld?.why === 'blueDown';
  if (serving.outcome === 'onlyGreenServes' || wasDown) return heldFor(serving.saw, stored, world);
  const restored: Routing[] = [];
  for (const routing of found) {
    // The lock is free: a rollout that was opened meanwhile has these rules now.
    if (!(await isNewest(state, world))) break;
    await driverOf(state.spec).lower(state, routing, 0, world);
    restored.push(routing);
  }
  if (restored.length === 0) return { outcome: 'over' };
  const rules = restored.map(({ arn, weights }) => `${arn} had ${JSON.stringify(weights)}`);
  await record(world, stored, { type: 'TrafficStrayed', rules });
  return { outcome: 'restored', rules };
}

/** Somebody gave green tasks and traffic, and blue cannot serve: that is for a person to decide. */
async function heldFor(saw: string, stored: StoredRollout, world: Needs): Promise<Output> {
  const { state } = stored;
  if (state.restorationHeld === undefined) {
    const command = `sluice status ${state.service}`;
    const reason = `After the rollback something sends traffic to green, and ${saw}.`;
    await record(world, stored, { type: 'RestorationHeld', attempt: stored.fence, why: 'blueDown', reason, command });
  }
  return { outcome: 'held' };
}

/** A call later than a schedule can be is no part of the watch. */
const latestSeconds = 900;

function isLongOver({ closedAt = '' }: RolloutState, { now }: Needs): boolean {
  return now().getTime() - Date.parse(closedAt) > latestSeconds * 1000;
}

/** Rules that send something to green, and nothing to strangers: one that does belongs to something else by now. */
async function strays(state: RolloutState, { router }: Needs): Promise<readonly Routing[]> {
  const routings = await router.find(trafficOf(state.spec));
  return routings.flatMap((routing) =>
    routing !== undefined && (shareOf(state, routing.weights) ?? 0) > 0 ? [routing] : [],
  );
}

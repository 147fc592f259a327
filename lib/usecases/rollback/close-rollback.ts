import * as z from 'zod';
import { trafficOf } from '../../drivers/shapes/layout-of.ts';
import type { Routing } from '../../drivers/rules/routing.ts';
import { drilledBy } from '../../rollout/drill.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import { overrunOf } from '../../rollout/rollback-budget.ts';
import { longestStickiness } from '../../drivers/rules/unread-restoration.ts';
import { type GuardNote, watchInstead } from '../ownership/guard.ts';
import { closeAsItIs } from './close-as-it-is.ts';
import { deletedEvent } from './deleted-event.ts';
import { leftEvent } from './left-event.ts';
import { ownedInput, ownedRollout, record } from '../ownership/owned-rollout.ts';
import type { Part } from '../../ports/world.ts';

/** `asItIs`: state `CloseAsItIs`, where a person closes a rollback that did not come to its end. */
export const closeRollbackInput = ownedInput.extend({ asItIs: z.boolean().default(false) });

/** State `CloseRollback`: the rollout is rolled back and its lock released; its weights are watched from now on. */
export async function closeRollback(
  input: z.input<typeof closeRollbackInput>,
  world: Part<'store' | 'router' | 'capacity' | 'schedules' | 'now'>,
): Promise<GuardNote & { outcome: 'rolledBack' | 'closed'; reason: string }> {
  if (input.asItIs === true) return closedByPerson(input, world);
  let stored = await ownedRollout(world, input);
  const { state } = stored;
  const reason = state.reason ?? 'no reason was recorded';
  if (state.phase !== 'rolledBack') {
    // Green was kept for clients whose stickiness had to lapse: nobody waited for that.
    const sticky = longestStickiness(state) * 1000;
    const since = new Date(Date.parse(state.rollbackSince ?? state.openedAt) + sticky);
    const overrun = overrunOf(state, 'whole', since, world.now());
    // What others did since the restoration was read back; what cannot be read now keeps no lock.
    const live: readonly (Routing | undefined)[] = await world.router.find(trafficOf(state.spec)).catch(() => []);
    const left = leftEvent(
      state,
      live.filter((routing) => routing !== undefined),
    );
    const deleted = deletedEvent(state, live, []);
    const drilled = drilledBy(state, world.now());
    const ofDrill: readonly RolloutEvent[] = drilled === undefined ? [] : [{ type: 'DrillFinished', ...drilled }];
    const ended: RolloutEvent = { type: 'RolledBack', reason };
    stored = await record(world, stored, ...overrun, ...left, ...deleted, ...ofDrill, ended);
  }
  return { outcome: 'rolledBack', reason, ...(await watchInstead(stored, world)) };
}

async function closedByPerson(
  input: z.input<typeof closeRollbackInput>,
  world: Part<'store' | 'router' | 'capacity' | 'schedules' | 'now'>,
): Promise<GuardNote & { outcome: 'rolledBack' | 'closed'; reason: string }> {
  const closed = await closeAsItIs(input, world);
  const { state } = await ownedRollout(world, input);
  return { ...closed, reason: state.closing?.reason ?? 'no reason was recorded' };
}

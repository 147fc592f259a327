import { workloadOf } from '../../drivers/shapes/layout-of.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import { type Autoscaling, parked, pinned, sizedByRollout } from '../../rollout/autoscaling.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { isNewest } from '../ownership/newest-rollout.ts';
import { record } from '../ownership/owned-rollout.ts';
import type { Part } from '../../ports/world.ts';

export type ReleasingWorld = Part<'store' | 'capacity' | 'now'>;

type Side = 'blue' | 'green';

/** So long after a closing it is tried; then what stays is the person's who closed it, as the record says. */
const patienceSeconds = 24 * 3_600;

/** Returns what a side is scaled by after a closing; `undefined` where nothing scaled it before the rollout, or it keeps what it has. */
export function releasedSettings(
  { autoscaling: found, blue, green }: Pick<RolloutState, 'autoscaling' | 'blue' | 'green'>,
  serves: RolloutState['blue'] | undefined,
  side: Side,
): Autoscaling | undefined {
  if (side === 'blue') return found?.blue;
  // While both get traffic, green keeps the limits that its share needs.
  if (found?.green === undefined || (serves !== blue && serves !== green)) return undefined;
  return serves === green ? (found.blue ?? found.green) : parked(found.green);
}

/**
 * Puts autoscaling back that a closing could not put back: access was lost, or the service was out. Only where it still is as the
 * rollout left it, as a person may have set it by hand meanwhile, and only while no newer rollout has the slots.
 * @returns the sides that were put back
 * @throws Error where autoscaling cannot be read or written; it is tried again at the next sweep, for a day
 */
export async function releaseLater(stored: StoredRollout, world: ReleasingWorld): Promise<readonly string[]> {
  const { state } = stored;
  const { closing, closedAt } = state;
  const left = closing?.unreleased ?? [];
  if (left.length === 0 || secondsSince(closedAt, world.now()) > patienceSeconds) return [];
  if (!(await isNewest(state, world))) return [];
  const released: string[] = [];
  for (const side of left) {
    const workload = workloadOf(state.spec, state[side]);
    const wanted = releasedSettings(state, closing?.serves, side);
    const live = await world.capacity.autoscalingOf(workload);
    if (wanted === undefined || live === undefined || !isSame(live, heldSettings(state, side))) continue;
    await world.capacity.setAutoscaling(workload, wanted);
    released.push(`autoscaling of ${side} (${workload.service})`);
  }
  await record(world, stored, { type: 'ScalingReleased', putBack: released });
  return released;
}

/** What the rollout had set while it ran. */
function heldSettings({ autoscaling: found, blueCount }: RolloutState, side: Side): Autoscaling | undefined {
  if (side === 'blue') return found?.blue && pinned(found.blue, blueCount);
  return found?.green && sizedByRollout(found.green, found.blue, blueCount);
}

function isSame(left: Autoscaling, right: Autoscaling | undefined): boolean {
  const { scaleIn, scaleOut, scheduled } = left.suspended;
  const of = right?.suspended;
  return (
    left.min === right?.min &&
    left.max === right.max &&
    scaleIn === of?.scaleIn &&
    scaleOut === of.scaleOut &&
    scheduled === of.scheduled
  );
}

function secondsSince(since: string | undefined, now: Date): number {
  return since === undefined ? 0 : (now.getTime() - Date.parse(since)) / 1000;
}

import type { StoredRollout } from '../../ports/rollout-store.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { recordOnce } from '../ownership/owned-rollout.ts';
import { readRows, settledUntil } from '../shifting/read-rows.ts';
import type { Part } from '../../ports/world.ts';

/**
 * Confirms by CloudWatch that requests really moved after a rollback: weights and targets were read back at once, requests are
 * counted minutes later. Says nothing until a whole period after the restoration has settled, one more being left for requests
 * that were under way, and nothing where there were no requests at all.
 * @returns whether it is in the record, from this look or from one before
 */
export async function confirmMovement(
  stored: StoredRollout,
  world: Part<'store' | 'metrics' | 'now'>,
): Promise<boolean> {
  const { happened = {} } = stored.state;
  if ((happened.RequestsMoved ?? happened.RequestsNotMoved) !== undefined) return true;
  // Of traffic that strayed meanwhile people have been told, and its requests are counted, too.
  if (happened.TrafficStrayed !== undefined) return false;
  const seen = await requestsSince(stored.state, world);
  if (seen === undefined) return false;
  const type: RolloutEvent['type'] = seen.green === 0 ? 'RequestsMoved' : 'RequestsNotMoved';
  await recordOnce(world, stored, { type, ...seen });
  return true;
}

interface Seen {
  readonly blue: number;
  readonly green: number;
  readonly seconds: number;
}

/** Requests of both slots since the restoration; `undefined` where nothing can be said of them yet. */
async function requestsSince(
  state: RolloutState,
  { metrics, now }: Part<'metrics' | 'now'>,
): Promise<Seen | undefined> {
  const { spec, shifts } = state;
  const restored = shifts.findLast(({ weight }) => weight === 0);
  if (restored === undefined) return undefined;
  const { period } = spec;
  const from = (Math.ceil(Date.parse(restored.at) / 1000 / period) + 1) * period;
  const to = settledUntil(spec, now());
  if (to < from + period) return undefined;
  const rows = await readRows(state, ['requests'], { from, to }, metrics);
  const sum = (slot: 'blue' | 'green') => rows.reduce((all, row) => all + (row[slot]['requests'] ?? 0), 0);
  const seen = { blue: sum('blue'), green: sum('green'), seconds: to - from };
  return seen.blue + seen.green === 0 ? undefined : seen;
}

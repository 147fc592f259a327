import type { StoredRollout } from '../../ports/rollout-store.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { recordOnce } from '../ownership/owned-rollout.ts';
import { readRows, settledUntil } from '../shifting/read-rows.ts';
import type { Part } from '../../ports/world.ts';

/**
 * Confirms by CloudWatch that requests really moved after a rollback: weights and targets were read back at once, requests are
 * counted minutes later. Says nothing until a whole period after the restoration has settled, one more being left for requests
 * that were under way, and nothing where there were no requests at all. Where green still got requests, it is asked again until it gets
 * none, for those who were notified.
 * @returns whether it is in the record, from this evaluation or from one before
 */
export async function confirmMovement(
  stored: StoredRollout,
  world: Part<'store' | 'metrics' | 'now'>,
): Promise<boolean> {
  const { happened = {} } = stored.state;
  if (happened.RequestsMoved !== undefined) return true;
  const { RequestsNotMoved: notMoved, TrafficStrayed: strayed } = happened;
  // Of traffic that strayed meanwhile people were notified, and its requests are counted, too.
  if (notMoved === undefined && strayed !== undefined) return false;
  const restored = stored.state.shifts.findLast(({ weight }) => weight === 0)?.at;
  const since = notMoved ?? restored;
  const mostPeriods = notMoved === undefined ? Number.POSITIVE_INFINITY : enoughPeriods;
  const seen = since === undefined ? undefined : await requestsSince(since, mostPeriods, stored.state, world);
  if (seen === undefined) return notMoved !== undefined;
  const type: RolloutEvent['type'] = seen.green === 0 ? 'RequestsMoved' : 'RequestsNotMoved';
  await recordOnce(world, stored, { type, ...seen });
  return true;
}

interface Seen {
  readonly blue: number;
  readonly green: number;
  readonly seconds: number;
}

/** So many periods show that green, which still got requests, gets none any more. */
const enoughPeriods = 2;

/**
 * Returns the requests of both slots since a time, of which the newest periods are counted; `undefined` where nothing can be said of
 * them yet.
 */
async function requestsSince(
  since: string,
  mostPeriods: number,
  state: RolloutState,
  { metrics, now }: Part<'metrics' | 'now'>,
): Promise<Seen | undefined> {
  const { spec } = state;
  const { period } = spec;
  const first = (Math.ceil(Date.parse(since) / 1000 / period) + 1) * period;
  const to = settledUntil(spec, now());
  if (to < first + period) return undefined;
  const from = Math.max(first, to - mostPeriods * period);
  const rows = await readRows(state, ['requests'], { from, to }, metrics);
  const sum = (slot: 'blue' | 'green') => rows.reduce((all, row) => all + (row[slot]['requests'] ?? 0), 0);
  const seen = { blue: sum('blue'), green: sum('green'), seconds: to - from };
  return seen.blue + seen.green === 0 ? undefined : seen;
}

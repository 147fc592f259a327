import type { MaintenanceRecord } from '../../ports/maintenances.ts';
import type { Part } from '../../ports/world.ts';
import { callerFactsOf } from '../../rollout/decider.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { appendIf } from '../ownership/append-if.ts';

type Needs = Part<'store' | 'now'>;

/** A service has no more rollouts than this during one maintenance. */
const mostRollouts = 20;

/** The rollout whose record and channels hear of the maintenance of a service; `undefined` before its first. */
async function newestOf(service: string, { store }: Needs): Promise<string | undefined> {
  return (await store.list(service, 1))[0]?.rolloutId;
}

/**
 * Records in the newest rollout of a service that its maintenance is on, once for each rollout and order.
 * @returns all rollouts whose records say so
 */
export async function tellBegan(
  service: string,
  record: MaintenanceRecord,
  endAfterSeconds: number,
  world: Needs,
): Promise<readonly string[]> {
  const { by, how, reason, at, since = at, keep = false, toldIn = [] } = record;
  const newest = await newestOf(service, world);
  if (newest === undefined) return toldIn;
  const facts = callerFactsOf(record);
  const event: RolloutEvent = { type: 'MaintenanceBegan', by, how, reason, ...facts, since, keep, endAfterSeconds };
  const isNews = ({ maintenance: known }: RolloutState) => known?.since !== since || known.keep !== keep;
  await appendIf(newest, event, isNews, world);
  return toldIn.includes(newest) ? toldIn : [...toldIn, newest].slice(-mostRollouts);
}

/** Records the end in every rollout that was told of the beginning. */
export async function tellEnded(record: MaintenanceRecord, bySelf: boolean, world: Needs): Promise<void> {
  const { by, how, reason, toldIn = [] } = record;
  const event: RolloutEvent = {
    type: 'MaintenanceEnded',
    by,
    ...(!bySelf && { how, ...callerFactsOf(record) }),
    reason,
  };
  for (const rolloutId of toldIn)
    await appendIf(rolloutId, event, ({ maintenance }) => maintenance !== undefined, world);
}

/** Records something else in the newest rollout that was told of the beginning. */
export async function tellMeanwhile(record: MaintenanceRecord, event: RolloutEvent, world: Needs): Promise<void> {
  const newest = record.toldIn?.at(-1);
  if (newest !== undefined) await appendIf(newest, event, () => true, world);
}

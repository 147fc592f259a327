import type { MetricSource } from '../../metrics/source.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { periodStart, readRows, settledUntil } from '../shifting/read-rows.ts';

/** How far back the service's traffic is read, in seconds. */
const window = 3600;

/**
 * Returns the service's requests a second over the last settled hour, both slots together. A period without a datapoint had no
 * requests.
 * @throws Error where they cannot be read
 */
export async function trafficOfLastHour(
  state: Pick<RolloutState, 'spec' | 'blue' | 'green' | 'restorePlan'>,
  metrics: MetricSource,
  now: Date,
): Promise<number> {
  const to = settledUntil(state.spec, now);
  const from = periodStart(state.spec, to - window);
  const rows = await readRows(state, ['requests'], { from, to }, metrics);
  const requests = rows.reduce((sum, { blue, green }) => sum + (blue['requests'] ?? 0) + (green['requests'] ?? 0), 0);
  return requests / (to - from);
}

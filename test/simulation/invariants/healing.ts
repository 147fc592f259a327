import { longestSeconds } from '../../../lib/rollout/guard.ts';
import type { FaultPlan } from '../faults/faults.ts';
import { endOf } from '../faults/spans.ts';
import type { Truth, Watch } from './watch.ts';

/** Retries of what waits for a dead service, and people who react. */
const restSeconds = 3_600;

/**
 * Once every fault has ended, everything comes to rest: within the longest that two rollouts may take, one under way and one that
 * waits, and the retention of the former blue. What it comes to rest at is checked with everything else at the end.
 */
export function checkHealing(plan: FaultPlan, { scenario }: Truth, watch: Watch): void {
  const { spec } = scenario;
  const healedAt = Math.max(0, ...[...plan.firedAt].map(([fault, at]) => endOf(fault, at)));
  const within = 2 * longestSeconds(spec, undefined) + spec.retention.keepFor + restSeconds;
  const last = watch.story.at(-1)?.at ?? 0;
  if (last <= healedAt + within) return;
  const seconds = (value: number) => `${String(Math.round(value))} s`;
  const said = `all faults had ended after ${seconds(healedAt)}, and something still happened at ${seconds(last)}`;
  watch.break('everything comes to rest once all faults have ended', said);
}

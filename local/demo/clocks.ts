import { setTimeout as sleep } from 'node:timers/promises';
import { shareOf } from '../../lib/drivers/rules/pairs.ts';
import type { RolloutState } from '../../lib/rollout/state.ts';
import type { FleetChange, FleetStats, FleetTruth } from '../stack/fleet-truth.ts';

/**
 * The clocks of a rollback, each in milliseconds from the decision, by the load balancer's own record. `null` where the moment
 * did not come.
 */
export interface RollbackClocks {
  /** The API had accepted blue at 100 % for every rule: what a describe call shows. */
  readonly acceptedMs: number | null;
  /** Every node of the load balancer obeyed that. */
  readonly propagatedMs: number | null;
  /** The last failed request had ended; 0 where none failed after the decision. */
  readonly usersMs: number | null;
  /** Green's last open request or connection had ended. */
  readonly drainedMs: number | null;
}

const longestWaitMs = 90_000;

/** What the balancer saw of a rollback, read once its nodes obey and green is drained, or after 90 s. */
export async function settledTruth(
  truth: FleetTruth,
  state: RolloutState,
): Promise<{ readonly stats: FleetStats; readonly changes: readonly FleetChange[] }> {
  const deadline = performance.now() + longestWaitMs;
  for (;;) {
    const [changes, stats] = [await truth.changes(), await truth.stats()];
    const open = greenIn(stats, state)?.open ?? 0;
    const onTheirWay = changes.some(({ nodesAt }) => nodesAt.includes(null));
    if ((open === 0 && !onTheirWay) || performance.now() > deadline) return { stats, changes };
    await sleep(200);
  }
}

/** What the balancer saw of the rollout's green target group. */
export function greenIn(stats: FleetStats, state: RolloutState): FleetStats['targetGroups'][string] | undefined {
  return stats.targetGroups[state.spec.slots[state.green].targetGroup];
}

/** Reads the clocks of a rollback that was decided at `decidedAt` (epoch milliseconds). */
export function rollbackClocks(
  state: RolloutState,
  decidedAt: number,
  stats: FleetStats,
  changes: readonly FleetChange[],
): RollbackClocks {
  const restorations = state.spec.traffic.map((target) => {
    const arn = 'rule' in target ? target.rule : target.listener;
    return changes.find(
      (change) => change.arn === arn && change.at >= decidedAt && shareOf(state, change.weights) === 0,
    );
  });
  const green = greenIn(stats, state);
  const { lastFailedAt } = stats;
  return {
    acceptedMs: lastOf(
      restorations.map((change) => change?.at),
      decidedAt,
    ),
    propagatedMs: lastOf(
      restorations.flatMap((change) => change?.nodesAt ?? [undefined]),
      decidedAt,
    ),
    usersMs: lastFailedAt === undefined ? null : Math.max(0, lastFailedAt - decidedAt),
    drainedMs: green?.lastEndedAt === undefined || green.open > 0 ? null : Math.max(0, green.lastEndedAt - decidedAt),
  };
}

/** The last of some moments, from a beginning; `null` where one of them did not come. */
function lastOf(moments: readonly (number | null | undefined)[], from: number): number | null {
  const known = moments.filter((at) => typeof at === 'number');
  return known.length === moments.length ? Math.max(...known) - from : null;
}

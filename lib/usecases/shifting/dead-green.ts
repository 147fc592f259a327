import type { Analysis } from '../../analysis/judgement.ts';
import { leastHealthy } from '../../drivers/traffic-router.ts';
import { pairsInUse } from '../../drivers/rules/pairs.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Part } from '../../ports/world.ts';

/**
 * Whether green gets traffic without one healthy target, by what the load balancer says now: it is asked for nothing and without
 * the lag of a metric. That needs no statistics, only a second evaluation, as a description may be behind.
 */
export async function deadGreen(state: RolloutState, { router }: Part<'router'>): Promise<string | undefined> {
  if (state.weight === 0) return undefined;
  const look = async () =>
    leastHealthy(await Promise.all(pairsInUse(state).map(({ green }) => router.targetHealth(green))));
  if ((await look()).healthy > 0) return undefined;
  const { healthy, total } = await look();
  return healthy > 0 ? undefined : `green has no healthy target at all, of ${total}`;
}

/** What the gates said, overruled where green is dead. */
export function heedingDeath(analysis: Analysis, reason: string | undefined): Analysis {
  return reason === undefined || analysis.verdict === 'fail'
    ? analysis
    : { verdict: 'fail', gate: 'healthy-hosts', reason, gates: analysis.gates };
}

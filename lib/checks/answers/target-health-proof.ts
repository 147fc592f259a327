import { leastHealthy } from '../../drivers/traffic-router.ts';
import { pairsInUse } from '../../drivers/rules/pairs.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { isUrgent } from '../../rollout/urgent-return.ts';
import type { Found } from './verification.ts';
import type { Part } from '../../ports/world.ts';

/** Green as the load balancer's own health checks see it, where no request of ours can reach it. */
export async function greenByTargetHealth(state: RolloutState, { router }: Part<'router'>): Promise<Found> {
  const greens = pairsInUse(state).map(({ green }) => green);
  const { healthy, unhealthy, total } = leastHealthy(
    await Promise.all(greens.map((group) => router.targetHealth(group))),
  );
  // One healthy target of a version that is kept serves better than none of the other.
  const isEnough = healthy > 0 && (unhealthy === 0 || isUrgent(state.rollback));
  if (!isEnough) return { outcome: 'notYet', lacking: `its target group: ${healthy} of ${total} targets are healthy` };
  return { outcome: 'verified', event: { type: 'GreenVerified', healthy, proof: 'targetHealth' } };
}

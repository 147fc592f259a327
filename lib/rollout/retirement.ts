import type { RolloutEvent } from './events.ts';
import type { RolloutState } from './state.ts';

/** What the retirement machine is started with. */
export interface RetirementInput {
  readonly service: string;
  readonly rolloutId: string;
  readonly keepFullSeconds: number;
  readonly keepOneSeconds: number;
}

/** What the retirement machine is started with after a success. */
export function retirementOf({ service, rolloutId, spec }: RolloutState): RetirementInput {
  const { keepFullFor, keepFor } = spec.retention;
  return { service, rolloutId, keepFullSeconds: keepFullFor, keepOneSeconds: keepFor - keepFullFor };
}

/**
 * Whether the version that an earlier rollout has kept is gone with these events: its slot was deployed to, or emptied. A success
 * writes a retention of its own in its place.
 */
export function endsRetention(events: readonly Pick<RolloutEvent, 'type'>[]): boolean {
  const types = events.map(({ type }) => type);
  const isSlotTaken = types.some((type) => ['GreenDeployed', 'RolledBack', 'RollbackClosed'].includes(type));
  return isSlotTaken && !types.includes('RolloutSucceeded');
}

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

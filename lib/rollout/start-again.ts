import type { RolloutFacts } from './rollout-facts.ts';

/** Returns the command that starts a rollout again that came to nothing, without its stage: a drill is ordered anew, with a reason. */
export function startAgain({
  rolloutId,
  service,
  drill,
}: Pick<RolloutFacts, 'rolloutId' | 'service' | 'drill'>): string {
  return drill === undefined ? `sluice retry ${rolloutId}` : `sluice drill ${drill} ${service} --reason "..."`;
}

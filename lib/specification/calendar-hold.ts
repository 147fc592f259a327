import type { RolloutSpec } from './rollout-spec.ts';

/** A freeze from one evening to the next morning is waited out; one over the weekend is not. */
const defaultSeconds = 12 * 3600;

/** Seconds for which a rollout is kept from its next steps by its calendar or a stop, altogether, before it is rolled back. */
export function calendarHoldSeconds({ timeouts }: Pick<RolloutSpec, 'timeouts'>): number {
  return timeouts.calendar ?? defaultSeconds;
}

/** Seconds that a rollout may be held by the calendar of its spec; 0 where it has none, or does not wait for it. */
export function plannedHoldSeconds(
  spec: Pick<RolloutSpec, 'timeouts' | 'windows' | 'freezes' | 'atWindowEnd'>,
): number {
  const entries = (spec.windows?.length ?? 0) + (spec.freezes?.length ?? 0);
  return entries === 0 ? 0 : calendarHoldSeconds(spec);
}

import { heldPlaces } from '../../drivers/shapes/held-places.ts';
import type { Places } from '../../drivers/shapes/registry.ts';
import type { HoldersOfPlaces } from '../../ports/rollout-store.ts';

/** Something that a spec names although the spec in force of another service names it too. */
export interface SharedPlace {
  /** The other service. */
  readonly service: string;
  /** `listener rule arn:aws:…`, as the spec in question writes it. */
  readonly what: string;
}

/**
 * Returns the first thing that a spec shares with the spec in force of another service. Two services would move the same traffic under
 * locks of their own, and one could be rolled out by the approvals of the other.
 */
export function sharedPlace(
  spec: Places & { readonly service: string },
  { holders }: HoldersOfPlaces,
): SharedPlace | undefined {
  const places = heldPlaces(spec);
  for (const { service, holds } of holders) {
    const what = service === spec.service ? undefined : holds.map((key) => places.get(key)).find(isThere);
    if (what !== undefined) return { service, what };
  }
  return undefined;
}

function isThere(what: string | undefined): boolean {
  return what !== undefined;
}

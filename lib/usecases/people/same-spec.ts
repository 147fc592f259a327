import { isDeepStrictEqual } from 'node:util';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';

/** Returns whether two specs say the same, as they come out of the table: what says nothing is not there. */
export function isSameSpec(one: RolloutSpec, other: RolloutSpec): boolean {
  const written = (spec: RolloutSpec): unknown => JSON.parse(JSON.stringify(spec));
  return isDeepStrictEqual(written(one), written(other));
}

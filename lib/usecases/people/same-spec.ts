import { isDeepStrictEqual } from 'node:util';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';

/** Returns whether two specs say the same, as they come out of the table: what says nothing is not there. */
export function isSameSpec(one: RolloutSpec, other: RolloutSpec): boolean {
  return isSame(one, other);
}

/** Returns whether two parts of specs say the same, as they come out of the table. */
export function isSame(one: object, other: object): boolean {
  const written = (part: object): unknown => JSON.parse(JSON.stringify(part));
  return isDeepStrictEqual(written(one), written(other));
}

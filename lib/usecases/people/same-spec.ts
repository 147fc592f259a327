import { isDeepStrictEqual } from 'node:util';

/** Returns whether two specs, or parts of them, say the same, as they come out of the table: what says nothing is not there. */
export function isSame(one: object, other: object): boolean {
  const written = (part: object): unknown => JSON.parse(JSON.stringify(part));
  return isDeepStrictEqual(written(one), written(other));
}

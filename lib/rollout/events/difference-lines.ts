import { describeChange, nameChanges } from '../configuration-change.ts';
import type { ConfigurationDifference } from '../configuration-difference.ts';

/** Returns what green gets otherwise, a line a change: variables by name alone, as a value is for who may read the record. */
export function differenceLines(difference: ConfigurationDifference | undefined): readonly string[] {
  if (difference === undefined || difference.changes.length === 0) return [];
  const { changes, more } = difference;
  return [
    `${nameChanges(difference)}.`,
    ...changes.filter(({ kind, name }) => kind === 'definition' && !name.includes('.environment.')).map(describeChange),
    ...(more === 0 ? [] : [`${more} more changes are not kept here: compare the two task definitions.`]),
  ];
}

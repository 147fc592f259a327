/**
 * A value of JSON with its keys in order at every depth and without those that are undefined, so that equal ones read alike.
 * @param ofList puts the items of a list in order, where their order says nothing; by default it is kept
 */
export function withKeysInOrder(
  value: unknown,
  ofList: (items: readonly unknown[]) => readonly unknown[] = (items) => items,
): unknown {
  if (Array.isArray(value)) return ofList(value.map((item) => withKeysInOrder(item, ofList)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([left], [right]) => left.localeCompare(right))
      .map(([key, inner]) => [key, withKeysInOrder(inner, ofList)]),
  );
}

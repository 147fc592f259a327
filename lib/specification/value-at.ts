/** Returns what a map that was read from a file has at a key; `undefined` where it is no map, or has no such key. */
export function valueAt(container: unknown, key: PropertyKey): unknown {
  if (typeof container !== 'object' || container === null) return undefined;
  return Object.getOwnPropertyDescriptor(container, key)?.value;
}

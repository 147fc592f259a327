/** Returns what was read of a name within the last second, or reads it. */
export type Kept<Value> = (name: string, read: () => Promise<Value>) => Promise<Value>;

/** Names that are kept at the same time: visitors may ask for any. */
const mostNames = 100;

/**
 * Keeps what was read for a second: a page that many people look at is read once in it. What fails is not kept.
 * @param now in milliseconds
 */
export function keptForASecond<Value>(now: () => number): Kept<Value> {
  const known = new Map<string, { readonly at: number; readonly value: Promise<Value> }>();
  return (name, read) => {
    const found = known.get(name);
    if (found !== undefined && now() - found.at < 1000) return found.value;
    if (known.size >= mostNames) known.clear();
    const value = read();
    known.set(name, { at: now(), value });
    value.catch(() => known.delete(name));
    return value;
  };
}

/** A copy of the archive, or the bucket itself; what it holds may be anything. */
export interface ArchiveCopy {
  /** Keys of all objects, those with nothing left but former versions included. */
  keys(): Promise<readonly string[]>;
  /** The texts of an object: of a copy one, of the bucket that of each version. Empty where there is none. */
  texts(key: string): Promise<readonly string[]>;
}

/** Calls back for each of a list, a few at the same time; returns what it gave, in the list's order. */
export async function eachOf<One, Result>(
  list: readonly One[],
  act: (one: One) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < list.length; from += atOnce) {
    results.push(...(await Promise.all(list.slice(from, from + atOnce).map(act))));
  }
  return results;
}

const atOnce = 16;

/** Any object with names, which is not a list. */
export type Named = Readonly<Record<string, unknown>>;

/** True of an object with names; a list is none. */
export function isNamed(value: unknown): value is Named {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Returns a copy of a value as JSON can hold it: the keys in order, a map or set as the list of its members. Text that is JSON is
 * read, so that its keys are in order too.
 */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Map || value instanceof Set) return [...value].map(plain);
  if (isNamed(value)) {
    const entries = Object.entries(value).filter(([, part]) => part !== undefined && typeof part !== 'function');
    return Object.fromEntries(entries.sort(byName).map(([name, part]) => [name, plain(part)]));
  }
  return typeof value === 'string' && /^[[{]/.test(value) ? fromJson(value) : value;
}

function byName([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}

function fromJson(text: string): unknown {
  try {
    return { json: plain(JSON.parse(text)) };
  } catch {
    return text;
  }
}

/** Returns a deep copy; unlike `structuredClone` its parts are of this realm, also in a test. */
export function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (value instanceof Date) return new Date(value.getTime());
  if (value instanceof Map) return new Map([...value].map(([key, part]) => [key, copied(part)]));
  if (value instanceof Set || value instanceof Uint8Array || !isNamed(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, copied(part)]));
}

/** Returns what a later value has otherwise than an earlier one; `undefined` where they are the same. Both as `plain` gives them. */
export function changeOf(before: unknown, after: unknown): unknown {
  if (JSON.stringify(before) === JSON.stringify(after)) return undefined;
  if (isNamed(before) && isNamed(after)) {
    const changed = Object.keys(after).map((name) => [name, changeOf(before[name], after[name])] as const);
    const gone = Object.keys(before).filter((name) => !(name in after));
    return {
      ...Object.fromEntries(changed.filter(([, change]) => change !== undefined)),
      ...(gone.length > 0 && { '<gone>': gone }),
    };
  }
  if (Array.isArray(before) && Array.isArray(after) && after.length >= before.length) return changedList(before, after);
  return after;
}

/** A list with the same members at its beginning, or some of them changed, by their places. */
function changedList(before: readonly unknown[], after: readonly unknown[]): unknown {
  const changes = after.map((part, index) => [String(index), changeOf(before[index], part)] as const);
  return Object.fromEntries(changes.filter(([, change]) => change !== undefined));
}

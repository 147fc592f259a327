import type { RolloutSpec } from '../specification/rollout-spec.ts';

/** One field that two versions of a spec have otherwise. */
export interface SpecChange {
  /** `steps[1].bake`; of a list whose entries have names, by name: `gates[error-rate].abort`. */
  readonly path: string;
  /** As JSON; `undefined` where the field is not there. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** Returns what differs between two versions of a spec, with all of their defaults, in the order of the newer one. */
export function specDifference(before: RolloutSpec, after: RolloutSpec): readonly SpecChange[] {
  const [from, to] = [leavesOf(before, ''), leavesOf(after, '')];
  const paths = [...new Set([...to.keys(), ...from.keys()])];
  return paths
    .filter((path) => from.get(path) !== to.get(path))
    .map((path) => ({ path, from: from.get(path), to: to.get(path) }));
}

/** Returns a change on one line: `~ steps[1].bake: 900 → 600`. Durations are in seconds, shares 0..1. */
export function changeLine({ path, from, to }: SpecChange): string {
  if (from === undefined) return `+ ${path}: ${to ?? ''}`;
  return to === undefined ? `- ${path}: ${from}` : `~ ${path}: ${from} → ${to}`;
}

function leavesOf(value: unknown, path: string): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>();
  if (value === undefined) return leaves;
  const below = entriesOf(value, path);
  if (below === undefined || below.length === 0) return leaves.set(path, JSON.stringify(value));
  for (const [deeper, one] of below) for (const [leaf, text] of leavesOf(one, deeper)) leaves.set(leaf, text);
  return leaves;
}

/** The parts of a list or a map with their paths; `undefined` for what has none. */
function entriesOf(value: unknown, path: string): readonly (readonly [string, unknown])[] | undefined {
  if (Array.isArray(value)) {
    return value.map((entry: unknown, index): [string, unknown] => [`${path}[${nameOf(entry) ?? index}]`, entry]);
  }
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).map(([key, one]): [string, unknown] => [path === '' ? key : `${path}.${key}`, one]);
}

function nameOf(entry: unknown): string | undefined {
  const name: unknown = typeof entry === 'object' && entry !== null && 'name' in entry ? entry.name : undefined;
  return typeof name === 'string' ? name : undefined;
}

import type { Datapoint } from '../../analysis/datapoint.ts';
import type { MetricRow } from '../../metrics/source.ts';

/** How the values of two target groups of one slot become one; what is not here is asked of the slot and the same in both. */
const together: Readonly<Record<string, (left: number, right: number) => number>> = {
  requests: sum,
  errors: sum,
  answered: sum,
  slow: sum,
  // Percentiles cannot be added, and the same tasks stand in each group: the worst counts.
  latencyP95: Math.max,
  unhealthyHosts: Math.max,
  healthyHosts: Math.min,
};

function sum(left: number, right: number): number {
  return left + right;
}

/** What the slots showed in all of their target groups together. */
export function mergedRows(byPair: readonly (readonly MetricRow[])[]): readonly MetricRow[] {
  const [only] = byPair;
  if (only !== undefined && byPair.length === 1) return only;
  const byStart = new Map<number, MetricRow>();
  for (const row of byPair.flat()) {
    const known = byStart.get(row.at);
    const whole = known && { at: row.at, blue: merged(known.blue, row.blue), green: merged(known.green, row.green) };
    byStart.set(row.at, whole ?? row);
  }
  return [...byStart.values()].sort((left, right) => left.at - right.at);
}

function merged(left: Datapoint, right: Datapoint): Datapoint {
  const both = Object.entries(right).map(([name, value = 0]): [string, number] => {
    const other = left[name];
    return [name, other === undefined ? value : (together[name]?.(other, value) ?? other)];
  });
  return { ...left, ...Object.fromEntries(both) };
}

/** Periods in which green's weight did not rise, as indexes: the first, and the one after the last. */
export interface Stretch {
  readonly begin: number;
  readonly end: number;
}

/** Cuts a rollout where green's weight rises: there tasks are added, which are cold as the first ones were. */
export function stretchesOf(weight: Float64Array, first: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (let begin = first; begin < weight.length;) {
    let end = begin + 1;
    while (end < weight.length && (weight[end] ?? 0) <= (weight[end - 1] ?? 0)) end += 1;
    stretches.push({ begin, end });
    begin = end;
  }
  return stretches;
}

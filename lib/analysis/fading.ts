import { stretchesOf } from './weights.ts';

/** A cold start fades by a factor of e within so many warm-ups. */
const warmUpsToFade = 2;

/**
 * How many times as bad as blue a cold green may still be at each period; at least 1, and 1 for a gate without a warm-up.
 *
 * A warm-up is no cliff: where green was `r` times as bad as blue during it, `1 + (r - 1) exp(-t / T)` is a start that fades. A
 * regression stays where it was and so rises above it. Each figure rests on earlier periods alone.
 *
 * @param warmUp in periods
 * @param ratioWithin how many times as bad as blue green was from one index to another, both included; `undefined` where nothing says it
 */
export function fadeOf(
  weight: Float64Array,
  first: number,
  warmUp: number,
  ratioWithin: (from: number, to: number) => number | undefined,
): Float64Array {
  const fade = new Float64Array(weight.length).fill(1);
  if (warmUp === 0) return fade;
  for (const { begin, end } of stretchesOf(weight, first)) {
    const judgedFrom = begin + warmUp;
    if (judgedFrom >= end) continue;
    const ratio = ratioWithin(begin, judgedFrom - 1) ?? 1;
    const middle = begin + (warmUp - 1) / 2;
    for (let index = judgedFrom; index < end; index += 1) {
      fade[index] = 1 + Math.max(0, ratio - 1) * Math.exp((middle - index) / (warmUpsToFade * warmUp));
    }
  }
  return fade;
}

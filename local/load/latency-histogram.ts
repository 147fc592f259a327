const smallestMs = 0.05;
/** Each bucket is 2 % wider than the one before: a percentile is at most 2 % too high. */
const growth = Math.log(1.02);

/** Latencies in buckets that widen with the value: constant memory however many are recorded. */
export class LatencyHistogram {
  readonly #counts: number[] = [];
  #total = 0;

  record(milliseconds: number): void {
    const bucket = Math.max(0, Math.ceil(Math.log(Math.max(milliseconds, smallestMs) / smallestMs) / growth));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total += 1;
  }

  /** Upper end of the bucket that holds the percentile (0 to 1), in milliseconds; 0 where nothing was recorded. */
  percentile(share: number): number {
    let left = Math.ceil(this.#total * share);
    for (const [bucket, count] of this.#counts.entries()) {
      left -= count || 0;
      if (left <= 0 && this.#total > 0) return Math.round(smallestMs * Math.exp(bucket * growth) * 100) / 100;
    }
    return 0;
  }
}

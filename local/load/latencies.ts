import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** Longest time that is told apart from longer ones: an hour. */
const longestMs = 3_600_000;

/** Times in milliseconds, to the microsecond and to three figures: constant memory however many are recorded. */
export class Latencies {
  readonly #microseconds: RecordableHistogram = createHistogram({ lowest: 1, highest: longestMs * 1_000, figures: 3 });

  record(milliseconds: number): void {
    this.#microseconds.record(Math.round(Math.min(Math.max(milliseconds, 0.001), longestMs) * 1_000));
  }

  /** Returns the time that this share (0 to 1) of what was recorded does not exceed, in milliseconds; 0 where nothing was recorded. */
  percentile(share: number): number {
    const { count } = this.#microseconds;
    if (count === 0) return 0;
    // The histogram rounds the rank to the nearest one: of eleven times the tenth would be the 95th percentile.
    const rank = Math.ceil(count * share);
    return Math.round(this.#microseconds.percentile((100 * rank) / count) / 10) / 100;
  }
}

import type { RowOfBoth } from '../../lib/calibration/own-minutes.ts';
import { seeded } from '../../lib/calibration/random.ts';

/** Start of every made-up past: a full day. */
export const began = Date.parse('2026-03-01T00:00:00Z') / 1000;

interface Kind {
  readonly minutes: number;
  readonly requests: number;
  readonly errorRate: number;
  readonly latency?: number;
  readonly seed?: number;
}

/** The minutes of a steady service in slot a, with a slot b that has nothing. */
export function steadyRows({ minutes, requests, errorRate, latency = 0.4, seed = 7 }: Kind): readonly RowOfBoth[] {
  const random = seeded(seed);
  return Array.from({ length: minutes }, (_, minute) => {
    const count = random.poisson(requests);
    const latencyP95 = latency * Math.exp(0.05 * random.normal());
    const blue = { requests: count, errors: random.binomial(count, errorRate), latencyP95, unhealthyHosts: 0 };
    return { at: began + minute * 60, blue: count === 0 ? {} : blue, green: {} };
  });
}

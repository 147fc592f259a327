import * as z from 'zod';
import { tolerance } from './gate.ts';
import { parsePercentage, wholeSeconds } from './quantity.ts';

/** A share above none and at most `most`, written `1%` or `0.01`; comes out as 0..1. */
function share(most: number) {
  const expected = `expected a share above 0% and at most ${String(most * 100)}%, such as 1%`;
  return z.union([z.string(), z.number()], expected).transform((written, context) => {
    const value = typeof written === 'number' ? written : parsePercentage(written);
    if (value !== undefined && value > 0 && value <= most) return value;
    context.addIssue(expected);
    return z.NEVER;
  });
}

/** How sure the comparison with blue must be, for all gates of a rollout together. */
export const analysisSettings = z.strictObject(
  {
    /** Chance of rolling back a green that is no worse than the tolerance allows, over the whole rollout. */
    alpha: share(0.2).prefault('1%'),
    /** How many times as bad as blue green may be, where a gate says nothing else. */
    tolerance: tolerance.default(1.25),
    /** How much of blue's past is read when a rollout opens. */
    history: wholeSeconds({ max: 86_400 }).prefault('2h'),
  },
  'expected a map with alpha, tolerance and history',
);

const requestsExpected = 'expected a whole number of requests, at least 1';

const failedRequests = z.strictObject({
  /** Failed requests of green that end the rollout, whatever the gates say. */
  failedRequests: z.int(requestsExpected).min(1, requestsExpected),
});

const monthlyShare = z.strictObject({
  /** Share of a month's error budget that one rollout may spend. */
  monthlyShare: share(1),
  /** Availability that the service promises over a month, such as 99.9%. */
  target: share(0.999999),
  /** Requests of a month; without it, the traffic of both slots since the history began is extrapolated. */
  monthlyRequests: z.int(requestsExpected).min(1, requestsExpected).optional(),
});

/** How much harm a rollout may do before it is rolled back, whatever the gates say. */
export const budget = z.union(
  [failedRequests, monthlyShare],
  'expected either `failedRequests`, or `monthlyShare` and `target`',
);

export type Budget = z.output<typeof budget>;

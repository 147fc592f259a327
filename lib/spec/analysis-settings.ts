import * as z from 'zod';
import { tolerance } from './gate.ts';
import { limit, wholeSeconds } from './quantity.ts';

const share = limit.refine((value) => value > 0 && value < 1, 'expected a share such as 1%');

/** How sure the comparison with blue must be, for all gates of a rollout together. */
export const analysisSettings = z.strictObject(
  {
    /** Chance of rolling back a green that is no worse than the tolerance allows, over the whole rollout. */
    alpha: share.refine((value) => value <= 0.2, 'expected at most 20%').prefault('1%'),
    /** How many times as bad as blue green may be. */
    tolerance: tolerance.default(1.25),
    /** How much of blue's past is read when a rollout opens. */
    history: wholeSeconds({ max: 86_400 }).prefault('2h'),
  },
  'expected a map with alpha, tolerance and history',
);

const failedRequests = z.strictObject({
  /** Failed requests of green that end the rollout, whatever the gates say. */
  failedRequests: z.int('expected a whole number of requests').min(1, 'expected at least one request'),
});

const monthlyShare = z.strictObject({
  /** Share of a month's error budget that one rollout may spend. */
  monthlyShare: share,
  /** Availability that the service promises over a month, such as 99.9%. */
  target: share,
  /** Requests of a month; without it, blue's traffic before the rollout is extrapolated. */
  monthlyRequests: z.int('expected a whole number of requests').min(1).optional(),
});

/** How much harm a rollout may do before it is rolled back, whatever the gates say. */
export const budget = z.union(
  [failedRequests, monthlyShare],
  'expected `failedRequests`, or `monthlyShare` and `target`',
);

export type Budget = z.output<typeof budget>;

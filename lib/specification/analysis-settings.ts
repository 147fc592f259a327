import * as z from 'zod';
import { tolerance } from './gate.ts';
import { parsePercentage, wholeSeconds } from './quantity.ts';

/** A share above none and at most `most`, written `1%` or `0.01`; comes out as 0..1. */
function share(most: number) {
  const expected = `expected a share above 0% and at most ${String(most * 100)}%, such as 1%`;
  return z
    .union([z.string(), z.number()], expected)
    .transform((written, context) => {
      const value = typeof written === 'number' ? written : parsePercentage(written);
      if (value !== undefined && value > 0 && value <= most) return value;
      context.addIssue(expected);
      return z.NEVER;
    })
    .pipe(z.number())
    .meta({ kind: 'share', bounds: `above 0, up to ${String(most * 100)} %` });
}

/** How sure the comparison with blue must be, for all gates of a rollout together. */
export const analysisSettings = z.strictObject(
  {
    alpha: share(0.2)
      .prefault('1%')
      .describe(
        'Chance of rolling back a green that is no worse than tolerated, over the whole rollout, shared among its gates',
      ),
    tolerance: tolerance.default(1.25).describe('How many times as bad as blue green may be'),
    clumps: wholeSeconds({ min: 1, max: 900 })
      .prefault('60s')
      .describe(
        'For how long one cause may bring errors. Where `period` is shorter, latencies, warm-ups and how errors clump are judged by it, and errors at each period',
      ),
    learnSince: z.iso
      .datetime('expected a time in UTC, such as 2026-11-30T08:00:00Z')
      .meta({
        kind: 'time',
        description:
          'Healthy rollouts from before it teach the gates nothing any more: write the present time to make them forget. Without it: the last 20 healthy rollouts count. See [what the gates learn](analysis.md#what-the-gates-learn)',
      })
      .optional(),
    history: wholeSeconds({ max: 86_400 })
      .prefault('2h')
      .describe("How much of blue's past is read when a rollout opens, to learn how its errors come"),
  },
  'expected a map with alpha, tolerance, clumps, learnSince and history',
);

const requestsExpected = 'expected a whole number of requests, at least 1';

const failedRequests = z.strictObject({
  failedRequests: z
    .int(requestsExpected)
    .min(1, requestsExpected)
    .meta({ bounds: 'from `1`', description: 'Failed requests of green' }),
});

const monthlyShare = z.strictObject({
  monthlyShare: share(1).describe("Share of a month's error budget"),
  target: share(0.999999).meta({
    bounds: 'above 0, under 100 %',
    description: 'Availability that the service promises over a month, such as 99.9%',
  }),
  monthlyRequests: z
    .int(requestsExpected)
    .min(1, requestsExpected)
    .meta({
      bounds: 'from `1`',
      description: "Requests of a month. Without it: what blue's history extrapolates to",
    })
    .optional(),
});

/** How much harm a rollout may do before it is rolled back, whatever the gates say. */
export const budget = z.union(
  [failedRequests, monthlyShare],
  'expected either `failedRequests`, or `monthlyShare` and `target`',
);

export type Budget = z.output<typeof budget>;

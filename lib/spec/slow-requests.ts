import * as z from 'zod';
import { duration } from './quantity.ts';

const metricName = z
  .string('expected the name of a CloudWatch metric')
  .regex(/^[\w .:#/-]{1,255}$/, 'expected the name of a CloudWatch metric or namespace');

/** What counts as a slow request: the metric `slow` of the gates. */
export const slowRequests = z.strictObject(
  {
    /** A request that took longer is slow. */
    over: duration({ min: 0.001, max: 60 }).prefault('2s'),
    /** A count of slow requests per target group that the team publishes itself, in place of the load balancer's percentile rank. */
    metric: z
      .strictObject({ namespace: metricName, name: metricName }, 'expected a map with namespace and name')
      .optional(),
  },
  'expected a map with over and metric',
);

export type SlowRequests = z.output<typeof slowRequests>;

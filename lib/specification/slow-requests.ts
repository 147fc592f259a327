import * as z from 'zod';
import { duration } from './quantity.ts';

const metricName = z
  .string('expected the name of a CloudWatch metric')
  .regex(/^[\w .:#/-]{1,255}$/, 'expected the name of a CloudWatch metric or namespace')
  .meta({ kind: 'text' });

/** What counts as a slow request: the metric `slow` of the gates. */
export const slowRequests = z.strictObject(
  {
    over: duration({ min: 0.001, max: 60 })
      .prefault('2s')
      .describe(
        "A request that took longer is slow; counted by the percentile rank of the load balancer's response times",
      ),
    metric: z
      .strictObject(
        {
          namespace: metricName.describe('Its CloudWatch namespace'),
          name: metricName.describe('Its name'),
        },
        'expected a map with namespace and name',
      )
      .optional()
      .describe(
        'A count of slow requests that you publish yourself, with dimensions `TargetGroup` and `LoadBalancer`, in place of the percentile rank',
      ),
  },
  'expected a map with over and metric',
);

export type SlowRequests = z.output<typeof slowRequests>;

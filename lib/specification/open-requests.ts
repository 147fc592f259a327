import * as z from 'zod';
import { wholeSeconds } from './quantity.ts';

/**
 * What happens to requests that are still open when the tasks of the side without traffic are stopped: after a rollback, and when
 * the former version is retired. A change of weights ends none of them.
 */
export const openRequests = z
  .strictObject(
    {
      mode: z
        .enum(['drain', 'cut'], 'expected drain or cut')
        .optional()
        .describe(
          '`drain`: they may end by themselves until the deregistration delay of the target group is over, then ECS stops the tasks; `cut`: the tasks are stopped at once, so that clients connect again. Without it: `drain`',
        ),
      limit: wholeSeconds({ min: 1, max: 600 })
        .optional()
        .describe(
          'Of `drain`: after so long the tasks are stopped though requests are open, within about a minute. Without it: the deregistration delay alone, which a longer limit does not extend',
        ),
    },
    'expected a map with mode and limit',
  )
  .superRefine(({ mode, limit }, context) => {
    if (mode !== 'cut' || limit === undefined) return;
    context.addIssue({ code: 'custom', path: ['limit'], message: 'mode cut waits for nothing, expected no limit' });
  });

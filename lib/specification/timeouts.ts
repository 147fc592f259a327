import * as z from 'zod';
import { duration, wholeSeconds } from './quantity.ts';

/** How long things may take. Durations come out in seconds. */
export const timeouts = z.strictObject({
  provisionGreen: wholeSeconds({ min: 1, max: 3600 })
    .prefault('600s')
    .describe("Until green's tasks are ready, at the start and before each step"),
  hold: wholeSeconds({ min: 0, max: 86_400 })
    .prefault('30m')
    .describe('Until a bake that waits for evidence rolls back'),
  interference: wholeSeconds({ min: 0, max: 86_400 })
    .prefault('15m')
    .describe(
      'Until a rollout rolls back whose rules or slots others have changed, or whose blue is not whole before a shift',
    ),
  calendar: wholeSeconds({ min: 0, max: 7 * 86_400 })
    .optional()
    .describe(
      'Until a rollout rolls back that a window, a freeze or a stop keeps from its next step. Without it: 12 h. See [calendar](calendar.md)',
    ),
  verifyRequest: duration({ min: 0.1, max: 10 }).prefault('2s').describe('One request of the check of green'),
  verifyGreen: wholeSeconds({ min: 30, max: 3600 })
    .optional()
    .describe(
      'Until green has proved that it answers; then the rollout is rolled back, with what was lacking. Without it: 10 min',
    ),
  // Above the longest that one state may take with all of its retries: eight calls of 15 s, and 31 s between them.
  guard: wholeSeconds({ min: 10, max: 3600 })
    .prefault('3m')
    .describe(
      'A rollout that makes no progress for so long beyond its own waits is rolled back from outside. Must be more than the longest that one state may take with all of its retries, which is 151 s where everything times out',
    ),
  rollout: wholeSeconds({ min: 60, max: 14 * 86_400 })
    .optional()
    .describe(
      'The whole rollout; beyond it, it is rolled back from outside. Without it: `timeouts.provisionGreen`, `timeouts.verifyGreen`, every bake with its hold and again `timeouts.provisionGreen` and `timeouts.interference`, `timeouts.guard` and 15 minutes',
    ),
});

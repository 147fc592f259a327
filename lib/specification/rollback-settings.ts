import * as z from 'zod';
import { formatDuration, wholeSeconds } from './quantity.ts';
import { steps } from './steps.ts';

const budget = (normal: string, meaning: string) =>
  wholeSeconds({ min: 1, max: 3600 }).prefault(normal).describe(meaning);

/** What each part of a rollback may take; more is announced, and the rollback goes on. */
const budgets = z.strictObject({
  restore: budget('30s', 'From the decision until every rule is back on blue'),
  verifyBlue: budget('2m', 'Until blue has its healthy targets'),
  healthCheck: budget('1m', 'Until blue answers real requests'),
  removeGreen: budget('1m', 'Until ECS has accepted that green goes'),
  whole: budget('5m', 'From the decision until the rollout is closed'),
});

const weightExpected = 'expected a whole percentage, 1 to 99';

/** All pauses together: the whole rollback has five minutes. */
const longestRollback = 240;

/** Green's weights during a rollback, where blue needs time to warm up. */
const stepped = z
  .strictObject({
    weights: z
      .array(z.int(weightExpected).min(1, weightExpected).max(99, weightExpected))
      .min(1)
      .max(5)
      .prefault([50, 20])
      .meta({
        kind: 'list',
        bounds: '1 to 5 falling percentages',
        description: "What green keeps, step by step; those that are not under green's present weight are left out",
      }),
    pause: wholeSeconds({ min: 1, max: 120 }).prefault('20s').describe('How long each of them stays'),
  })
  .superRefine(({ weights, pause }, context) => {
    weights.forEach((weight, index) => {
      const previous = weights[index - 1];
      if (previous === undefined || weight < previous) return;
      const message = `weight ${weight} does not fall below the ${previous} before it, expected falling weights`;
      context.addIssue({ code: 'custom', path: ['weights', index], message });
    });
    const total = weights.length * pause;
    if (total <= longestRollback) return;
    const message = `the rollback takes ${formatDuration(total)}, expected at most ${formatDuration(longestRollback)}`;
    context.addIssue({ code: 'custom', path: ['pause'], message });
  });

/** How a rollback goes. */
export const rollbackSettings = z.strictObject(
  {
    shape: z
      .enum(['instant', 'stepped'])
      .default('instant')
      .describe(
        'All traffic at once, or in a few steps for a blue that has to warm up. A failed gate, and a green without a healthy target, always go back at once',
      ),
    stepped: stepped.prefault({}).describe('The steps of the shape `stepped`'),
    longestStickiness: wholeSeconds({ min: 1, max: 4 * 3600 })
      .prefault('15m')
      .describe(
        'Longest group stickiness that a rule may have: a rollback switches it off, and keeps green until it has lapsed',
      ),
    blueImage: z
      .enum(['required', 'optional'])
      .default('required')
      .describe(
        'Whether a rollout needs the image of blue in its registry. Without it no task of blue can be replaced, and a rollback may find too few',
      ),
    steps: steps
      .prefault([
        { weight: 25, bake: '3m' },
        { weight: 100, bake: '5m' },
      ])
      .meta({
        kind: 'list',
        bounds: '1 to 20 entries',
        defaultsTo: '25 % for 3m, 100 % for 5m',
        description: 'Steps of a rollout to an earlier version of the record (`sluice rollback --to`)',
      }),
    budgets: budgets
      .prefault({})
      .describe('What the parts of a rollback may take. More is announced, and the rollback goes on'),
  },
  'expected a map of settings for rollbacks',
);

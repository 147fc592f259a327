import * as z from 'zod';
import { wholeSeconds } from './quantity.ts';
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

/** How a rollback goes. */
export const rollbackSettings = z.strictObject(
  {
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

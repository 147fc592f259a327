import * as z from 'zod';
import { steps } from './steps.ts';

/** How a rollout goes that cannot wait. It has no default: every write of a rollout's state would be paid for it. */
export const hotfix = z.strictObject(
  {
    steps: steps.optional().meta({
      bounds: '1 to 20 entries',
      description:
        'The steps of a hotfix: as many as `steps` at most, with no longer bakes altogether. Without it: the first step of at least 10 %, and the last one, each for 5 minutes at most',
    }),
  },
  'expected a map',
);

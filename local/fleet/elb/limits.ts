import * as z from 'zod';
import type { Actions } from '../api/action.ts';
import { mostTargetGroups } from './routing.ts';
import { mostRules } from './rules.ts';
import { elbAction } from './world.ts';

/** What the account may have, as far as the fleet holds it to that. */
export function limitActions(): Actions {
  return {
    DescribeAccountLimits: elbAction(
      z.object({ PageSize: z.string().optional(), Marker: z.string().optional() }),
      () => ({
        Limits: [
          { Name: 'condition-values-per-alb-rule', Max: '5' },
          { Name: 'rules-per-application-load-balancer', Max: String(mostRules) },
          { Name: 'target-groups-per-application-load-balancer', Max: String(mostTargetGroups) },
        ],
      }),
    ),
  };
}

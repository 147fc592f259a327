import type { Actions } from '../api/action.ts';
import { limitActions } from './limits.ts';
import { listenerActions } from './listeners.ts';
import { loadBalancerActions } from './load-balancers.ts';
import { ruleActionTable } from './rules.ts';
import { tagActions } from './tags.ts';
import { targetActions } from './target-actions.ts';
import { targetGroupActions } from './target-groups.ts';
import type { ElbWorld } from './world.ts';

/** All actions of Elastic Load Balancing v2 that the fleet knows. */
export function elbActions(world: ElbWorld): Actions {
  return {
    ...loadBalancerActions(world),
    ...targetGroupActions(world),
    ...targetActions(world),
    ...listenerActions(world),
    ...ruleActionTable(world),
    ...tagActions(world),
    ...limitActions(),
  };
}

import type { SeenRule, WantedRule } from './rules/maintenance-plan.ts';
import type { RoutingAction } from './rules/routing.ts';

/** What a call to create a rule came to. */
export type CreatedRule =
  | { readonly outcome: 'created'; readonly arn: string }
  /** Somebody took the priority meanwhile: read again, then plan again. */
  | { readonly outcome: 'taken' }
  /** The load balancer has as many rules as it may have. */
  | { readonly outcome: 'full' };

/** Rules that maintenance adds beside the team's own; each carries tag `sluice:maintenance`, so that none can be orphaned. */
export interface MaintenanceRules {
  /** All rules of a listener with their tags; none of a listener that is not there. */
  seen(listenerArn: string): Promise<readonly SeenRule[]>;
  /** @param maintains value of the tag */
  create(listenerArn: string, rule: WantedRule, maintains: string): Promise<CreatedRule>;
  /** Replaces what a rule does; one that is gone is fine. */
  rewrite(ruleArn: string, actions: readonly RoutingAction[]): Promise<void>;
  /** Deletes a rule; one that is gone is fine. */
  remove(ruleArn: string): Promise<void>;
}

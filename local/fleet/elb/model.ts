import type { TargetGroup } from './target-group.ts';
import type { RuleAction } from './rule-action.ts';
import type { RuleCondition } from './rule-condition.ts';
import type { RouteTable } from './route-table.ts';
import type { Tagged } from './tagged.ts';

export interface LoadBalancer extends Tagged {
  readonly name: string;
  /** `app/<name>/<id>`: the value of the CloudWatch dimension. */
  readonly dimension: string;
  readonly scheme: string;
  readonly vpcId: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly createdAt: Date;
  readonly attributes: Map<string, string>;
}

/** One rule; the default rule has the priority `default` and no conditions. */
export interface Rule extends Tagged {
  readonly listener: Listener;
  priority: number | 'default';
  conditions: readonly RuleCondition[];
  actions: readonly RuleAction[];
}

export interface Listener extends Tagged {
  readonly loadBalancer: LoadBalancer;
  port: number;
  /** In order of priority, the default rule last. */
  rules: Rule[];
  /** The proxies behind the load balancer's name; each learns of a rule change in its own time. */
  readonly nodes: readonly BalancerNode[];
}

/** One proxy node of a load balancer, as far as one listener is concerned. */
export interface BalancerNode {
  /** What it obeys; replaced as a whole, so that a request sees either the old rules or the new ones. */
  table: RouteTable;
  /** Of the newest change in `table`. */
  version: number;
}

/** Everything that the ELB side of the fleet knows. */
export interface ElbModel {
  readonly loadBalancers: Map<string, LoadBalancer>;
  readonly listeners: Map<string, Listener>;
  readonly rules: Map<string, Rule>;
  readonly targetGroups: Map<string, TargetGroup>;
}

export function emptyElbModel(): ElbModel {
  return { loadBalancers: new Map(), listeners: new Map(), rules: new Map(), targetGroups: new Map() };
}

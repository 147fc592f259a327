import type { ListenerRule } from './rules/health-request-way.ts';
import type { Routing, RoutingAction } from './rules/routing.ts';
import type { TrafficTarget } from './layout/layout.ts';

/** Targets of a target group by their state. */
export interface TargetHealth {
  readonly healthy: number;
  readonly unhealthy: number;
  readonly total: number;
}

/** Of several target groups of one slot that in which the fewest targets are healthy: a task has to be so in each of them. */
export function leastHealthy(groups: readonly TargetHealth[]): TargetHealth {
  const none: TargetHealth = { healthy: 0, unhealthy: 0, total: 0 };
  return groups.toSorted((left, right) => left.healthy - right.healthy)[0] ?? none;
}

/** A rule that sends requests with one header value to one target group. */
export interface HeaderRoute {
  readonly listenerArn: string;
  /** Requests must also satisfy the conditions of this rule; `undefined` for a default action. */
  readonly besideRule: string | undefined;
  readonly header: string;
  readonly value: string;
  readonly targetGroup: string;
  /** Written on the rule as tag `sluice:rollout`. */
  readonly rolloutId: string;
}

/** A rule of a listener with what it does. */
export interface ActingRule extends ListenerRule {
  readonly actions: readonly RoutingAction[];
}

/** Where the requests of a listener come in. */
export interface Entrance {
  readonly protocol: 'http' | 'https';
  /** DNS name of the load balancer. */
  readonly host: string;
  readonly port: number;
  /** Reached from within its VPC only. */
  readonly isInternal: boolean;
  /** The VPC of the load balancer. */
  readonly vpcId?: string | undefined;
}

/** The health check of a target group. */
export interface GroupHealthCheck {
  /** Statuses that are healthy, such as `200` or `200-399`; `undefined` where it compares no HTTP statuses. */
  readonly matcher: string | undefined;
}

export interface TrafficRouter {
  /** Reads each target, in the given order; one that is not there is a refusal. */
  read(targets: readonly TrafficTarget[]): Promise<readonly Routing[]>;
  /** Reads each target, in the given order; `undefined` for one that is not there. */
  find(targets: readonly TrafficTarget[]): Promise<readonly (Routing | undefined)[]>;
  /** Replaces the actions of one rule or default actions of one listener. */
  write(kind: Routing['kind'], arn: string, actions: readonly RoutingAction[]): Promise<void>;
  /** Protocol version of each target group that is there: `HTTP1`, `HTTP2` or `GRPC`. */
  protocolVersionsOf(targetGroups: readonly string[]): Promise<Readonly<Partial<Record<string, string>>>>;
  /** What the health checks of each target group that is there ask and take for healthy. */
  healthChecksOf(targetGroups: readonly string[]): Promise<Readonly<Partial<Record<string, GroupHealthCheck>>>>;
  /** Every rule of a listener, with its default action; none of a listener that is not there. */
  rulesOf(listenerArn: string): Promise<readonly ActingRule[]>;
  /** Counts the targets of a target group by health. */
  targetHealth(targetGroup: string): Promise<TargetHealth>;
  /** Creates the header rule, or finds the one that this rollout made before; returns its ARN. */
  openHeaderRoute(route: HeaderRoute): Promise<string>;
  /** Deletes a rule; one that is gone is fine. */
  closeHeaderRoute(ruleArn: string): Promise<void>;
  /** Rules of the listener that carry tag `sluice:rollout` of this rollout; none of a listener that is not there. */
  headerRoutesOf(listenerArn: string, rolloutId: string): Promise<readonly string[]>;
  /** Rules of the listener that carry tag `sluice:rollout`, each with the rollout that it names. */
  taggedRoutesOf(listenerArn: string): Promise<readonly { readonly arn: string; readonly rolloutId: string }[]>;
  /** The rule of this rollout on a listener that asks for a header, with the value it asks for; `undefined` where there is none. */
  headerRouteOf(
    listenerArn: string,
    rolloutId: string,
    header: string,
  ): Promise<{ readonly arn: string; readonly value: string } | undefined>;
  /** Rules of the load balancer that a listener belongs to, without default ones, and how many it may have; `undefined` where that cannot be asked. */
  ruleRoom(listenerArn: string): Promise<{ readonly present: number; readonly most: number | undefined }>;
  /** Where a listener is reached. */
  entranceOf(listenerArn: string): Promise<Entrance>;
}

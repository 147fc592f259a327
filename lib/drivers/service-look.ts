import type { DeploymentSettings } from './deployment-settings.ts';
import type { Workload } from './layout/layout.ts';
import type { SlotToCopy } from './second-slot/slot-to-copy.ts';
import type { RoutingAction } from './rules/routing.ts';
import type { Entrance } from './traffic-router.ts';
import type { ServiceScaling } from '../rollout/scheduled-scaling.ts';
import type { TaskDefinitionFacts } from './slot-runtime.ts';

/** An ECS service, with what decides whether its traffic can be split. */
export interface ServiceFacts {
  readonly service: string;
  readonly active: boolean;
  readonly desired: number;
  readonly taskDefinition: string;
  readonly bindings: readonly { readonly targetGroup: string; readonly container: string; readonly port: number }[];
  /** Who deploys it: `ECS`, `CODE_DEPLOY` or `EXTERNAL`. */
  readonly controller: string;
  /** A way of ECS that moves traffic by itself, in words; absent with rolling deployments. */
  readonly movesTraffic?: string | undefined;
  /** How ECS deploys it; absent where another controller does. */
  readonly deploys?: DeploymentSettings | undefined;
  /** `REPLICA` or `DAEMON`. */
  readonly scheduling: string;
  readonly onFargate: boolean;
  /** What of ECS would put a former version back by itself. */
  readonly rollsBackBy: readonly string[];
  /** Ways of traffic to its tasks that no weight splits. */
  readonly otherTraffic: readonly string[];
}

/** One rule of a listener, or its default action. */
export interface RuleFacts {
  readonly arn: string;
  readonly isDefault: boolean;
  /** 0 for a default action. */
  readonly priority: number;
  readonly conditions: readonly RoutingAction[];
  readonly actions: readonly RoutingAction[];
  /** It changes host or URL of a request before a target gets it. */
  readonly rewrites?: boolean;
}

export interface TargetGroupFacts {
  readonly arn: string;
  readonly name: string;
  readonly loadBalancers: readonly string[];
  readonly healthPath: string | undefined;
  /** `HTTP1`, `HTTP2` or `GRPC`. */
  readonly protocolVersion?: string | undefined;
  /** Statuses that its health checks take for healthy, such as `200` or `200-399`; absent where they are no HTTP statuses. */
  readonly matcher?: string | undefined;
  /** `traffic-port`, or the port that its health checks ask. */
  readonly healthPort?: string | undefined;
}

/** What an account allows of Application Load Balancers. */
export interface BalancerLimits {
  readonly conditionValuesPerRule: number;
  readonly rulesPerBalancer: number;
  readonly targetGroupsPerBalancer: number;
  /** Asked of the account; otherwise AWS's defaults. */
  readonly areOfAccount: boolean;
}

/** Looks at services and load balancers, and changes nothing. */
export interface ServiceLook {
  /**
   * One answer a name, in their order.
   * @throws Refusal where the cluster is not there
   */
  services(cluster: string, names: readonly string[]): Promise<readonly (ServiceFacts | undefined)[]>;
  /**
   * A service, and the target groups that it registers with, as a second slot beside it has to be.
   * @throws NotCopied where one of them is not there
   */
  slotToCopy(workload: Pick<Workload, 'cluster' | 'service'>): Promise<SlotToCopy>;
  /** Names of all active services of a cluster. */
  serviceNames(cluster: string): Promise<readonly string[]>;
  /** What scales a service by itself; `undefined` where nothing does. */
  scalingOf(workload: Workload): Promise<ServiceScaling | undefined>;
  taskDefinition(reference: string): Promise<TaskDefinitionFacts | undefined>;
  /** Those that are there, in any order. */
  targetGroups(arns: readonly string[]): Promise<readonly TargetGroupFacts[]>;
  /** ARNs of a load balancer's listeners. */
  listenersOf(loadBalancer: string): Promise<readonly string[]>;
  /** The rules of a listener with its default action; `undefined` where the listener is not there. */
  rulesOf(listener: string): Promise<readonly RuleFacts[] | undefined>;
  /** Where requests of a listener come in; `undefined` where the listener is not there. */
  entranceOf(listener: string): Promise<Entrance | undefined>;
  /** What the account allows; what AWS allows by default where it may not be asked. */
  limits(): Promise<BalancerLimits>;
}

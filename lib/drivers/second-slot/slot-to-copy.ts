import type { RoutingAction } from '../rules/routing.ts';

/** Settings of an ECS service that a second slot beside it must share. */
export interface ServiceToCopy {
  readonly service: string;
  readonly cluster: string;
  /** The family of its task definition. */
  readonly family: string;
  /** Absent where capacity providers say where tasks run. */
  readonly launchType?: string | undefined;
  readonly capacityProviders: readonly { readonly name: string; readonly weight: number; readonly base: number }[];
  readonly platformVersion?: string | undefined;
  /** Absent where tasks use the network of their instance. */
  readonly network?: {
    readonly subnets: readonly string[];
    readonly securityGroups: readonly string[];
    readonly publicIp: boolean;
  };
  readonly graceSeconds?: number | undefined;
  readonly maximumPercent?: number | undefined;
  readonly minimumHealthyPercent?: number | undefined;
  readonly hasCircuitBreaker: boolean;
  readonly executeCommand: boolean;
  readonly managedTags: boolean;
  /** `SERVICE` or `TASK_DEFINITION`; absent where tasks get no tags. */
  readonly propagateTags?: string | undefined;
  readonly placementConstraints: readonly { readonly type: string; readonly expression?: string | undefined }[];
  readonly placementStrategies: readonly { readonly type: string; readonly field?: string | undefined }[];
  readonly bindings: readonly { readonly targetGroup: string; readonly container: string; readonly port: number }[];
  readonly tags: Readonly<Record<string, string>>;
  /** What the code leaves out, such as Service Connect. */
  readonly leftOut: readonly string[];
}

/** Settings of a target group that the one of a second slot must share. */
export interface GroupToCopy {
  readonly arn: string;
  readonly name: string;
  readonly vpc: string | undefined;
  readonly targetType: string;
  readonly ipAddressType: string | undefined;
  readonly protocol: string;
  readonly protocolVersion: string | undefined;
  readonly port: number;
  readonly health: {
    readonly protocol: string | undefined;
    readonly port: string | undefined;
    readonly path: string | undefined;
    /** Seconds. */
    readonly interval: number | undefined;
    /** Seconds. */
    readonly timeout: number | undefined;
    readonly healthyCount: number | undefined;
    readonly unhealthyCount: number | undefined;
    /** Statuses that count as healthy, such as `200-399`. */
    readonly matcher: string | undefined;
  };
  /** Attributes by their key, such as `deregistration_delay.timeout_seconds`. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A first slot as it is, with the target groups that it registers with. */
export interface SlotToCopy {
  readonly service: ServiceToCopy;
  readonly groups: readonly GroupToCopy[];
}

/** A rule of a second slot: it takes the requests of a rule of the first one, just before it. */
export interface SecondRule {
  readonly listener: string;
  readonly priority: number;
  readonly conditions: readonly RoutingAction[];
  /** The target group of the first slot, which gets all traffic. */
  readonly first: string;
  /** Seconds for which a client stays on one slot; absent without stickiness. */
  readonly stickySeconds?: number | undefined;
  /** The rule that it stands before, or the listener whose default action it takes the requests of. */
  readonly before: string;
}

/** What a service with one slot lacks. Each target group is like the one of the first slot at the same place. */
export interface SecondSlot {
  readonly like: ServiceToCopy;
  /** Name of its ECS service. */
  readonly service: string;
  readonly groups: readonly (GroupToCopy & { readonly newName: string })[];
  readonly rules: readonly SecondRule[];
}

/** Returns the tags that a second service gets as well: those that AWS sets belong to what made the first one. */
export function copiedTags({ tags }: ServiceToCopy): readonly (readonly [key: string, value: string])[] {
  return Object.entries(tags).filter(([key]) => !key.startsWith('aws:'));
}

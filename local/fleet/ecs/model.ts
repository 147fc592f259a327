import type { TargetGroup } from '../elb/target-group.ts';
import type { LifecycleHook } from './native/lifecycle-hooks.ts';
import type { TaskProcess } from './task-process.ts';

export interface Cluster {
  readonly arn: string;
  readonly name: string;
  readonly tags: Map<string, string>;
}

/** A container of a task definition: the fields that the fleet acts on; all others are kept as they were given. */
export interface ContainerDefinition {
  readonly name: string;
  readonly image: string;
  readonly environment?: readonly { readonly name: string; readonly value: string }[] | undefined;
  readonly portMappings?: readonly { readonly containerPort?: number | undefined }[] | undefined;
  readonly stopTimeout?: number | undefined;
  readonly healthCheck?: unknown;
  readonly command?: readonly string[] | undefined;
  /** Its end does not end the task. */
  readonly essential?: boolean | undefined;
}

export interface TaskDefinition {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  /** Everything that was registered. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly containers: readonly ContainerDefinition[];
  readonly tags: Map<string, string>;
  readonly registeredAt: Date;
  /** What only a description has, besides what every one has. */
  described?: Readonly<Record<string, unknown>>;
  status: 'ACTIVE' | 'INACTIVE';
  deregisteredAt?: Date;
}

export interface LoadBalancerBinding {
  readonly targetGroupArn: string;
  readonly containerName: string;
  readonly containerPort: number;
  readonly advancedConfiguration?: AdvancedConfiguration | undefined;
}

/** What ECS moves traffic with, where the strategy says that it does. */
interface AdvancedConfiguration {
  readonly alternateTargetGroupArn?: string | undefined;
  readonly productionListenerRule?: string | undefined;
  readonly testListenerRule?: string | undefined;
  readonly roleArn?: string | undefined;
}

export interface DeploymentConfiguration {
  /** All but ROLLING let ECS move traffic: `native/native-deployments.ts`. */
  readonly strategy: 'ROLLING' | 'BLUE_GREEN' | 'LINEAR' | 'CANARY';
  /** How long both revisions run at the full count after all traffic has moved. */
  readonly bakeTimeInMinutes?: number | undefined;
  readonly lifecycleHooks?: readonly LifecycleHook[] | undefined;
  readonly canaryConfiguration?:
    { readonly canaryPercent: number; readonly canaryBakeTimeInMinutes: number } | undefined;
  readonly linearConfiguration?: { readonly stepPercent: number; readonly stepBakeTimeInMinutes: number } | undefined;
  readonly deploymentCircuitBreaker: { readonly enable: boolean; readonly rollback: boolean };
  readonly maximumPercent: number;
  readonly minimumHealthyPercent: number;
}

export type RolloutState = 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';

export interface Deployment {
  /** `ecs-svc/` and 19 digits. */
  readonly id: string;
  readonly taskDefinition: TaskDefinition;
  /** Of the service revision that it deploys. */
  readonly revisionArn: string;
  /** Where its tasks are registered: of a pair of target groups the one that is this revision's. */
  readonly bindings: readonly LoadBalancerBinding[];
  /** The same as the service was told. */
  readonly requestedBindings: readonly LoadBalancerBinding[];
  readonly createdAt: Date;
  status: 'PRIMARY' | 'ACTIVE';
  updatedAt: Date;
  desiredCount: number;
  /** Tasks that ended before they were ever healthy. */
  failedTasks: number;
  /** The same, since the last one that became healthy: what the circuit breaker counts. */
  failuresInARow: number;
  rolloutState: RolloutState;
  rolloutStateReason: string;
}

export interface ServiceEvent {
  readonly id: string;
  readonly createdAt: Date;
  readonly message: string;
}

export interface Service {
  readonly arn: string;
  readonly name: string;
  readonly cluster: Cluster;
  readonly createdAt: Date;
  readonly tags: Map<string, string>;
  /** Settings that nothing here acts on, for example the network configuration. */
  kept: Readonly<Record<string, unknown>>;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  desiredCount: number;
  loadBalancers: readonly LoadBalancerBinding[];
  healthCheckGracePeriodSeconds: number;
  deploymentConfiguration: DeploymentConfiguration;
  /** The primary one first. */
  deployments: Deployment[];
  /** The last deployment in which ECS moves traffic, as long as both of its revisions are kept. */
  native?: ServiceDeployment | undefined;
  /** Newest first. */
  events: ServiceEvent[];
  /** Not started again before this time (epoch ms), after tasks failed. */
  holdStartsUntil: number;
}

export type ServiceDeploymentStatus =
  | 'PENDING'
  | 'IN_PROGRESS'
  | 'SUCCESSFUL'
  | 'STOPPED'
  | 'ROLLBACK_REQUESTED'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_SUCCESSFUL'
  | 'ROLLBACK_FAILED';

export type HookAction = 'CONTINUE' | 'ROLLBACK';

export type HookStatus = 'AWAITING_ACTION' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';

/** One pause of a deployment; each has an id of its own, also where the same hook pauses before every step. */
export interface Pause {
  readonly hookId: string;
  readonly stage: string;
  readonly expiresAt: Date;
  readonly timeoutAction: HookAction;
  status: HookStatus;
  /** Lets the deployment go on from this pause. */
  readonly answer: (action: HookAction) => void;
}

/** Why a deployment does not go on with its stages. */
export type Ending =
  | { readonly kind: 'rollback'; readonly reason: string }
  | { readonly kind: 'superseded'; readonly reason: string }
  | { readonly kind: 'fleet-stopped' };

/** A deployment in which ECS itself moves traffic from one revision of a service to the next. */
export interface ServiceDeployment {
  readonly arn: string;
  readonly service: Service;
  /** As it was when the deployment began: later changes are for later deployments. */
  readonly configuration: DeploymentConfiguration;
  /** What serves when it begins; none for the first deployment of a service. */
  readonly source: Deployment | undefined;
  /** The target of a deployment that this one supersedes, until `RECONCILE_SERVICE` has removed it. */
  readonly leftover: ServiceDeployment | undefined;
  readonly target: Deployment;
  readonly createdAt: Date;
  /** Deployments that run at the full count. */
  readonly keeps: Set<Deployment>;
  readonly pauses: Pause[];
  readonly stop: AbortController;
  ending?: Ending;
  status: ServiceDeploymentStatus;
  statusReason?: string;
  stage: string;
  /** Percent of production traffic that was last asked for the target. */
  weight: number;
  testWeight: number;
  updatedAt: Date;
  finishedAt?: Date;
  rolledBackAt?: Date;
}

/** It still moves, or could: what Stop takes. */
export function isUnderWay({ status }: ServiceDeployment): boolean {
  return status === 'PENDING' || status === 'IN_PROGRESS';
}

export type TaskStatus =
  'PROVISIONING' | 'PENDING' | 'ACTIVATING' | 'RUNNING' | 'DEACTIVATING' | 'STOPPING' | 'STOPPED';

/** What RunTask was asked for. */
export interface OneOff {
  readonly startedBy: string | undefined;
  readonly clientToken: string | undefined;
  /** The request, to tell another one with the same token. */
  readonly request: string;
  /** What is described as it was asked for. */
  readonly kept: Readonly<Record<string, unknown>>;
  /** The container whose program runs, with what it gets besides its own settings. */
  readonly container: string;
  readonly command: readonly string[] | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

export interface Task {
  readonly arn: string;
  readonly id: string;
  readonly service: Service;
  readonly deployment: Deployment;
  readonly createdAt: Date;
  /** Set for a task that no service started; `service` then stands for nothing but its cluster. */
  readonly oneOff?: OneOff;
  /** Where it is registered as a target. */
  registrations: readonly Registration[];
  lastStatus: TaskStatus;
  desiredStatus: 'RUNNING' | 'STOPPED';
  /** Has been running and healthy at least once. */
  wasReady: boolean;
  startedAt?: Date;
  stoppingAt?: Date;
  stoppedAt?: Date;
  imageDigest?: string;
  exitCode?: number;
  stopCode?: string;
  stoppedReason?: string;
  process?: TaskProcess;
}

/** A target group that a task is in, by the task's own port. */
export interface Registration {
  readonly group: TargetGroup;
  readonly port: number;
}

export interface EcsModel {
  readonly clusters: Map<string, Cluster>;
  /** By `family:revision`. */
  readonly taskDefinitions: Map<string, TaskDefinition>;
  readonly services: Map<string, Service>;
  readonly tasks: Map<string, Task>;
  /** Those in which ECS moves traffic, by ARN. */
  readonly serviceDeployments: Map<string, ServiceDeployment>;
  /** Members of a described task definition that RegisterTaskDefinition does not read. */
  readonly describedOnly: Set<string>;
}

const describedOnly = [
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
];

export function emptyEcsModel(): EcsModel {
  return {
    clusters: new Map(),
    taskDefinitions: new Map(),
    services: new Map(),
    tasks: new Map(),
    serviceDeployments: new Map(),
    describedOnly: new Set(describedOnly),
  };
}

/** The deployment that the service moves to. */
export function primaryOf(service: Service): Deployment {
  const [primary] = service.deployments;
  if (primary === undefined) throw new Error(`service ${service.name} has no deployment`);
  return primary;
}

/** Tasks of a service that are meant to run. */
export function liveTasks(model: EcsModel, service: Service): Task[] {
  return [...model.tasks.values()].filter((task) => task.service === service && task.desiredStatus === 'RUNNING');
}

import type { TargetGroup } from '../elb/target-group.ts';
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
  /** All but ROLLING are kept and described only: the fleet's deployments are rolling ones. */
  readonly strategy: 'ROLLING' | 'BLUE_GREEN' | 'LINEAR' | 'CANARY';
  readonly canaryConfiguration?: object | undefined;
  readonly linearConfiguration?: object | undefined;
  readonly deploymentCircuitBreaker: { readonly enable: boolean; readonly rollback: boolean };
  readonly maximumPercent: number;
  readonly minimumHealthyPercent: number;
}

export type RolloutState = 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';

export interface Deployment {
  /** `ecs-svc/` and 19 digits. */
  readonly id: string;
  readonly taskDefinition: TaskDefinition;
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
  /** Newest first. */
  events: ServiceEvent[];
  /** Not started again before this time (epoch ms), after tasks failed. */
  holdStartsUntil: number;
}

export type TaskStatus =
  'PROVISIONING' | 'PENDING' | 'ACTIVATING' | 'RUNNING' | 'DEACTIVATING' | 'STOPPING' | 'STOPPED';

export interface Task {
  readonly arn: string;
  readonly id: string;
  readonly service: Service;
  readonly deployment: Deployment;
  readonly createdAt: Date;
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

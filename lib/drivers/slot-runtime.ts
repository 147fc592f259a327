import type { ServiceDeployments } from './service-deployments.ts';
import type { Workload } from './layout/layout.ts';
import type { ContainerSettings } from '../rollout/configuration-change.ts';
import type { RunningSlot } from '../rollout/running-slot.ts';

/** How far one deployment has come. */
export interface DeploymentProgress {
  readonly state: 'inProgress' | 'completed' | 'failed' | 'gone';
  readonly running: number;
  readonly desired: number;
  readonly reason: string;
}

/** What a rollout needs to know of a task definition. */
export interface TaskDefinitionFacts {
  readonly arn: string;
  readonly family: string;
  /** Whether nobody deregistered it. */
  readonly active: boolean;
  /** Of one that a rollout registered: the newest revision of its family then that none had. */
  readonly infrastructure?: string | undefined;
  /** What a task reserves as a whole; absent where only its containers say so. */
  readonly size?: { readonly cpuUnits: number; readonly megabytes: number; readonly isArm: boolean } | undefined;
  readonly containers: Readonly<Record<string, ContainerSettings & { readonly image: string }>>;
  /** Everything that it says, by path (`cpu`, `proxy.image`, `proxy.environment.LEVEL`); containers go by their names. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

export interface SlotRuntime {
  /** By ARN, `family:revision`, or family (its newest active revision); `undefined` where there is none. */
  taskDefinition(reference: string): Promise<TaskDefinitionFacts | undefined>;
  describe(workload: Workload): Promise<RunningSlot | undefined>;
  /** Registers a copy of a task definition with another image in one container, marked as such; returns its ARN. */
  deriveTaskDefinition(base: string, container: string, image: string): Promise<string>;
  /** One UpdateService: task definition, count, circuit breaker without ECS's own rollback; returns the deployment id. */
  deploy(workload: Workload, taskDefinition: string, count: number): Promise<string>;
  progress(workload: Workload, deploymentId: string): Promise<DeploymentProgress>;
  /** Accepted by ECS when it returns; draining goes on. */
  scale(workload: Workload, count: number): Promise<void>;
  /** Tasks of a service that have not stopped, those that drain included, and when its last one stopped (ISO 8601), as far as ECS remembers. */
  remainingTasks(workload: Workload): Promise<{ readonly left: number; readonly lastStoppedAt: string | undefined }>;
  /**
   * Stops tasks of a service at once, those that drain first, until so many run on; what is open on them ends. The count must
   * have been set before, or ECS replaces them. Returns how many were stopped.
   * @param reason what ECS shows of them; by default that their open requests were cut
   */
  stopTasks(workload: Workload, keep: number, reason?: string): Promise<number>;
  /** Image digests that the container runs with in the service's running tasks, without duplicates. */
  runningDigests(workload: Workload, container: string): Promise<readonly string[]>;
  /** Image reference of the container in a task definition. */
  imageOf(taskDefinition: string, container: string): Promise<string | undefined>;
  /** Deployments in which ECS moves traffic; absent where nothing reaches them. */
  readonly deployments?: ServiceDeployments | undefined;
}

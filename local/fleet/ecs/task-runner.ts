import { constants } from 'node:os';
import type { TargetRegistry } from '../balancer/target-registry.ts';
import type { Faults } from '../control/faults.ts';
import type { LogDriver } from './awslogs.ts';
import type { ElbModel } from '../elb/model.ts';
import type { Identity } from '../identity.ts';
import { ImagePullError, type ResolveImage } from './image.ts';
import type {
  Cluster,
  ContainerDefinition,
  Deployment,
  EcsModel,
  OneOff,
  Service,
  Task,
  TaskDefinition,
} from './model.ts';
import { reservePort, TaskProcess, type ProcessEnd } from './task-process.ts';

/** The address of every task: all of them live on this machine. */
export const taskAddress = '127.0.0.1';
const defaultStopSeconds = 30;
/** Stopped tasks stay visible, as AWS keeps them for about an hour. */
const keptStopped = 200;

export interface RunnerWorld {
  readonly ecs: EcsModel;
  readonly elb: ElbModel;
  readonly identity: Identity;
  readonly targets: TargetRegistry;
  readonly faults: Faults;
  readonly resolveImage: ResolveImage;
  readonly compileCache: string;
  readonly logs: LogDriver;
}

/** Starts and stops single tasks; whoever wants to know of a change registers with `onChange`. */
export class TaskRunner {
  readonly #world: RunnerWorld;
  #listener: (task: Task) => void = () => undefined;

  constructor(world: RunnerWorld) {
    this.#world = world;
  }

  /** Told after each step in a task's life. */
  onChange(listener: (task: Task) => void): void {
    this.#listener = listener;
  }

  /** Starts a task of a deployment in the background; its state tells how far it is. */
  start(service: Service, deployment: Deployment): Task {
    return this.#begin(service, deployment);
  }

  #begin(service: Service, deployment: Deployment, oneOff?: OneOff): Task {
    const { ecs, identity } = this.#world;
    const id = identity.hex('task', service.name, 32);
    const task: Task = {
      arn: identity.ecsArn(`task/${service.cluster.name}/${id}`),
      id,
      service,
      deployment,
      createdAt: new Date(),
      ...(oneOff !== undefined && { oneOff }),
      registrations: [],
      lastStatus: 'PROVISIONING',
      desiredStatus: 'RUNNING',
      wasReady: false,
    };
    ecs.tasks.set(task.arn, task);
    void this.#run(task).catch((error: unknown) => {
      this.#finish(
        task,
        undefined,
        'TaskFailedToStart',
        error instanceof ImagePullError ? error.message : `ResourceInitializationError: ${String(error)}`,
      );
    });
    return task;
  }

  /** Starts a task that belongs to no service. */
  startOneOff(cluster: Cluster, taskDefinition: TaskDefinition, oneOff: OneOff): Task {
    return this.#begin(standIn(cluster), standInDeployment(taskDefinition), oneOff);
  }

  /**
   * Ends a task without dropping a request: out of its target groups first, then the deregistration delay, then SIGTERM, then, after
   * the container's stop timeout, SIGKILL.
   */
  async stop(task: Task, stopCode: string, reason: string): Promise<void> {
    if (task.desiredStatus === 'STOPPED') return;
    task.desiredStatus = 'STOPPED';
    task.stopCode = stopCode;
    task.stoppedReason = reason;
    task.stoppingAt = new Date();
    if (task.process === undefined) return; // Not started yet: #run sees the wish and ends it.
    task.lastStatus = 'DEACTIVATING';
    this.#listener(task);
    await this.#deregister(task);
    if (task.stoppedAt !== undefined) return;
    task.lastStatus = 'STOPPING';
    await this.#terminate(task, task.process);
  }

  async #terminate(task: Task, process: TaskProcess): Promise<void> {
    const stopSeconds = servingContainer(task)?.stopTimeout ?? defaultStopSeconds;
    await process.stop(stopSeconds * 1000);
  }

  /**
   * Ends a task as StopTask does: SIGTERM comes at once, while the task only begins to leave its target groups, so what is open on
   * it is cut. A task that drains by a scale-in waits no longer.
   */
  async stopNow(task: Task, reason: string): Promise<void> {
    if (task.desiredStatus !== 'STOPPED') {
      task.desiredStatus = 'STOPPED';
      task.stopCode = 'UserInitiated';
      task.stoppedReason = reason;
      task.stoppingAt = new Date();
    }
    if (task.process === undefined || task.stoppedAt !== undefined) return;
    task.lastStatus = 'STOPPING';
    this.#listener(task);
    void this.#deregister(task);
    await this.#terminate(task, task.process);
    // The program had ended before: nothing else would tell of the end.
    if (task.exitCode !== undefined) this.#finish(task, undefined, 'UserInitiated', reason);
  }

  /** Ends all processes, at most after `graceMs`. */
  async stopAll(graceMs: number): Promise<void> {
    const running = [...this.#world.ecs.tasks.values()].filter((task) => task.stoppedAt === undefined);
    await Promise.all(
      running.map(async (task) => {
        task.desiredStatus = 'STOPPED';
        await task.process?.stop(graceMs);
      }),
    );
  }

  async #run(task: Task): Promise<void> {
    const { resolveImage, faults, compileCache, elb, targets, logs } = this.#world;
    const container = servingContainer(task);
    if (container === undefined)
      throw new Error(`task definition ${task.deployment.taskDefinition.arn} has no container`);
    const image = await resolveImage(container.image);
    task.imageDigest = image.digest;
    const { port, release } = await reservePort();
    if (this.#unwanted(task)) {
      release();
      return;
    }
    task.lastStatus = 'PENDING';
    if (faults.take('fail-to-start', task.service.name)) {
      release();
      this.#finish(task, 1, 'EssentialContainerExited', 'Essential container in task exited');
      return;
    }
    const given = Object.fromEntries((container.environment ?? []).map(({ name, value }) => [name, value]));
    const command = task.oneOff?.command ?? container.command ?? [];
    const process = new TaskProcess({
      entrypoint: image.entrypoint,
      words: command,
      env: { ...image.env, ...given, ...task.oneOff?.environment },
      port,
      compileCache,
      onLine: logs.openFor(container, task.id),
    });
    task.process = process;
    void process.ended.then((end) => {
      release();
      this.#exited(task, end);
    });
    task.registrations = task.deployment.bindings.flatMap(({ targetGroupArn }) => {
      const group = elb.targetGroups.get(targetGroupArn);
      return group === undefined ? [] : [{ group, port }];
    });
    for (const { group } of task.registrations) targets.register(group, taskAddress, port);
    task.lastStatus = 'RUNNING';
    task.startedAt = new Date();
    this.#listener(task);
  }

  #unwanted(task: Task): boolean {
    if (task.desiredStatus === 'RUNNING') return false;
    this.#finish(task, undefined, task.stopCode ?? 'UserInitiated', task.stoppedReason ?? 'Task stopped');
    return true;
  }

  #exited(task: Task, end: ProcessEnd): void {
    const exitCode = end.code ?? 128 + (end.signal === null ? 0 : constants.signals[end.signal]);
    const wanted = task.desiredStatus === 'STOPPED';
    if (!wanted) void this.#deregister(task);
    if (!wanted && runsOn(task)) {
      task.exitCode = exitCode;
      this.#listener(task);
      return;
    }
    this.#finish(
      task,
      exitCode,
      wanted ? (task.stopCode ?? 'UserInitiated') : 'EssentialContainerExited',
      wanted ? (task.stoppedReason ?? 'Task stopped') : 'Essential container in task exited',
    );
  }

  async #deregister(task: Task): Promise<void> {
    await Promise.all(
      task.registrations.map(({ group, port }) => this.#world.targets.deregister(group, taskAddress, port)),
    );
  }

  #finish(task: Task, exitCode: number | undefined, stopCode: string, reason: string): void {
    if (task.stoppedAt !== undefined) return;
    task.desiredStatus = 'STOPPED';
    task.lastStatus = 'STOPPED';
    task.stoppedAt = new Date();
    task.stopCode = stopCode;
    task.stoppedReason = reason;
    if (exitCode !== undefined) task.exitCode ??= exitCode;
    this.#forgetOldest();
    this.#listener(task);
  }

  #forgetOldest(): void {
    const { tasks } = this.#world.ecs;
    const stopped = [...tasks.values()].filter(({ stoppedAt }) => stoppedAt !== undefined);
    for (const task of stopped.slice(0, Math.max(0, stopped.length - keptStopped))) tasks.delete(task.arn);
  }
}

/** A task without a service has one that stands for its cluster; the scheduler knows nothing of it. */
function standIn(cluster: Cluster): Service {
  return {
    arn: '',
    name: '',
    cluster,
    createdAt: new Date(),
    tags: new Map(),
    kept: {},
    status: 'ACTIVE',
    desiredCount: 0,
    loadBalancers: [],
    healthCheckGracePeriodSeconds: 0,
    deploymentConfiguration: {
      strategy: 'ROLLING',
      deploymentCircuitBreaker: { enable: false, rollback: false },
      maximumPercent: 200,
      minimumHealthyPercent: 100,
    },
    deployments: [],
    events: [],
    holdStartsUntil: 0,
  };
}

function standInDeployment(taskDefinition: TaskDefinition): Deployment {
  return {
    id: '',
    taskDefinition,
    createdAt: new Date(),
    status: 'PRIMARY',
    updatedAt: new Date(),
    desiredCount: 0,
    failedTasks: 0,
    failuresInARow: 0,
    rolloutState: 'COMPLETED',
    rolloutStateReason: '',
    revisionArn: '',
    bindings: [],
    requestedBindings: [],
  };
}

/** Whether a task goes on though its program has ended: the container is not essential, and others are. */
function runsOn(task: Task): boolean {
  const own = servingContainer(task);
  const { containers } = task.deployment.taskDefinition;
  return own?.essential === false && containers.some((one) => one !== own && one.essential !== false);
}

/** The container that serves: the one behind the load balancer, or the first. Others are described, not run. */
export function servingContainer(task: Task): ContainerDefinition | undefined {
  const { containers } = task.deployment.taskDefinition;
  const { oneOff } = task;
  if (oneOff !== undefined) return containers.find(({ name }) => name === oneOff.container) ?? containers[0];
  const [binding] = task.service.loadBalancers;
  return containers.find(({ name }) => name === binding?.containerName) ?? containers[0];
}

import { randomUUID } from 'node:crypto';
import type { TargetRegistry } from '../balancer/target-registry.ts';
import type { Faults } from '../control/faults.ts';
import type { ElbModel } from '../elb/model.ts';
import type { Identity } from '../identity.ts';
import {
  liveTasks,
  primaryOf,
  type Deployment,
  type EcsModel,
  type LoadBalancerBinding,
  type Service,
  type Task,
  type TaskDefinition,
} from './model.ts';
import { breakerThreshold, isReady, unhealthyRegistration } from './readiness.ts';
import type { TaskRunner } from './task-runner.ts';

const keptEvents = 100;
/** Failing tasks are started again ever more slowly: 200 ms, 400 ms, … up to this. */
const longestPauseMs = 10_000;
const firstPauseMs = 200;
/** How often a service is looked at again while something holds it. */
const heldPaceMs = 100;

export interface SchedulerWorld {
  readonly ecs: EcsModel;
  readonly elb: ElbModel;
  readonly identity: Identity;
  readonly targets: TargetRegistry;
  readonly runner: TaskRunner;
  readonly faults: Faults;
}

/** What a deployment is told besides its task definition. */
interface Deploying {
  readonly reason?: string;
  readonly bindings?: readonly LoadBalancerBinding[];
}

/** ECS's service scheduler: brings each service to its desired state by rolling updates, and judges deployments. */
export class Scheduler {
  readonly #world: SchedulerWorld;
  readonly #due = new Map<Service, { readonly at: number; readonly timer: NodeJS.Timeout }>();
  #stopped = false;

  constructor(world: SchedulerWorld) {
    this.#world = world;
    world.runner.onChange((task) => {
      this.#taskChanged(task);
    });
    world.targets.onChange((group, target) => {
      for (const task of world.ecs.tasks.values()) {
        if (
          task.registrations.some((registration) => registration.group === group && registration.port === target.port)
        )
          this.look(task.service);
      }
    });
  }

  stop(): void {
    this.#stopped = true;
    for (const { timer } of this.#due.values()) clearTimeout(timer);
    this.#due.clear();
  }

  /** Looks at a service soon: at once, or after a pause; an earlier look that is due already stands. */
  look(service: Service, inMs = 0): void {
    const at = Date.now() + inMs;
    const before = this.#due.get(service);
    if (this.#stopped || (before !== undefined && before.at <= at)) return;
    clearTimeout(before?.timer);
    const timer = setTimeout(() => {
      this.#due.delete(service);
      this.#reconcile(service);
    }, inMs);
    this.#due.set(service, { at, timer });
  }

  /**
   * Begins a deployment; the former primary one becomes active and is replaced task by task, or kept as long as ECS moves traffic
   * from one to the other. `bindings`: where its tasks are registered, if not in the target groups that the service names.
   */
  deploy(
    service: Service,
    taskDefinition: TaskDefinition,
    { reason, bindings = service.loadBalancers }: Deploying = {},
  ): Deployment {
    const { identity } = this.#world;
    const id = `ecs-svc/${identity.digits('deployment', service.name, 19)}`;
    const path = `${service.cluster.name}/${service.name}`;
    const created: Deployment = {
      id,
      taskDefinition,
      revisionArn: identity.ecsArn(`service-revision/${path}/${identity.digits('revision', path, 19)}`),
      bindings,
      requestedBindings: service.loadBalancers,
      createdAt: new Date(),
      updatedAt: new Date(),
      status: 'PRIMARY',
      desiredCount: service.desiredCount,
      failedTasks: 0,
      failuresInARow: 0,
      rolloutState: 'IN_PROGRESS',
      rolloutStateReason: reason ?? `ECS deployment ${id} in progress.`,
    };
    for (const older of service.deployments) older.status = 'ACTIVE';
    service.deployments.unshift(created);
    service.holdStartsUntil = 0;
    this.look(service);
    return created;
  }

  #taskChanged(task: Task): void {
    if (task.oneOff !== undefined) return;
    const { service, deployment } = task;
    if (task.lastStatus === 'RUNNING')
      this.#tell(service, `(service ${service.name}) has started 1 tasks: (task ${task.id}).`);
    if (task.stopCode === 'TaskFailedToStart' || task.stopCode === 'EssentialContainerExited') {
      if (!task.wasReady) this.#countFailure(task);
      else service.holdStartsUntil = Date.now() + firstPauseMs;
    }
    deployment.updatedAt = new Date();
    this.look(service);
  }

  #countFailure({ service, deployment }: Task): void {
    deployment.failedTasks += 1;
    deployment.failuresInARow += 1;
    service.holdStartsUntil =
      Date.now() + Math.min(longestPauseMs, firstPauseMs * 2 ** (deployment.failuresInARow - 1));
  }

  #reconcile(service: Service): void {
    if (service.status === 'INACTIVE') return;
    for (const task of liveTasks(this.#world.ecs, service)) this.#judgeTask(task);
    if (service.native === undefined) {
      this.#tripBreaker(service);
      this.#startAndStop(service);
    } else this.#keep(service, service.native.keeps);
    this.#forgetDrained(service);
    if (service.native === undefined) this.#complete(service);
    if (service.status === 'DRAINING' && !this.#hasTasks(service)) service.status = 'INACTIVE';
  }

  #judgeTask(task: Task): void {
    if (isReady(task, this.#world.elb)) {
      if (!task.wasReady) task.deployment.failuresInARow = 0;
      task.wasReady = true;
      return;
    }
    const failing = unhealthyRegistration(task);
    if (failing === undefined) return;
    const graceMs =
      task.service.healthCheckGracePeriodSeconds * 1000 - (Date.now() - (task.startedAt?.getTime() ?? Date.now()));
    if (graceMs > 0) {
      this.look(task.service, graceMs);
      return;
    }
    if (!task.wasReady) this.#countFailure(task);
    const reason = `Task failed ELB health checks in (target-group ${failing.group.arn})`;
    this.#tell(
      task.service,
      `(service ${task.service.name}) (task ${task.id}) is unhealthy in (target-group ${failing.group.arn}) due to (reason Health checks failed).`,
    );
    void this.#world.runner.stop(task, 'ServiceSchedulerInitiated', reason);
  }

  #tripBreaker(service: Service): void {
    const deployment = primaryOf(service);
    const { enable, rollback } = service.deploymentConfiguration.deploymentCircuitBreaker;
    const tripped = deployment.failuresInARow >= breakerThreshold(service.desiredCount);
    if (!enable || deployment.rolloutState !== 'IN_PROGRESS' || !tripped) return;
    deployment.rolloutState = 'FAILED';
    deployment.rolloutStateReason = 'ECS deployment circuit breaker: tasks failed to start.';
    deployment.updatedAt = new Date();
    this.#tell(
      service,
      `(service ${service.name}) (deployment ${deployment.id}) deployment failed: tasks failed to start.`,
    );
    const last = rollback ? service.deployments.find(({ rolloutState }) => rolloutState === 'COMPLETED') : undefined;
    if (last === undefined) return;
    this.#tell(service, `(service ${service.name}) rolling back to deployment ${last.id}.`);
    const reason = `ECS deployment circuit breaker: rolling back to deploymentId ${last.id}.`;
    this.deploy(service, last.taskDefinition, { reason });
  }

  #startAndStop(service: Service): void {
    const { runner } = this.#world;
    const primary = primaryOf(service);
    primary.desiredCount = service.desiredCount;
    const live = liveTasks(this.#world.ecs, service);
    const own = live.filter(({ deployment }) => deployment === primary);
    const older = live.filter(({ deployment }) => deployment !== primary);
    const scaling = `Scaling activity initiated by (deployment ${primary.id})`;
    // Of too many tasks those go first that serve nobody yet, and then the youngest.
    for (const task of readyFirst(own).slice(service.desiredCount))
      void runner.stop(task, 'ServiceSchedulerInitiated', scaling);

    const { maximumPercent, minimumHealthyPercent } = service.deploymentConfiguration;
    const room =
      Math.max(service.desiredCount, Math.floor((service.desiredCount * maximumPercent) / 100)) - live.length;
    this.#start(service, primary, Math.min(service.desiredCount - own.length, room));

    const least = Math.ceil((service.desiredCount * minimumHealthyPercent) / 100);
    const surplus = live.filter((task) => isReady(task, this.#world.elb)).length - least;
    const idle = older.filter((task) => !isReady(task, this.#world.elb));
    const serving = older.filter((task) => isReady(task, this.#world.elb)).slice(0, Math.max(0, surplus));
    for (const task of [...idle, ...serving]) void runner.stop(task, 'ServiceSchedulerInitiated', scaling);
  }

  /** Each deployment that is to be kept has the full count, and all others have no task. */
  #keep(service: Service, keeps: ReadonlySet<Deployment>): void {
    const live = liveTasks(this.#world.ecs, service);
    for (const deployment of new Set([...keeps, ...live.map((task) => task.deployment)])) {
      const own = live.filter((task) => task.deployment === deployment);
      const wanted = keeps.has(deployment) && service.status === 'ACTIVE' ? service.desiredCount : 0;
      for (const task of readyFirst(own).slice(wanted))
        void this.#world.runner.stop(
          task,
          'ServiceSchedulerInitiated',
          `Scaling activity initiated by (deployment ${deployment.id})`,
        );
      this.#start(service, deployment, wanted - own.length);
    }
  }

  #start(service: Service, primary: Deployment, count: number): void {
    if (count <= 0 || primary.rolloutState === 'FAILED' || service.status !== 'ACTIVE') return;
    const pauseMs = service.holdStartsUntil - Date.now();
    if (pauseMs > 0) {
      this.look(service, pauseMs);
      return;
    }
    for (let index = 0; index < count; index += 1) this.#world.runner.start(service, primary);
  }

  #forgetDrained(service: Service): void {
    const busy = new Set(
      [...this.#world.ecs.tasks.values()]
        .filter(({ stoppedAt }) => stoppedAt === undefined)
        .map(({ deployment }) => deployment),
    );
    service.deployments = service.deployments.filter(
      (deployment) => deployment.status === 'PRIMARY' || busy.has(deployment),
    );
  }

  #complete(service: Service): void {
    const primary = primaryOf(service);
    if (primary.rolloutState !== 'IN_PROGRESS') return;
    const live = liveTasks(this.#world.ecs, service);
    if (
      live.length !== service.desiredCount ||
      !live.every((task) => task.deployment === primary && isReady(task, this.#world.elb))
    )
      return;
    if (this.#world.faults.take('slow-steady-state', service.name)) {
      this.look(service, heldPaceMs);
      return;
    }
    primary.rolloutState = 'COMPLETED';
    primary.rolloutStateReason = `ECS deployment ${primary.id} completed.`;
    primary.updatedAt = new Date();
    this.#tell(service, `(service ${service.name}) (deployment ${primary.id}) deployment completed.`);
    this.#tell(service, `(service ${service.name}) has reached a steady state.`);
  }

  #hasTasks(service: Service): boolean {
    return [...this.#world.ecs.tasks.values()].some((task) => task.service === service && task.stoppedAt === undefined);
  }

  #tell(service: Service, message: string): void {
    service.events.unshift({ id: randomUUID(), createdAt: new Date(), message });
    service.events.splice(keptEvents);
  }
}

function readyFirst(tasks: readonly Task[]): Task[] {
  return tasks.toSorted(
    (left, right) =>
      Number(right.wasReady) - Number(left.wasReady) || left.createdAt.getTime() - right.createdAt.getTime(),
  );
}

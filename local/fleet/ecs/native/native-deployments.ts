import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError, invalidParameter } from '../../aws-error.ts';
import type { Faults } from '../../control/faults.ts';
import type { ElbWorld } from '../../elb/world.ts';
import type { Identity } from '../../identity.ts';
import {
  liveTasks,
  type Deployment,
  type EcsModel,
  type Service,
  type TaskDefinition,
  isUnderWay,
  type Ending,
  type HookAction,
  type Pause,
  type ServiceDeployment,
} from '../model.ts';
import { isReady } from '../readiness.ts';
import type { Scheduler } from '../scheduler.ts';
import { hookEvent, type Tell } from './hook-events.ts';
import type { LifecycleHook } from './lifecycle-hooks.ts';
import { nextBindings, unfitRule, writeWeights } from './production-rule.ts';
import { stepsOf } from './steps.ts';

/** How often a stage looks whether what it waits for is there. */
const paceMs = 25;
/** A stage that takes longer ends the deployment. */
const longestStageMinutes = 24 * 60;

export interface NativeWorld {
  readonly ecs: EcsModel;
  readonly elb: ElbWorld;
  readonly identity: Identity;
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly tell: Tell;
  /** What stands for a minute of AWS. */
  readonly minuteMs: number;
}

/**
 * Deployments in which ECS moves traffic itself: BLUE_GREEN, LINEAR and CANARY. Each runs through the stages of
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html and pauses where a hook says so.
 */
export class NativeDeployments {
  readonly #world: NativeWorld;
  #stopped = false;

  constructor(world: NativeWorld) {
    this.#world = world;
  }

  /** Begins a deployment of a service; one that is under way is stopped, and the new one removes what is left of it. */
  begin(service: Service, taskDefinition: TaskDefinition): void {
    const { ecs, identity, scheduler } = this.#world;
    const before = service.native;
    if (before !== undefined) this.#supersede(before);
    const source = before === undefined ? service.deployments[0] : before.source;
    const target = scheduler.deploy(service, taskDefinition, { bindings: nextBindings(service.loadBalancers, source) });
    const path = `${service.cluster.name}/${service.name}`;
    const deployment: ServiceDeployment = {
      arn: identity.ecsArn(`service-deployment/${path}/${identity.hex('service-deployment', path, 21)}`),
      service,
      configuration: service.deploymentConfiguration,
      source,
      leftover: before,
      target,
      createdAt: new Date(),
      // What an earlier deployment has moved traffic to is kept until the traffic has left it.
      keeps: new Set([...(source === undefined ? [] : [source]), ...(before === undefined ? [] : [before.target])]),
      pauses: [],
      stop: new AbortController(),
      status: 'PENDING',
      stage: 'PRE_SCALE_UP',
      weight: 0,
      testWeight: 0,
      updatedAt: new Date(),
    };
    ecs.serviceDeployments.set(deployment.arn, deployment);
    service.native = deployment;
    void this.#drive(deployment);
  }

  /** A rolling deployment begins: one that moves traffic is stopped, and its source serves alone again. */
  leave(service: Service): void {
    const before = service.native;
    if (before === undefined) return;
    this.#supersede(before);
    this.#restore(before);
    this.#makePrimary(before);
    service.native = undefined;
  }

  /** Answers a pause. @throws AwsError where there is no such pause that waits */
  answer(arn: string, hookId: string, action: HookAction): void {
    const deployment = this.named(arn);
    const pause = deployment.pauses.find((one) => one.hookId === hookId);
    if (pause?.status !== 'AWAITING_ACTION')
      throw invalidParameter(`The lifecycle hook ${hookId} of ${arn} is not awaiting an action.`);
    pause.answer(action);
  }

  /** Asks for the way back. @throws AwsError ConflictException where the deployment is no longer under way */
  rollBack(arn: string): void {
    const deployment = this.named(arn);
    // What serves no more is ended in the last stage: there is no way back from there.
    if (!isUnderWay(deployment) || deployment.stage === 'CLEAN_UP')
      throw new AwsError('ConflictException', `The service deployment ${arn} is ${deployment.status}.`);
    this.#end(deployment, { kind: 'rollback', reason: 'Service deployment rolled back because of a stop request.' });
    deployment.status = 'ROLLBACK_REQUESTED';
  }

  /** @throws AwsError ServiceDeploymentNotFoundException */
  named(arn: string): ServiceDeployment {
    const found = this.#world.ecs.serviceDeployments.get(arn);
    if (found === undefined)
      throw new AwsError('ServiceDeploymentNotFoundException', `The service deployment ${arn} was not found.`);
    return found;
  }

  /** Ends all deployments where they are. */
  stop(): void {
    this.#stopped = true;
    for (const deployment of this.#world.ecs.serviceDeployments.values())
      this.#end(deployment, { kind: 'fleet-stopped' });
  }

  #end(deployment: ServiceDeployment, ending: Ending): void {
    deployment.ending ??= ending;
    deployment.stop.abort();
  }

  #supersede(deployment: ServiceDeployment): void {
    this.#end(deployment, { kind: 'superseded', reason: 'A new service deployment started.' });
    if (deployment.status === 'ROLLBACK_FAILED') return;
    deployment.status = 'STOPPED';
    deployment.statusReason = 'A new service deployment started.';
    deployment.finishedAt = new Date();
  }

  async #drive(deployment: ServiceDeployment): Promise<void> {
    try {
      await this.#forward(deployment);
    } catch (error) {
      const { ending } = deployment;
      if (ending === undefined) throw error;
      if (ending.kind === 'rollback') await this.#wayBack(deployment, ending.reason);
    }
  }

  async #forward(deployment: ServiceDeployment): Promise<void> {
    const { scheduler, elb } = this.#world;
    const { leftover, target, service, source, keeps, configuration } = deployment;
    await this.#wait(deployment, paceMs);
    deployment.status = 'IN_PROGRESS';
    if (leftover !== undefined)
      await this.#stage(deployment, 'RECONCILE_SERVICE', async () => {
        await this.#until(deployment, this.#restore(leftover));
        keeps.delete(leftover.target);
        await this.#gone(deployment, leftover.target);
      });
    await this.#stage(deployment, 'PRE_SCALE_UP', () => {
      this.#refuse(deployment, unfitRule(elb, deployment));
    });
    await this.#stage(deployment, 'SCALE_UP', () => {
      keeps.add(target);
      scheduler.look(service);
      return this.#until(deployment, () => this.#isUp(deployment));
    });
    await this.#stage(deployment, 'POST_SCALE_UP');
    await this.#stage(deployment, 'TEST_TRAFFIC_SHIFT', () => {
      deployment.testWeight = 100;
      writeWeights(elb, deployment, 'testListenerRule', 100);
    });
    await this.#stage(deployment, 'POST_TEST_TRAFFIC_SHIFT');
    for (const { weight, bakeMinutes } of stepsOf(configuration).slice(source === undefined ? -1 : 0)) {
      await this.#stage(deployment, 'PRE_PRODUCTION_TRAFFIC_SHIFT');
      await this.#stage(deployment, 'PRODUCTION_TRAFFIC_SHIFT', async () => {
        deployment.weight = weight;
        await this.#until(deployment, writeWeights(elb, deployment, 'productionListenerRule', weight));
        await this.#wait(deployment, bakeMinutes * this.#world.minuteMs);
      });
    }
    await this.#stage(deployment, 'POST_PRODUCTION_TRAFFIC_SHIFT');
    await this.#stage(deployment, 'BAKE_TIME', () =>
      this.#wait(deployment, (configuration.bakeTimeInMinutes ?? 0) * this.#world.minuteMs),
    );
    await this.#stage(deployment, 'CLEAN_UP', async () => {
      if (source === undefined) return;
      keeps.delete(source);
      await this.#gone(deployment, source);
    });
    target.rolloutState = 'COMPLETED';
    target.rolloutStateReason = `ECS deployment ${target.id} completed.`;
    this.#finish(deployment, 'SUCCESSFUL');
  }

  async #stage(deployment: ServiceDeployment, stage: string, work: () => unknown = () => undefined): Promise<void> {
    deployment.stage = stage;
    deployment.updatedAt = new Date();
    const tooLong = setTimeout(() => {
      this.#end(deployment, { kind: 'rollback', reason: `The lifecycle stage ${stage} took longer than 24 hours.` });
    }, longestStageMinutes * this.#world.minuteMs);
    try {
      await this.#until(
        deployment,
        () => !this.#world.faults.take('stuck-stage', `${deployment.service.name} ${stage}`),
      );
      await work();
      const hooks = deployment.configuration.lifecycleHooks ?? [];
      await Promise.all(
        hooks
          .filter(({ lifecycleStages }) => lifecycleStages.some((name) => name === stage))
          .map((hook) => this.#pause(deployment, hook, stage)),
      );
    } finally {
      clearTimeout(tooLong);
    }
  }

  async #pause(deployment: ServiceDeployment, hook: LifecycleHook, stage: string): Promise<void> {
    const { identity, minuteMs, tell } = this.#world;
    const { timeoutInMinutes, action: timeoutAction } = hook.timeoutConfiguration;
    const waitMs = timeoutInMinutes * minuteMs;
    const { promise, resolve } = Promise.withResolvers<HookAction | 'TIMED_OUT' | 'INTERRUPTED'>();
    const pause: Pause = {
      hookId: `ecs-pause-${identity.hex('hook', deployment.arn, 43)}`,
      stage,
      expiresAt: new Date(Date.now() + waitMs),
      timeoutAction,
      status: 'AWAITING_ACTION',
      answer: resolve,
    };
    const timer = setTimeout(
      () => {
        resolve('TIMED_OUT');
      },
      Math.min(waitMs, 2 ** 31 - 1),
    );
    deployment.pauses.push(pause);
    tell(hookEvent(deployment, pause));
    const interrupted = () => {
      resolve('INTERRUPTED');
    };
    deployment.stop.signal.addEventListener('abort', interrupted, { once: true });
    const answered = await promise;
    clearTimeout(timer);
    deployment.stop.signal.removeEventListener('abort', interrupted);
    pause.status = answered === 'TIMED_OUT' ? 'TIMED_OUT' : answered === 'CONTINUE' ? 'SUCCEEDED' : 'FAILED';
    deployment.updatedAt = new Date();
    if (answered === 'INTERRUPTED') throw new Error('interrupted');
    tell(hookEvent(deployment, pause));
    if ((answered === 'TIMED_OUT' ? timeoutAction : answered) === 'CONTINUE') return;
    const how = answered === 'TIMED_OUT' ? 'timed out' : 'was answered with ROLLBACK';
    this.#refuse(deployment, `A lifecycle hook at the stage ${stage} ${how}.`);
  }

  /** Goes back for a reason, if there is one. */
  #refuse(deployment: ServiceDeployment, reason: string | undefined): void {
    if (reason === undefined) return;
    this.#end(deployment, { kind: 'rollback', reason });
    throw new Error(reason);
  }

  async #wayBack(deployment: ServiceDeployment, reason: string): Promise<void> {
    const { faults } = this.#world;
    const { service, source } = deployment;
    const written = deployment.weight;
    deployment.status = 'ROLLBACK_REQUESTED';
    deployment.statusReason = reason;
    deployment.rolledBackAt = new Date();
    await sleep(paceMs);
    deployment.status = 'ROLLBACK_IN_PROGRESS';
    if (source === undefined || faults.take('fail-rollback', service.name)) {
      deployment.status = 'ROLLBACK_FAILED';
      deployment.finishedAt = new Date();
      return;
    }
    const restored = this.#restore(deployment);
    while (!restored() && !this.#stopped) await sleep(paceMs);
    if (service.native === deployment) this.#makePrimary(deployment);
    const lateMs = faults.lateWriteSeconds(service.name) * 1000;
    if (lateMs > 0)
      setTimeout(() => {
        writeWeights(this.#world.elb, deployment, 'productionListenerRule', written);
      }, lateMs).unref();
    this.#finish(deployment, 'ROLLBACK_SUCCESSFUL');
  }

  /** Gives all traffic back to the source; returns whether the nodes that route obey yet. */
  #restore(deployment: ServiceDeployment): () => boolean {
    const { elb } = this.#world;
    const written = deployment.weight > 0 ? [writeWeights(elb, deployment, 'productionListenerRule', 0)] : [];
    if (deployment.testWeight > 0) writeWeights(elb, deployment, 'testListenerRule', 0);
    deployment.weight = 0;
    deployment.testWeight = 0;
    return () => written.every((obeyed) => obeyed());
  }

  /** The source is the only revision that the service keeps. */
  #makePrimary({ service, source, target, keeps, statusReason }: ServiceDeployment): void {
    keeps.delete(target);
    target.rolloutState = 'FAILED';
    target.rolloutStateReason = statusReason ?? target.rolloutStateReason;
    if (source === undefined) return;
    for (const other of service.deployments) other.status = 'ACTIVE';
    source.status = 'PRIMARY';
    service.deployments = [source, ...service.deployments.filter((other) => other !== source)];
  }

  #finish(deployment: ServiceDeployment, status: 'SUCCESSFUL' | 'ROLLBACK_SUCCESSFUL'): void {
    deployment.status = status;
    deployment.finishedAt = new Date();
    deployment.updatedAt = deployment.finishedAt;
    if (deployment.service.native === deployment) deployment.service.native = undefined;
    this.#world.scheduler.look(deployment.service);
  }

  #isUp({ service, target }: ServiceDeployment): boolean {
    const ready = liveTasks(this.#world.ecs, service).filter(
      (task) => task.deployment === target && isReady(task, this.#world.elb.model),
    );
    return ready.length >= service.desiredCount && !this.#world.faults.take('slow-steady-state', service.name);
  }

  /** Waits until no task of a revision runs. */
  async #gone(deployment: ServiceDeployment, revision: Deployment): Promise<void> {
    this.#world.scheduler.look(deployment.service);
    await this.#until(deployment, () =>
      [...this.#world.ecs.tasks.values()].every((task) => task.deployment !== revision || task.stoppedAt !== undefined),
    );
  }

  async #until(deployment: ServiceDeployment, holds: () => boolean): Promise<void> {
    while (!holds()) await this.#wait(deployment, paceMs);
  }

  async #wait({ stop }: ServiceDeployment, ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: stop.signal });
    stop.signal.throwIfAborted();
  }
}

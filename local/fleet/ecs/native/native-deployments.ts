import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError, invalidParameter } from '../../aws-error.ts';
import {
  type Service,
  type TaskDefinition,
  isUnderWay,
  type Ending,
  type HookAction,
  type ServiceDeployment,
} from '../model.ts';
import type { LifecycleHook } from './lifecycle-hooks.ts';
import type { NativeWorld } from './native-world.ts';
import { answered } from './pauses.ts';
import { nextBindings, unfitRule, writeWeights } from './production-rule.ts';
import { gone, isUp } from './revisions.ts';
import { stepsOf } from './steps.ts';
import { paceMs, until, wait } from './waiting.ts';
import { makePrimary, restore } from './way-back.ts';

/** A stage that takes longer ends the deployment. */
const longestStageMinutes = 24 * 60;

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
    restore(this.#world.elb, before);
    makePrimary(before);
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

  /** Asks for the rollback. @throws AwsError ConflictException where the deployment is no longer under way */
  rollBack(arn: string): void {
    const deployment = this.named(arn);
    // What serves no more is ended in the last stage: there is no rollback from there.
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
    await wait(deployment, paceMs);
    deployment.status = 'IN_PROGRESS';
    if (leftover !== undefined)
      await this.#stage(deployment, 'RECONCILE_SERVICE', async () => {
        await until(deployment, restore(this.#world.elb, leftover));
        keeps.delete(leftover.target);
        await gone(this.#world, deployment, leftover.target);
      });
    await this.#stage(deployment, 'PRE_SCALE_UP', () => {
      this.#refuse(deployment, unfitRule(elb, deployment));
    });
    await this.#stage(deployment, 'SCALE_UP', () => {
      keeps.add(target);
      scheduler.look(service);
      return until(deployment, () => isUp(this.#world, deployment));
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
        await until(deployment, writeWeights(elb, deployment, 'productionListenerRule', weight));
        await wait(deployment, bakeMinutes * this.#world.minuteMs);
      });
    }
    await this.#stage(deployment, 'POST_PRODUCTION_TRAFFIC_SHIFT');
    await this.#stage(deployment, 'BAKE_TIME', () =>
      wait(deployment, (configuration.bakeTimeInMinutes ?? 0) * this.#world.minuteMs),
    );
    await this.#stage(deployment, 'CLEAN_UP', async () => {
      if (source === undefined) return;
      keeps.delete(source);
      await gone(this.#world, deployment, source);
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
      await until(deployment, () => !this.#world.faults.take('stuck-stage', `${deployment.service.name} ${stage}`));
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
    const { action, how } = await answered(this.#world, deployment, hook, stage);
    if (action === 'ROLLBACK') this.#refuse(deployment, `A lifecycle hook at the stage ${stage} ${how}.`);
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
    const restored = restore(this.#world.elb, deployment);
    while (!restored() && !this.#stopped) await sleep(paceMs);
    if (service.native === deployment) makePrimary(deployment);
    const lateMs = faults.lateWriteSeconds(service.name) * 1000;
    if (lateMs > 0)
      setTimeout(() => {
        writeWeights(this.#world.elb, deployment, 'productionListenerRule', written);
      }, lateMs).unref();
    this.#finish(deployment, 'ROLLBACK_SUCCESSFUL');
  }

  #finish(deployment: ServiceDeployment, status: 'SUCCESSFUL' | 'ROLLBACK_SUCCESSFUL'): void {
    deployment.status = status;
    deployment.finishedAt = new Date();
    deployment.updatedAt = deployment.finishedAt;
    if (deployment.service.native === deployment) deployment.service.native = undefined;
    this.#world.scheduler.look(deployment.service);
  }
}

import {
  ConflictException,
  ContinueServiceDeploymentCommand,
  type DeploymentConfiguration,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  type ECSClient,
  InvalidParameterException,
  ListServiceDeploymentsCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import type { Random } from '../../../lib/calibration/random.ts';
import { type RoutingAction, weightsOf } from '../../../lib/drivers/rules/routing.ts';
import type { FaultPlan } from '../faults/faults.ts';
import type { VirtualClock } from '../kernel/clock.ts';
import type { Balancer } from './balancer.ts';
import { type Deployment, describedDeployment, describedRevision, revisionArn, weightsBySteps } from './deployment.ts';
import type { Slots } from './slots.ts';

/** The ECS service that both versions are in, as a spec names it. */
const oneServiceName = 'web';

/** What one half of the pair is called among the slots of the model. */
type Half = 'web-a' | 'web-b';

interface Parts {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly slots: Slots;
  readonly balancer: Balancer;
  readonly rule: string;
  readonly faults: FaultPlan;
  /** Makes a change in the name of ECS, for a deployment that brings a version. */
  readonly byEcs: (digest: string | undefined, change: () => void, isLate?: boolean) => void;
  readonly tell: (said: string) => void;
}

/** Thrown within a deployment that ends before its time. */
class Interrupted extends Error {}

/** How often ECS looks whether tasks are up. */
const lookMilliseconds = 5_000;
/** ECS ends a stage after 24 h. */
const stageMinutes = 1440;
/** Nodes of the load balancer obey within 10 s. */
const obeyedMilliseconds = 12_000;

/**
 * An ECS service whose deployments move traffic: stages with pause hooks, ECS's own writes of the rule, answers, stops and what a later
 * deployment does to one under way (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html).
 */
export class OneService {
  readonly #parts: Parts;
  readonly deployments: Deployment[] = [];
  #configuration: DeploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 };
  #serves: Half = 'web-a';
  #serial = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    parts.slots.alias(oneServiceName, () => this.#serves);
  }

  /** What a command answers that only looks. */
  answer(command: unknown): object {
    if (command instanceof ListServiceDeploymentsCommand)
      return {
        serviceDeployments: this.deployments.map(({ arn, createdAt }) => ({
          serviceDeploymentArn: arn,
          createdAt: new Date(createdAt),
        })),
      };
    if (command instanceof DescribeServiceDeploymentsCommand) {
      const named = command.input.serviceDeploymentArns ?? [];
      const found = this.deployments.filter(({ arn }) => named.includes(arn));
      return { serviceDeployments: found.map((one) => describedDeployment(one, this.#parts.slots)) };
    }
    if (command instanceof DescribeServiceRevisionsCommand) {
      const named = command.input.serviceRevisionArns ?? [];
      const all = this.deployments.flatMap(({ source, target }) => [source, target]);
      const found = named.flatMap((arn) => all.find((revision) => revisionArn(revision) === arn) ?? []);
      return { serviceRevisions: found.map((revision) => describedRevision(revision, this.#parts.slots)) };
    }
    if (command instanceof DescribeServicesCommand) return { services: [this.#described()] };
    throw new Error('ECS of the simulation does not know this command');
  }

  /** Carries out a command that changes something. @throws what ECS answers */
  carryOut(command: unknown): object {
    if (command instanceof UpdateServiceCommand) {
      const { deploymentConfiguration, taskDefinition } = command.input;
      this.#configuration = deploymentConfiguration ?? this.#configuration;
      if (taskDefinition !== undefined) this.deploy(taskDefinition);
      return {};
    }
    if (command instanceof ContinueServiceDeploymentCommand) {
      const { serviceDeploymentArn, hookId, action = 'CONTINUE' } = command.input;
      const pause = this.#named(serviceDeploymentArn)?.pause;
      if (pause === undefined || hookId === undefined || pause.hookId !== hookId)
        throw new InvalidParameterException({ message: 'The hook is not awaiting an action.', $metadata: {} });
      pause.answer(action);
      return {};
    }
    if (command instanceof StopServiceDeploymentCommand) {
      this.stop(this.#named(command.input.serviceDeploymentArn));
      return {};
    }
    throw new Error('ECS of the simulation does not know this command');
  }

  /** Begins a deployment; one under way ends where it is. */
  deploy(taskDefinition: string): void {
    const { clock, slots } = this.#parts;
    const before = this.newest;
    const leftover = before !== undefined && isUnderWay(before) ? before : undefined;
    if (leftover !== undefined) {
      this.#end(leftover, { kind: 'superseded', reason: 'A new service deployment started.' });
      Object.assign(leftover, { status: 'STOPPED', reason: 'A new service deployment started.' });
    }
    this.#serial += 1;
    const target = this.#serves === 'web-a' ? 'web-b' : 'web-a';
    const arn = `arn:aws:ecs:eu-west-1:111122223333:service-deployment/main/web/${String(this.#serial).padStart(6, '0')}`;
    const serving = slots.slot(this.#serves);
    const deployment: Deployment = {
      arn,
      createdAt: clock.now(),
      source: { half: this.#serves, taskDefinition: serving.taskDefinition },
      target: { half: target, taskDefinition },
      configuration: this.#configuration,
      desired: serving.desired,
      status: 'PENDING',
      stage: 'RECONCILE_SERVICE',
      reason: '',
      weight: 0,
    };
    this.deployments.push(deployment);
    void this.#drive(deployment, leftover);
  }

  get newest(): Deployment | undefined {
    return this.deployments.at(-1);
  }

  canStop(deployment: Deployment): boolean {
    return isUnderWay(deployment) && deployment.stage !== 'CLEAN_UP';
  }

  /** @throws ConflictException where ECS cannot go back any more */
  stop(deployment: Deployment | undefined): void {
    if (deployment === undefined) throw new InvalidParameterException({ message: 'not found', $metadata: {} });
    if (!this.canStop(deployment))
      throw new ConflictException({
        message: `The deployment is ${deployment.status}.`,
        $metadata: {},
        resourceIds: [],
      });
    this.#end(deployment, { kind: 'rollback', reason: 'The service deployment was stopped.' });
    deployment.status = 'ROLLBACK_REQUESTED';
  }

  #named(arn: string | undefined): Deployment | undefined {
    return this.deployments.find((one) => one.arn === arn);
  }

  #described() {
    const { slots, rule } = this.#parts;
    const [group] = slots.slot('web-a').targetGroups;
    const [alternate] = slots.slot('web-b').targetGroups;
    const roleArn = 'arn:aws:iam::111122223333:role/ecs-infrastructure';
    const advancedConfiguration = { alternateTargetGroupArn: alternate, productionListenerRule: rule, roleArn };
    return {
      status: 'ACTIVE',
      deploymentConfiguration: this.#configuration,
      loadBalancers: [{ targetGroupArn: group, advancedConfiguration }],
    };
  }

  #end(deployment: Deployment, ending: NonNullable<Deployment['ending']>): void {
    deployment.ending ??= ending;
    deployment.pause?.answer('INTERRUPTED');
  }

  async #drive(deployment: Deployment, leftover: Deployment | undefined): Promise<void> {
    try {
      await this.#forward(deployment, leftover);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      if (deployment.ending?.kind === 'rollback') await this.#goBack(deployment, deployment.ending.reason);
    }
  }

  async #forward(deployment: Deployment, leftover: Deployment | undefined): Promise<void> {
    const { slots } = this.#parts;
    const { source, target, configuration } = deployment;
    await this.#wait(deployment, 0);
    deployment.status = 'IN_PROGRESS';
    if (leftover !== undefined) {
      await this.#stage(deployment, 'RECONCILE_SERVICE', async () => {
        if (leftover.weight > 0) this.#write(leftover, 0);
        await this.#wait(deployment, obeyedMilliseconds);
        this.#by(leftover, () => {
          slots.scale(leftover.target.half, 0);
        });
      });
    }
    await this.#stage(deployment, 'PRE_SCALE_UP', () => {
      const types = this.#parts.balancer.actions(this.#parts.rule).map(({ Type }) => Type);
      if (types.some((type) => type !== 'forward')) this.#refuse(deployment, 'The listener rule has other actions.');
    });
    await this.#stage(deployment, 'SCALE_UP', async () => {
      this.#by(deployment, () => {
        slots.deploy(target.half, target.taskDefinition, deployment.desired);
      });
      const [group = ''] = slots.slot(target.half).targetGroups;
      while (slots.healthy(group).healthy < Math.max(1, deployment.desired))
        await this.#wait(deployment, lookMilliseconds);
    });
    await this.#stage(deployment, 'POST_SCALE_UP');
    for (const weight of weightsBySteps(configuration)) {
      await this.#stage(deployment, 'PRE_PRODUCTION_TRAFFIC_SHIFT');
      await this.#stage(deployment, 'PRODUCTION_TRAFFIC_SHIFT', async () => {
        deployment.weight = weight;
        await this.#wait(deployment, 0);
        this.#write(deployment, weight);
        await this.#wait(deployment, obeyedMilliseconds);
      });
    }
    await this.#stage(deployment, 'POST_PRODUCTION_TRAFFIC_SHIFT');
    await this.#stage(deployment, 'BAKE_TIME');
    await this.#stage(deployment, 'CLEAN_UP', () => {
      this.#serves = target.half;
      this.#by(deployment, () => {
        slots.scale(source.half, 0);
      });
    });
    deployment.status = 'SUCCESSFUL';
    this.#parts.tell(`ECS ends ${deployment.arn.slice(-6)}: SUCCESSFUL`);
  }

  async #goBack(deployment: Deployment, reason: string): Promise<void> {
    const { clock, faults, random, slots } = this.#parts;
    Object.assign(deployment, { status: 'ROLLBACK_REQUESTED', reason });
    await clock.sleep(random.integer(1_000, 4_000));
    deployment.status = 'ROLLBACK_IN_PROGRESS';
    if (deployment.weight > 0) await this.#restore(deployment);
    if (faults.takeOnce('deployment', ({ how }) => how === 'fails-back')) {
      deployment.status = 'ROLLBACK_FAILED';
      return;
    }
    this.#by(deployment, () => {
      slots.scale(deployment.target.half, 0);
    });
    deployment.status = 'ROLLBACK_SUCCESSFUL';
    this.#parts.tell(`ECS ends ${deployment.arn.slice(-6)}: ROLLBACK_SUCCESSFUL`);
  }

  /** A write that was on its way when the deployment was stopped comes late, and before ECS's own. */
  async #restore(deployment: Deployment): Promise<void> {
    const { clock, faults } = this.#parts;
    const late = faults.take('deployment', ({ how }) => how === 'writes-late');
    if (late !== undefined) {
      await clock.sleep(late.seconds * 1000);
      this.#write(deployment, deployment.weight, true);
      await clock.sleep(late.seconds * 1000);
    }
    deployment.weight = 0;
    this.#write(deployment, 0);
    await clock.sleep(obeyedMilliseconds);
  }

  async #stage(deployment: Deployment, stage: string, work: () => unknown = () => undefined): Promise<void> {
    deployment.stage = stage;
    this.#parts.tell(`ECS: ${deployment.arn.slice(-6)} is in ${stage}`);
    await this.#wait(deployment, 0);
    if (this.#parts.faults.takeOnce('deployment', (fault) => fault.how === 'stuck' && fault.stage === stage))
      await this.#stuck(deployment);
    await work();
    const hook = deployment.configuration.lifecycleHooks?.find(({ lifecycleStages }) =>
      lifecycleStages?.some((name) => name === stage),
    );
    if (hook === undefined) return;
    const { timeoutInMinutes = 1440, action = 'ROLLBACK' } = hook.timeoutConfiguration ?? {};
    this.#serial += 1;
    const answer = await this.#paused(deployment, timeoutInMinutes, `ecs-pause-${String(this.#serial)}`);
    if (deployment.ending !== undefined) throw new Interrupted();
    if ((answer === 'TIMED_OUT' ? action : answer) === 'ROLLBACK')
      this.#refuse(deployment, `A lifecycle hook at the stage ${stage} ended with ROLLBACK.`);
  }

  async #paused(deployment: Deployment, minutes: number, hookId: string | undefined): Promise<string> {
    const { clock } = this.#parts;
    const { promise, resolve } = Promise.withResolvers<string>();
    deployment.pause = { hookId, answer: resolve };
    clock.after(minutes * 60_000, () => {
      resolve('TIMED_OUT');
    });
    const answer = await promise;
    deployment.pause = undefined;
    return answer;
  }

  /** Nothing but a stop, a later deployment, or the end of the 24 h that ECS gives a stage ends it. */
  async #stuck(deployment: Deployment): Promise<never> {
    await this.#paused(deployment, stageMinutes, undefined);
    return this.#refuse(deployment, 'The lifecycle stage took longer than 24 hours.');
  }

  #refuse(deployment: Deployment, reason: string): never {
    this.#end(deployment, { kind: 'rollback', reason });
    throw new Interrupted();
  }

  /** ECS does nothing at once. */
  async #wait(deployment: Deployment, milliseconds: number): Promise<void> {
    const { clock, random } = this.#parts;
    await clock.sleep(milliseconds === 0 ? random.integer(500, 3_000) : milliseconds);
    if (deployment.ending !== undefined) throw new Interrupted();
  }

  #by({ target }: Deployment, change: () => void, isLate = false): void {
    this.#parts.byEcs(target.taskDefinition.slice(4), change, isLate);
  }

  /** Nothing is read before: what another hand wrote into the weights meanwhile is written over. */
  #write(deployment: Deployment, weight: number, isLate = false): void {
    const { balancer, rule, slots } = this.#parts;
    const [own = ''] = slots.slot(deployment.target.half).targetGroups;
    const [others = ''] = slots.slot(deployment.source.half).targetGroups;
    const actions = balancer.actions(rule).map((action): RoutingAction => {
      const { ForwardConfig } = action;
      if (action['Type'] !== 'forward' || typeof ForwardConfig !== 'object' || ForwardConfig === null) return action;
      const TargetGroups = [
        { TargetGroupArn: others, Weight: 100 - weight },
        { TargetGroupArn: own, Weight: weight },
      ];
      return { ...action, ForwardConfig: { ...ForwardConfig, TargetGroups } };
    });
    const write = () => {
      balancer.write(rule, actions);
    };
    this.#by(deployment, write, isLate);
    this.#parts.tell(`ECS writes ${JSON.stringify(weightsOf(actions))}`);
  }
}

function isUnderWay({ status, ending }: Deployment): boolean {
  return ending === undefined && (status === 'PENDING' || status === 'IN_PROGRESS');
}

/** ECS's API, through the calls of one process. */
export function ecsThrough(
  ecs: OneService,
  look: <T>(call: string, answer: () => T) => Promise<T>,
  change: <T>(call: string, apply: () => T) => Promise<T>,
): ECSClient {
  const send = (command: object) => {
    const name = `runtime.${command.constructor.name.replace(/Command$/, '')}`;
    return /^runtime\.(?:List|Describe)/.test(name)
      ? look(name, () => ecs.answer(command))
      : change(name, () => ecs.carryOut(command));
  };
  return { send } as unknown as ECSClient;
}

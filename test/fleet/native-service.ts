import { setTimeout as sleep } from 'node:timers/promises';
import {
  ContinueServiceDeploymentCommand,
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  ListServiceDeploymentsCommand,
  UpdateServiceCommand,
  type DeploymentConfiguration,
  type DeploymentLifecycleHookStage,
  type ServiceDeployment,
} from '@aws-sdk/client-ecs';
import { DescribeRulesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { FleetOptions } from '../../local/fleet/options.ts';
import { longestWaitSeconds } from '../setup/eventually.ts';
import { cluster, isSteady, named, registerVersion, serviceWhere } from './fleet-under-test.ts';
import { startFrontedFleet, type FrontedFleet } from './fronted-fleet.ts';

const roleArn = 'arn:aws:iam::000000000000:role/ecs-moves-traffic';

/** A hook that pauses, with a time-out that no test waits for unless it says so. */
export function pauseAt(
  stages: readonly DeploymentLifecycleHookStage[],
  minutes = 1440,
  action?: 'ROLLBACK' | 'CONTINUE',
) {
  return {
    targetType: 'PAUSE' as const,
    lifecycleStages: [...stages],
    timeoutConfiguration: { timeoutInMinutes: minutes, ...(action === undefined ? {} : { action }) },
  };
}

/** A deployment in equal steps; nothing bakes unless a test says so. */
export const linear = (stepPercent: number): DeploymentConfiguration => ({
  strategy: 'LINEAR',
  linearConfiguration: { stepPercent, stepBakeTimeInMinutes: 0 },
});
export const atOnce: DeploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 };

/** A service whose traffic ECS moves, with one task of version one, and what tests ask about it. */
export class NativeService {
  readonly front: FrontedFleet;

  constructor(front: FrontedFleet) {
    this.front = front;
  }

  get url(): string {
    return this.front.listener.url;
  }

  /** Orders a fault of the fleet. */
  async misbehave(order: object): Promise<void> {
    const url = `${this.front.under.fleet.endpoint}/_fleet/misbehave`;
    await fetch(url, { method: 'POST', body: JSON.stringify(order) });
  }

  /** The versions that answer 40 requests. */
  async versionsServed(): Promise<ReadonlySet<unknown>> {
    const served = async (): Promise<unknown> => {
      const body: unknown = await (await fetch(this.url)).json();
      return Reflect.get(Object(body), 'version');
    };
    return new Set(await Promise.all(Array.from({ length: 40 }, served)));
  }

  /** Deploys a version; answers the deployment's ARN. */
  async deploy(tag: string, configuration: DeploymentConfiguration): Promise<string> {
    const { ecs } = this.front.under;
    const before = await this.deployments();
    await ecs.send(
      new UpdateServiceCommand({
        ...{ cluster, service: 'web', taskDefinition: await registerVersion(this.front.under, tag) },
        loadBalancers: bindings(this.front),
        deploymentConfiguration: configuration,
      }),
    );
    const [newest] = await this.deployments();
    if (newest === undefined || before.includes(newest)) throw new Error('no deployment began');
    return newest;
  }

  /** The newest first. */
  async deployments(): Promise<readonly string[]> {
    const { serviceDeployments = [] } = await this.front.under.ecs.send(
      new ListServiceDeploymentsCommand({ cluster, service: 'web' }),
    );
    return serviceDeployments.map(({ serviceDeploymentArn }) => named(serviceDeploymentArn));
  }

  async describe(arn: string): Promise<ServiceDeployment> {
    const { serviceDeployments } = await this.front.under.ecs.send(
      new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
    );
    return named(serviceDeployments?.[0]);
  }

  async where(arn: string, holds: (deployment: ServiceDeployment) => boolean): Promise<ServiceDeployment> {
    const deadline = performance.now() + longestWaitSeconds * 1000;
    for (;;) {
      const deployment = await this.describe(arn);
      if (holds(deployment)) return deployment;
      if (performance.now() > deadline) throw new Error(`the deployment is still: ${JSON.stringify(deployment)}`);
      await sleep(25);
    }
  }

  ended(arn: string): Promise<ServiceDeployment> {
    return this.where(arn, ({ finishedAt }) => finishedAt !== undefined);
  }

  /** Waits for a pause that nobody has answered; answers its id. */
  async pause(arn: string): Promise<string> {
    const deployment = await this.where(arn, (one) => waiting(one) !== undefined);
    return named(waiting(deployment));
  }

  async answer(arn: string, hookId: string, action: 'CONTINUE' | 'ROLLBACK' = 'CONTINUE'): Promise<void> {
    await this.front.under.ecs.send(
      new ContinueServiceDeploymentCommand({ serviceDeploymentArn: arn, hookId, action }),
    );
    await this.where(arn, (one) => waiting(one) !== hookId);
  }

  /** Weights of the production rule: [blue, green]. */
  async weights(): Promise<readonly (number | undefined)[]> {
    const { under, rule, blue, green } = this.front;
    const { Rules } = await under.elb.send(new DescribeRulesCommand({ RuleArns: [rule] }));
    const groups = Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
    return [blue, green].map((arn) => groups.find(({ TargetGroupArn }) => TargetGroupArn === arn)?.Weight);
  }

  /** The target group that a revision is resolved to. */
  async groupOf(revisionArn: string | undefined): Promise<string | undefined> {
    const { serviceRevisions } = await this.front.under.ecs.send(
      new DescribeServiceRevisionsCommand({ serviceRevisionArns: [named(revisionArn)] }),
    );
    return serviceRevisions?.[0]?.resolvedConfiguration?.loadBalancers?.[0]?.targetGroupArn;
  }
}

function waiting({ lifecycleHookDetails = [] }: ServiceDeployment): string | undefined {
  return lifecycleHookDetails.find(({ status }) => status === 'AWAITING_ACTION')?.hookId;
}

export function bindings({ blue, green, rule }: FrontedFleet) {
  const advancedConfiguration = { alternateTargetGroupArn: green, productionListenerRule: rule, roleArn };
  return [{ targetGroupArn: blue, containerName: 'app', containerPort: 8080, advancedConfiguration }];
}

/** Starts a fleet with such a service; it is created by a rolling deployment, so that it serves at once. */
export async function startNativeService(options: FleetOptions = {}): Promise<NativeService> {
  const front = await startFrontedFleet(options);
  const { under } = front;
  await under.ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  await under.ecs.send(
    new CreateServiceCommand({
      ...{ cluster, serviceName: 'web', desiredCount: 1, healthCheckGracePeriodSeconds: 20 },
      taskDefinition: await registerVersion(under, 'one'),
      loadBalancers: bindings(front),
    }),
  );
  await serviceWhere(under, 'web', isSteady);
  return new NativeService(front);
}

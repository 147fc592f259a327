import type { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CreateClusterCommand, CreateServiceCommand, type CreateServiceCommandInput } from '@aws-sdk/client-ecs';
import {
  type Action,
  CreateRuleCommand,
  DeleteRuleCommand,
  type RuleCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { MetricSource } from '../../lib/metrics/source.ts';
import { awsServiceLook } from '../../lib/drivers/slots/aws-service-look.ts';
import {
  cluster,
  createGroup,
  createListener,
  createLoadBalancer,
  type FleetUnderTest,
  forward,
  named,
  registerVersion,
  startTestFleet,
} from '../fleet/fleet-under-test.ts';
import { scalingClient } from '../fleet/scaling.ts';
import { FakeCli } from './cli-harness.ts';

/** A service with two slots behind a rule and a default action, on the fleet, which nothing has to run for. */
export interface LiveService {
  readonly under: FleetUnderTest;
  readonly scaling: ApplicationAutoScalingClient;
  readonly groups: { readonly a: string; readonly b: string };
  readonly balancer: string;
  readonly listener: string;
  readonly rule: string;
}

export async function startLiveService(): Promise<LiveService> {
  const under = await startTestFleet();
  const groups = { a: await createGroup(under, 'web-a'), b: await createGroup(under, 'web-b') };
  const balancer = await createLoadBalancer(under);
  const { arn: listener } = await createListener(under, balancer, forward([groups.a, 100], [groups.b, 0]));
  const rule = await addRule(under, listener, 10, [forward([groups.a, 100], [groups.b, 0])]);
  await under.ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  await addService(under, 'web-a', groups.a);
  await addService(under, 'web-b', groups.b);
  const scaling = scalingClient(under);
  const stop = async () => {
    scaling.destroy();
    await under.stop();
  };
  return { under: { ...under, stop }, scaling, groups, balancer, listener, rule };
}

export async function addService(
  under: FleetUnderTest,
  serviceName: string,
  targetGroupArn: string | undefined,
  settings: Partial<CreateServiceCommandInput> = {},
): Promise<void> {
  await under.ecs.send(
    new CreateServiceCommand({
      cluster,
      serviceName,
      taskDefinition: await registerVersion(under, 'one'),
      desiredCount: 0,
      loadBalancers:
        targetGroupArn === undefined ? [] : [{ targetGroupArn, containerName: 'app', containerPort: 8080 }],
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
      ...settings,
    }),
  );
}

export async function addRule(
  { elb }: FleetUnderTest,
  ListenerArn: string,
  Priority: number,
  Actions: Action[],
  Conditions: RuleCondition[] = [{ Field: 'path-pattern', Values: [`/${Priority}/*`] }],
): Promise<string> {
  const { Rules } = await elb.send(new CreateRuleCommand({ ListenerArn, Priority, Actions, Conditions }));
  return named(Rules?.[0]?.RuleArn);
}

export async function removeRule({ elb }: FleetUnderTest, RuleArn: string): Promise<void> {
  await elb.send(new DeleteRuleCommand({ RuleArn }));
}

/** What a load balancer published of a service with so many requests a second. */
export function publishedAt(perSecond: number): MetricSource {
  return {
    read: ({ from, to }) => Promise.resolve([{ at: from, blue: { requests: perSecond * (to - from) }, green: {} }]),
  };
}

/** The command line, looking at the fleet, whose service has enough requests for every step. */
export function cliOn({ under, scaling }: LiveService): FakeCli {
  const cli = new FakeCli();
  cli.metricSource = publishedAt(100);
  cli.looks = awsServiceLook(under.ecs, under.elb, scaling);
  return cli;
}

/** A spec that fits the service. */
export function specOf({ groups, listener, rule }: LiveService): string {
  return [
    'service: web',
    `cluster: ${cluster}`,
    'container: app',
    'image: { repository: shop/web }',
    'slots:',
    '  a:',
    '    service: web-a',
    `    targetGroup: ${groups.a}`,
    '  b:',
    '    service: web-b',
    `    targetGroup: ${groups.b}`,
    'traffic:',
    `  - listener: ${listener}`,
    `  - rule: ${rule}`,
    '',
  ].join('\n');
}

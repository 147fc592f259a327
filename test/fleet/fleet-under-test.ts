import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type Service,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
  type Action,
  type CreateTargetGroupCommandInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { digestOf } from '../../examples/web/versions.ts';
import { ImagePullError, type ResolveImage } from '../../local/fleet/ecs/image.ts';
import { startFleet, type Fleet } from '../../local/fleet/fleet.ts';
import type { FleetOptions } from '../../local/fleet/options.ts';
import { freePort } from '../../local/process/free-port.ts';
import { longestWaitSeconds } from '../setup/eventually.ts';

const root = path.resolve(import.meta.dirname, '../..');
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Versions of the sample service that tests deploy, by tag, as the environment of their tasks. */
const versions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  one: { VERSION: 'one' },
  two: { VERSION: 'two' },
  slow: { VERSION: 'slow', SLOW_SHARE: '1', SLOW_MS: '300' },
  endless: { VERSION: 'endless', SLOW_SHARE: '1', SLOW_MS: '600000' },
  unhealthy: { VERSION: 'unhealthy', UNHEALTHY: 'true' },
  crashing: { VERSION: 'crashing', EXIT_AFTER_MS: '0', START_DELAY_MS: '60000' },
};

const resolveImage: ResolveImage = (uri) => {
  const last = uri.split(':').at(-1) ?? '';
  const tag = Object.keys(versions).find((name) => digestOf(name) === `sha256:${last}`) ?? last;
  const env = versions[tag];
  if (env === undefined) return Promise.reject(new ImagePullError(`CannotPullContainerError: ${uri}: not found`));
  return Promise.resolve({ digest: digestOf(tag), entrypoint: path.join(root, 'examples/web/server.ts'), env });
};

/** Changed rules act on the next request: for unit tests that are not about the delay, and for nothing else. */
const atOnce = { from: 0, to: 0 } as const;

/** A fleet with the clients that talk to it; everything in it is short so that tests wait for conditions, not for defaults. */
export interface FleetUnderTest {
  readonly fleet: Fleet;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly ecs: ECSClient;
  readonly stop: () => Promise<void>;
}

export async function startTestFleet(options: FleetOptions = {}): Promise<FleetUnderTest> {
  const fleet = await startFleet({ root, resolveImage, ruleDelay: atOnce, requestRates: false, ...options });
  const setting = { endpoint: fleet.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
  const elb = new ElasticLoadBalancingV2Client(setting);
  const ecs = new ECSClient(setting);
  return {
    fleet,
    elb,
    ecs,
    stop: async () => {
      elb.destroy();
      ecs.destroy();
      await fleet.stop();
    },
  };
}

/** Something that the service must have named, or the test is wrong. */
export function named<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the answer lacks what this test needs');
  return value;
}

export async function createLoadBalancer({ elb }: FleetUnderTest, name = 'front'): Promise<string> {
  const { LoadBalancers } = await elb.send(
    new CreateLoadBalancerCommand({ Name: name, Subnets: ['subnet-a', 'subnet-b'] }),
  );
  return named(LoadBalancers?.[0]?.LoadBalancerArn);
}

export async function createGroup(
  { elb }: FleetUnderTest,
  name: string,
  changes: Partial<CreateTargetGroupCommandInput> = {},
  delaySeconds = 0.4,
): Promise<string> {
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({
      Name: name,
      Protocol: 'HTTP',
      Port: 8080,
      VpcId: 'vpc-1',
      TargetType: 'ip',
      HealthCheckPath: '/health',
      HealthCheckIntervalSeconds: 0.1,
      HealthCheckTimeoutSeconds: 0.1,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
      ...changes,
    }),
  );
  const arn = named(TargetGroups?.[0]?.TargetGroupArn);
  await elb.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn: arn,
      Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: String(delaySeconds) }],
    }),
  );
  return arn;
}

/** A listener on a free port with its default actions. */
export async function createListener(
  { elb }: FleetUnderTest,
  loadBalancerArn: string,
  ...actions: Action[]
): Promise<{ arn: string; port: number; url: string }> {
  const port = await freePort();
  const { Listeners } = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: loadBalancerArn,
      Protocol: 'HTTP',
      Port: port,
      DefaultActions: actions,
    }),
  );
  return { arn: named(Listeners?.[0]?.ListenerArn), port, url: `http://127.0.0.1:${port}` };
}

/** A forward action with weights. */
export function forward(...groups: readonly (readonly [arn: string, weight: number])[]): Action {
  return {
    Type: 'forward',
    ForwardConfig: { TargetGroups: groups.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })) },
  };
}

export const cluster = 'test';

/** Registers a version of the sample service; answers the revision's ARN. */
export async function registerVersion({ ecs }: FleetUnderTest, version: string): Promise<string> {
  const image = `registry.test/web${version.startsWith('sha256:') ? '@' : ':'}${version}`;
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'web',
      containerDefinitions: [{ name: 'app', image, portMappings: [{ containerPort: 8080 }], stopTimeout: 5 }],
    }),
  );
  return named(taskDefinition?.taskDefinitionArn);
}

export async function createService(
  under: FleetUnderTest,
  name: string,
  targetGroupArn: string,
  tag: string,
  desiredCount: number,
  graceSeconds = 20,
): Promise<void> {
  await under.ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  await under.ecs.send(
    new CreateServiceCommand({
      cluster,
      serviceName: name,
      taskDefinition: await registerVersion(under, tag),
      desiredCount,
      // A machine under load may start a task slowly; tests of failing health checks say zero.
      healthCheckGracePeriodSeconds: graceSeconds,
      loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: 8080 }],
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
    }),
  );
}

async function describeService({ ecs }: FleetUnderTest, name: string): Promise<Service> {
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [name] }));
  return named(services?.[0]);
}

/** Waits until a service looks as a condition says; answers it. */
export async function serviceWhere(
  under: FleetUnderTest,
  name: string,
  holds: (service: Service) => boolean,
  seconds = longestWaitSeconds,
): Promise<Service> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const service = await describeService(under, name);
    if (holds(service)) return service;
    if (performance.now() > deadline)
      throw new Error(`after ${seconds} s service ${name} is still: ${JSON.stringify(service)}`);
    await sleep(25);
  }
}

/** The primary deployment has completed. */
export function isSteady(service: Service): boolean {
  return service.deployments?.length === 1 && service.deployments[0]?.rolloutState === 'COMPLETED';
}

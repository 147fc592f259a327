import { DescribeServicesCommand, type ECSClient, type Service } from '@aws-sdk/client-ecs';
import {
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  type ElasticLoadBalancingV2Client,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { NotCopied } from '../second-slot/not-copied.ts';
import type { GroupToCopy, ServiceToCopy, SlotToCopy } from '../second-slot/slot-to-copy.ts';

/**
 * Reads an ECS service, and the target groups that it registers with, as a second slot has to be.
 * @throws NotCopied where the service or one of its target groups is gone
 */
export async function awsSlotToCopy(
  ecs: ECSClient,
  elb: ElasticLoadBalancingV2Client,
  { cluster, service }: { readonly cluster: string; readonly service: string },
): Promise<SlotToCopy> {
  const { services: [found] = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster, services: [service], include: ['TAGS'] }),
  );
  if (found?.status !== 'ACTIVE') throw new NotCopied(`ECS service ${service} of cluster ${cluster} is not there.`);
  const copied = serviceToCopy(found, { cluster, service });
  const arns = [...new Set(copied.bindings.map(({ targetGroup }) => targetGroup))];
  return { service: copied, groups: await Promise.all(arns.map((arn) => groupToCopy(elb, arn))) };
}

function serviceToCopy(found: Service, name: { readonly cluster: string; readonly service: string }): ServiceToCopy {
  const { capacityProviderStrategy = [], deploymentConfiguration: deploys, loadBalancers = [] } = found;
  const network = found.networkConfiguration?.awsvpcConfiguration;
  const { propagateTags, platformVersion } = found;
  return {
    ...name,
    family: /task-definition\/([^:]+):\d+$/.exec(found.taskDefinition ?? '')?.[1] ?? found.taskDefinition ?? '',
    ...(capacityProviderStrategy.length === 0 && { launchType: found.launchType }),
    capacityProviders: capacityProviderStrategy.map(({ capacityProvider = '', weight = 0, base = 0 }) => ({
      ...{ name: capacityProvider, weight, base },
    })),
    ...(platformVersion !== undefined && platformVersion !== 'LATEST' && { platformVersion }),
    ...(network !== undefined && {
      network: {
        subnets: network.subnets ?? [],
        securityGroups: network.securityGroups ?? [],
        publicIp: network.assignPublicIp === 'ENABLED',
      },
    }),
    graceSeconds: found.healthCheckGracePeriodSeconds,
    maximumPercent: deploys?.maximumPercent,
    minimumHealthyPercent: deploys?.minimumHealthyPercent,
    hasCircuitBreaker: deploys?.deploymentCircuitBreaker?.enable === true,
    executeCommand: found.enableExecuteCommand === true,
    managedTags: found.enableECSManagedTags === true,
    ...(propagateTags !== undefined && propagateTags !== 'NONE' && { propagateTags }),
    placementConstraints: (found.placementConstraints ?? []).map(({ type = '', expression }) => ({ type, expression })),
    placementStrategies: (found.placementStrategy ?? []).map(({ type = '', field }) => ({ type, field })),
    bindings: loadBalancers.flatMap(({ targetGroupArn, containerName = '', containerPort = 0 }) =>
      targetGroupArn === undefined
        ? []
        : [{ targetGroup: targetGroupArn, container: containerName, port: containerPort }],
    ),
    leftOut: leftOutOf(found),
    tags: Object.fromEntries((found.tags ?? []).map(({ key = '', value = '' }) => [key, value])),
  };
}

/** Settings that a second service may need as well, and that a person has to decide about. */
function leftOutOf({ deployments = [], serviceRegistries = [] }: Service): readonly string[] {
  const has = (found: boolean, what: string) => (found ? [what] : []);
  return [
    ...has(
      deployments.some(({ serviceConnectConfiguration }) => serviceConnectConfiguration?.enabled === true),
      'Service Connect',
    ),
    ...has(serviceRegistries.length > 0, 'Cloud Map'),
    ...has(
      deployments.some(({ volumeConfigurations = [] }) => volumeConfigurations.length > 0),
      'volumes',
    ),
    ...has(
      deployments.some(({ vpcLatticeConfigurations = [] }) => vpcLatticeConfigurations.length > 0),
      'VPC Lattice',
    ),
  ];
}

async function groupToCopy(elb: ElasticLoadBalancingV2Client, arn: string): Promise<GroupToCopy> {
  const [{ TargetGroups: [found] = [] }, { Attributes = [] }] = await Promise.all([
    elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] })),
    elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: arn })),
  ]);
  if (found === undefined) throw new NotCopied(`Target group ${arn} is not there.`);
  return {
    arn,
    name: found.TargetGroupName ?? '',
    vpc: found.VpcId,
    targetType: found.TargetType ?? 'instance',
    ipAddressType: found.IpAddressType,
    protocol: found.Protocol ?? 'HTTP',
    protocolVersion: found.ProtocolVersion,
    port: found.Port ?? 80,
    health: healthOf(found),
    // One without a value is not set: a load balancer refuses an empty one.
    attributes: Object.fromEntries(
      Attributes.flatMap(({ Key, Value }) =>
        Key === undefined || Value === undefined || Value === '' ? [] : [[Key, Value]],
      ),
    ),
  };
}

function healthOf(found: TargetGroup): GroupToCopy['health'] {
  return {
    protocol: found.HealthCheckProtocol,
    port: found.HealthCheckPort,
    path: found.HealthCheckPath,
    interval: found.HealthCheckIntervalSeconds,
    timeout: found.HealthCheckTimeoutSeconds,
    healthyCount: found.HealthyThresholdCount,
    unhealthyCount: found.UnhealthyThresholdCount,
    matcher: found.Matcher?.HttpCode,
  };
}

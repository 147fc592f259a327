import type { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import {
  ClusterNotFoundException,
  DescribeServicesCommand,
  type ECSClient,
  paginateListServices,
  type Service,
} from '@aws-sdk/client-ecs';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Refusal } from '../../rollout/refusal.ts';
import { deploymentSettingsOf } from '../ecs-native/ecs-deployment-settings.ts';
import type { ServiceFacts, ServiceLook } from '../service-look.ts';
import { applicationAutoScalingCapacity } from './application-auto-scaling-capacity.ts';
import { movesTraffic } from './moves-traffic.ts';
import { ecsSlotRuntime } from './ecs-slot-runtime.ts';
import { awsSlotToCopy } from './aws-slot-to-copy.ts';
import { elbServiceLook } from './elb-service-look.ts';

/** DescribeServices takes at most 10 services a call. */
const servicesBatch = 10;

/** ECS, Elastic Load Balancing and Application Auto Scaling as they are; reads alone. */
export function awsServiceLook(
  ecs: ECSClient,
  elb: ElasticLoadBalancingV2Client,
  scaling: ApplicationAutoScalingClient,
): ServiceLook {
  const capacity = applicationAutoScalingCapacity(scaling);
  return {
    ...elbServiceLook(elb),
    taskDefinition: (reference) => ecsSlotRuntime(ecs).taskDefinition(reference),

    slotToCopy: (workload) => awsSlotToCopy(ecs, elb, workload),

    async scalingOf(workload) {
      if ((await capacity.autoscalingOf(workload)) === undefined) return undefined;
      const [policies, scheduled] = await Promise.all([
        capacity.scalesBy(workload),
        capacity.scheduledActions(workload),
      ]);
      return { policies, scheduled };
    },

    async services(cluster, names) {
      const found: Service[] = [];
      for (let start = 0; start < names.length; start += servicesBatch) {
        const { services = [] } = await ecs
          .send(new DescribeServicesCommand({ cluster, services: names.slice(start, start + servicesBatch) }))
          .catch(refuseMissing(cluster));
        found.push(...services);
      }
      return names.map((name) => {
        const service = found.find(({ serviceName }) => serviceName === name);
        return service && serviceFacts(name, service);
      });
    },

    async serviceNames(cluster) {
      const names: string[] = [];
      try {
        for await (const { serviceArns = [] } of paginateListServices({ client: ecs, pageSize: 100 }, { cluster }))
          names.push(...serviceArns.map((arn) => arn.slice(arn.lastIndexOf('/') + 1)));
      } catch (error) {
        refuseMissing(cluster)(error);
      }
      return names;
    },
  };
}

function refuseMissing(cluster: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof ClusterNotFoundException)) throw error;
    throw new Refusal(`ECS cluster ${cluster} is not there.`, { cause: error });
  };
}

function serviceFacts(name: string, service: Service): ServiceFacts {
  const { deploymentConfiguration, loadBalancers = [], serviceRegistries = [], deployments = [] } = service;
  const rollsBackBy = [
    deploymentConfiguration?.deploymentCircuitBreaker?.rollback === true ? 'deployment circuit breaker' : [],
    deploymentConfiguration?.alarms?.enable === true && deploymentConfiguration.alarms.rollback === true
      ? 'deployment alarms'
      : [],
  ].flat();
  const otherTraffic = [
    deployments.some(({ serviceConnectConfiguration }) => serviceConnectConfiguration?.enabled === true)
      ? 'Service Connect'
      : [],
    serviceRegistries.length > 0 ? 'Cloud Map' : [],
    deployments.some(({ vpcLatticeConfigurations = [] }) => vpcLatticeConfigurations.length > 0) ? 'VPC Lattice' : [],
  ].flat();
  return {
    service: name,
    active: service.status === 'ACTIVE',
    desired: service.desiredCount ?? 0,
    taskDefinition: service.taskDefinition ?? '',
    bindings: loadBalancers.flatMap(({ targetGroupArn, containerName = '', containerPort = 0 }) =>
      targetGroupArn === undefined
        ? []
        : [{ targetGroup: targetGroupArn, container: containerName, port: containerPort }],
    ),
    controller: service.deploymentController?.type ?? 'ECS',
    movesTraffic: movesTraffic(service),
    deploys: deploymentSettingsOf(service),
    scheduling: service.schedulingStrategy ?? 'REPLICA',
    onFargate:
      service.launchType === 'FARGATE' ||
      (service.capacityProviderStrategy ?? []).some(({ capacityProvider = '' }) => capacityProvider === 'FARGATE'),
    rollsBackBy,
    otherTraffic,
  };
}

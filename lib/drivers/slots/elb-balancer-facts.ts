import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { BalancerReads } from '../balancer-facts.ts';

/** What checks read of load balancers and target groups. */
export function elbBalancerFacts(client: ElasticLoadBalancingV2Client): BalancerReads {
  return {
    async balancer(listenerArn) {
      // The ARN of a listener holds that of its load balancer.
      const arn = listenerArn.replace(':listener/', ':loadbalancer/').replace(/\/[0-9a-f]+$/, '');
      const { LoadBalancers = [] } = await client.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }));
      const [found] = LoadBalancers;
      if (found === undefined) throw new Error(`there is no load balancer ${arn}`);
      return { state: found.State?.Code ?? 'unknown', zones: found.AvailabilityZones?.length ?? 0 };
    },

    async targetGroup(arn) {
      const [{ TargetGroups = [] }, { Attributes }] = await Promise.all([
        client.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] })),
        client.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: arn })),
      ]);
      const [found] = TargetGroups;
      if (found === undefined) throw new Error(`there is no target group ${arn}`);
      const settings = Object.entries({
        Protocol: found.Protocol,
        ProtocolVersion: found.ProtocolVersion,
        HealthCheckProtocol: found.HealthCheckProtocol,
        HealthCheckPort: found.HealthCheckPort,
        HealthCheckPath: found.HealthCheckPath,
        HealthCheckIntervalSeconds: found.HealthCheckIntervalSeconds,
        HealthCheckTimeoutSeconds: found.HealthCheckTimeoutSeconds,
        HealthyThresholdCount: found.HealthyThresholdCount,
        UnhealthyThresholdCount: found.UnhealthyThresholdCount,
        Matcher: found.Matcher?.HttpCode ?? found.Matcher?.GrpcCode,
      }).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)] as const]));
      return { attributes: attributesOf(Attributes), settings: Object.fromEntries(settings) };
    },
  };
}

function attributesOf(
  attributes: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] = [],
): Readonly<Record<string, string>> {
  return Object.fromEntries(attributes.flatMap(({ Key, Value }) => (Key === undefined ? [] : [[Key, Value ?? '']])));
}

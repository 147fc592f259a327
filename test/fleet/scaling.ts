import {
  ApplicationAutoScalingClient,
  DescribeScalingActivitiesCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
  type SuspendedState,
} from '@aws-sdk/client-application-auto-scaling';
import { cluster, type FleetUnderTest } from './fleet-under-test.ts';

const ecs = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;

/** What names a service of the test cluster to Application Auto Scaling. */
export const scalable = (service: string) => ({ ...ecs, ResourceId: `service/${cluster}/${service}` });

/** A client of Application Auto Scaling on a fleet. */
export function scalingClient({ fleet }: FleetUnderTest): ApplicationAutoScalingClient {
  return new ApplicationAutoScalingClient({
    endpoint: fleet.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
}

/** Registers a service as a scalable target. */
export async function register(
  client: ApplicationAutoScalingClient,
  service: string,
  limits: readonly [min: number, max: number],
  suspended?: SuspendedState,
): Promise<void> {
  const [MinCapacity, MaxCapacity] = limits;
  await client.send(
    new RegisterScalableTargetCommand({ ...scalable(service), MinCapacity, MaxCapacity, SuspendedState: suspended }),
  );
}

/** A policy that keeps the requests a minute of each target at a value, without cooldowns. */
export async function track(
  client: ApplicationAutoScalingClient,
  service: string,
  resourceLabel: string,
  requestsPerMinute: number,
): Promise<void> {
  await client.send(
    new PutScalingPolicyCommand({
      ...scalable(service),
      PolicyName: `${service}-requests`,
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: requestsPerMinute,
        PredefinedMetricSpecification: {
          PredefinedMetricType: 'ALBRequestCountPerTarget',
          ResourceLabel: resourceLabel,
        },
        ScaleInCooldown: 0,
        ScaleOutCooldown: 0,
      },
    }),
  );
}

/** `app/<name>/<id>/targetgroup/<name>/<id>` of a load balancer and a target group. */
export function resourceLabel(loadBalancerArn: string, targetGroupArn: string): string {
  const balancer = loadBalancerArn.slice(loadBalancerArn.indexOf('app/'));
  return `${balancer}/${targetGroupArn.slice(targetGroupArn.lastIndexOf(':') + 1)}`;
}

/** Why a service's count was changed by Application Auto Scaling, newest first. */
export async function causesOf(client: ApplicationAutoScalingClient, service: string): Promise<readonly string[]> {
  const { ScalingActivities = [] } = await client.send(new DescribeScalingActivitiesCommand(scalable(service)));
  return ScalingActivities.map(({ Cause, Description }) => `${Description ?? ''} ${Cause ?? ''}`);
}

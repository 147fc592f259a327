import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Entrance } from '../traffic-router.ts';

/** Load balancer ARN of a listener: the ARN holds it. */
export function loadBalancerOf(listenerArn: string): string {
  return listenerArn.replace(':listener/', ':loadbalancer/').replace(/\/[0-9a-f]+$/, '');
}

/**
 * Returns where the requests of a listener come in.
 * @throws Error where the listener has no port or its load balancer no name
 */
export async function elbEntranceOf(client: ElasticLoadBalancingV2Client, listenerArn: string): Promise<Entrance> {
  const [{ Listeners = [] }, { LoadBalancers = [] }] = await Promise.all([
    client.send(new DescribeListenersCommand({ ListenerArns: [listenerArn] })),
    client.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [loadBalancerOf(listenerArn)] })),
  ]);
  const [{ Port: port, Protocol: protocol } = {}] = Listeners;
  const [{ DNSName: host, Scheme: scheme, VpcId: vpcId } = {}] = LoadBalancers;
  if (port === undefined || host === undefined) {
    throw new Error(`Listener ${listenerArn} has no port or its load balancer no DNS name; set \`url\` in the spec.`);
  }
  const isInternal = scheme === 'internal';
  return { protocol: protocol === 'HTTPS' ? 'https' : 'http', host, port, isInternal, vpcId };
}

import type { SlotToCopy } from '../../../lib/drivers/second-slot/slot-to-copy.ts';

export const groupArn = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef';
export const listenerArn =
  'arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/main/0123456789abcdef/0123456789abcdef';

/** A slot that has everything that can be copied. */
export const slotToCopy: SlotToCopy = {
  service: {
    service: 'web',
    cluster: 'main',
    family: 'web',
    capacityProviders: [
      { name: 'FARGATE', weight: 1, base: 2 },
      { name: 'FARGATE_SPOT', weight: 3, base: 0 },
    ],
    platformVersion: '1.4.0',
    network: { subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'], publicIp: true },
    graceSeconds: 30,
    maximumPercent: 200,
    minimumHealthyPercent: 100,
    hasCircuitBreaker: true,
    executeCommand: true,
    managedTags: true,
    propagateTags: 'SERVICE',
    placementConstraints: [{ type: 'memberOf', expression: 'attribute:ecs.instance-type =~ t3.*' }],
    placementStrategies: [{ type: 'spread', field: 'attribute:ecs.availability-zone' }],
    bindings: [{ targetGroup: groupArn, container: 'app', port: 8080 }],
    leftOut: [],
    tags: { team: 'shop ${var.x} "a" %{b}', to: 'x', 'aws:cloudformation:stack-name': 'web' },
  },
  groups: [
    {
      arn: groupArn,
      name: 'web',
      vpc: 'vpc-1',
      targetType: 'ip',
      ipAddressType: 'ipv4',
      protocol: 'HTTP',
      protocolVersion: 'HTTP1',
      port: 8080,
      health: {
        protocol: 'HTTP',
        port: 'traffic-port',
        path: '/ready',
        interval: 10,
        timeout: 5,
        healthyCount: 2,
        unhealthyCount: 3,
        matcher: '200-299',
      },
      attributes: {
        'deregistration_delay.timeout_seconds': '30',
        'stickiness.enabled': 'true',
        'stickiness.type': 'lb_cookie',
        'stickiness.lb_cookie.duration_seconds': '3600',
      },
    },
  ],
};

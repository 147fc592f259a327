import type { CodePlace } from './code-place.ts';
import { copiedTags, type GroupToCopy, type SecondSlot, type ServiceToCopy } from './slot-to-copy.ts';
import { argument, block, type HclBlock, hclText, ignored, numbered, reference } from './hcl.ts';
import { terraformRule } from './terraform-rule.ts';

/** Returns a configuration of Terraform that makes a second slot. */
export function terraformText(slot: SecondSlot, { region }: CodePlace, head: readonly string[]): string {
  const provider = `terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}
`;
  const blocks = [
    block('provider', ['aws'], [argument('region', region)]),
    ...slot.groups.map((group, index) => groupOf(group, index, slot.like)),
    ...slot.rules.map((rule, index) => terraformRule(rule, index, slot)),
    serviceOf(slot),
  ];
  return [head.map((line) => `# ${line}\n`).join('') + provider, ...blocks.map((one) => hclText(one))].join('\n');
}

function groupOf(group: GroupToCopy & { readonly newName: string }, index: number, like: ServiceToCopy): HclBlock {
  const { health, attributes } = group;
  return block(
    'resource',
    ['aws_lb_target_group', numbered('second', index)],
    [
      argument('name', group.newName),
      argument('vpc_id', group.vpc),
      argument('target_type', group.targetType),
      argument('ip_address_type', group.ipAddressType),
      argument('protocol', group.protocol),
      argument('protocol_version', group.protocolVersion),
      argument('port', group.port),
      ...Object.entries(groupArguments).map(([name, key]) => argument(name, attributes[key])),
      argument('tags', tagsOf(like)),
      block(
        'health_check',
        [],
        [
          argument('protocol', health.protocol),
          argument('port', health.port),
          argument('path', health.path),
          argument('interval', health.interval),
          argument('timeout', health.timeout),
          argument('healthy_threshold', health.healthyCount),
          argument('unhealthy_threshold', health.unhealthyCount),
          argument('matcher', health.matcher),
        ],
      ),
      ...stickinessOf(attributes),
    ],
  );
}

/** Arguments of a target group by the attribute that they set. */
const groupArguments: Readonly<Record<string, string>> = {
  deregistration_delay: 'deregistration_delay.timeout_seconds',
  slow_start: 'slow_start.duration_seconds',
  load_balancing_algorithm_type: 'load_balancing.algorithm.type',
  load_balancing_anomaly_mitigation: 'load_balancing.algorithm.anomaly_mitigation',
  load_balancing_cross_zone_enabled: 'load_balancing.cross_zone.enabled',
};

function stickinessOf(attributes: Readonly<Record<string, string>>): readonly HclBlock[] {
  if (attributes['stickiness.enabled'] !== 'true') return [];
  const kind = attributes['stickiness.type'] ?? 'lb_cookie';
  return [
    block(
      'stickiness',
      [],
      [
        argument('enabled', true),
        argument('type', kind),
        argument('cookie_duration', attributes[`stickiness.${kind}.duration_seconds`]),
        argument('cookie_name', attributes['stickiness.app_cookie.cookie_name']),
      ],
    ),
  ];
}

function serviceOf({ like, service, groups, rules }: SecondSlot): HclBlock {
  const groupOfBinding = (arn: string) =>
    numbered(
      'second',
      groups.findIndex((group) => group.arn === arn),
    );
  return block(
    'resource',
    ['aws_ecs_service', 'second'],
    [
      argument('name', service),
      argument('cluster', like.cluster),
      argument('task_definition', like.family),
      argument('desired_count', 0),
      argument('launch_type', like.launchType),
      argument('platform_version', like.platformVersion),
      argument('health_check_grace_period_seconds', like.graceSeconds),
      argument('deployment_maximum_percent', like.maximumPercent),
      argument('deployment_minimum_healthy_percent', like.minimumHealthyPercent),
      argument('enable_execute_command', like.executeCommand || undefined),
      argument('enable_ecs_managed_tags', like.managedTags || undefined),
      argument('propagate_tags', like.propagateTags),
      argument('tags', tagsOf(like)),
      argument(
        'depends_on',
        rules.map((_, index) => reference(`aws_lb_listener_rule.${numbered('second', index)}`)),
      ),
      ...blocksOf(like),
      ...like.bindings.map(({ targetGroup, container, port }) =>
        block(
          'load_balancer',
          [],
          [
            argument('target_group_arn', reference(`aws_lb_target_group.${groupOfBinding(targetGroup)}.arn`)),
            argument('container_name', container),
            argument('container_port', port),
          ],
        ),
      ),
      ignored('desired_count', 'task_definition'),
    ],
  );
}

/** Where tasks of a service run, and how ECS deploys them. */
function blocksOf({
  network,
  hasCircuitBreaker,
  capacityProviders,
  placementConstraints,
  placementStrategies,
}: ServiceToCopy): readonly HclBlock[] {
  return [
    block('deployment_circuit_breaker', [], [argument('enable', hasCircuitBreaker), argument('rollback', false)]),
    ...capacityProviders.map(({ name, weight, base }) =>
      block(
        'capacity_provider_strategy',
        [],
        [argument('capacity_provider', name), argument('weight', weight), argument('base', base)],
      ),
    ),
    ...placementConstraints.map(({ type, expression }) =>
      block('placement_constraints', [], [argument('type', type), argument('expression', expression)]),
    ),
    ...placementStrategies.map(({ type, field }) =>
      block('ordered_placement_strategy', [], [argument('type', type), argument('field', field)]),
    ),
    ...(network === undefined ? [] : [networkOf(network)]),
  ];
}

function networkOf({ subnets, securityGroups, publicIp }: NonNullable<ServiceToCopy['network']>): HclBlock {
  return block(
    'network_configuration',
    [],
    [argument('subnets', subnets), argument('security_groups', securityGroups), argument('assign_public_ip', publicIp)],
  );
}

function tagsOf(like: ServiceToCopy): Readonly<Record<string, string>> | undefined {
  const own = copiedTags(like);
  return own.length === 0 ? undefined : Object.fromEntries(own);
}

import type { CodePlace } from './code-place.ts';
import { copiedTags, type GroupToCopy, type SecondRule, type SecondSlot, type ServiceToCopy } from './slot-to-copy.ts';

/** A value of a template: plain JSON, without what is not set. */
export type TemplateValue =
  string | number | boolean | readonly TemplateValue[] | { readonly [key: string]: TemplateValue };

/** A resource, as CloudFormation has it. */
export interface TemplateResource {
  readonly Type: string;
  readonly DependsOn?: readonly string[];
  readonly Properties: Readonly<Record<string, TemplateValue>>;
}

/** Returns the resources of a second slot by their logical ids, in the order in which they need each other. */
export function resourcesOf(
  slot: SecondSlot,
  { weights }: Pick<CodePlace, 'weights'>,
): Readonly<Record<string, TemplateResource>> {
  const rules = slot.rules.map((rule, index) => [numbered('Rule', index), ruleOf(rule, slot, weights)] as const);
  return {
    ...Object.fromEntries(slot.groups.map((group, index) => [groupId(index), groupOf(group, slot.like)])),
    ...Object.fromEntries(rules),
    Slot: serviceOf(
      slot,
      rules.map(([id]) => id),
    ),
  };
}

function numbered(name: string, index: number): string {
  return index === 0 ? name : `${name}${index + 1}`;
}

function groupId(index: number): string {
  return numbered('TargetGroup', index);
}

function groupOf(group: GroupToCopy & { readonly newName: string }, like: ServiceToCopy): TemplateResource {
  const { health } = group;
  return {
    Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    Properties: set({
      Name: group.newName,
      VpcId: group.vpc,
      TargetType: group.targetType,
      IpAddressType: group.ipAddressType,
      Protocol: group.protocol,
      ProtocolVersion: group.protocolVersion,
      Port: group.port,
      HealthCheckProtocol: health.protocol,
      HealthCheckPort: health.port,
      HealthCheckPath: health.path,
      HealthCheckIntervalSeconds: health.interval,
      HealthCheckTimeoutSeconds: health.timeout,
      HealthyThresholdCount: health.healthyCount,
      UnhealthyThresholdCount: health.unhealthyCount,
      Matcher: health.matcher === undefined ? undefined : { HttpCode: health.matcher },
      TargetGroupAttributes: Object.entries(group.attributes).map(([Key, Value]) => ({ Key, Value })),
      Tags: tagsOf(like),
    }),
  };
}

function ruleOf(rule: SecondRule, { groups }: SecondSlot, weights: CodePlace['weights']): TemplateResource {
  const second = groupId(groups.findIndex(({ arn }) => arn === rule.first));
  return {
    Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    Properties: set({
      ListenerArn: rule.listener,
      Priority: rule.priority,
      Conditions: rule.conditions.map(templateValue),
      Actions: [
        {
          Type: 'forward',
          ForwardConfig: set({
            TargetGroups: [
              { TargetGroupArn: rule.first, Weight: fromParameter(weights.first) },
              { TargetGroupArn: { Ref: second }, Weight: fromParameter(weights.second) },
            ],
            TargetGroupStickinessConfig:
              rule.stickySeconds === undefined ? undefined : { Enabled: true, DurationSeconds: rule.stickySeconds },
          }),
        },
      ],
    }),
  };
}

function serviceOf({ like, service, groups }: SecondSlot, rules: readonly string[]): TemplateResource {
  const { network, maximumPercent, minimumHealthyPercent } = like;
  return {
    Type: 'AWS::ECS::Service',
    DependsOn: rules,
    Properties: set({
      ServiceName: service,
      Cluster: like.cluster,
      TaskDefinition: like.family,
      LaunchType: like.launchType,
      CapacityProviderStrategy: listed(
        like.capacityProviders.map(({ name, weight, base }) => ({
          ...{ CapacityProvider: name, Weight: weight, Base: base },
        })),
      ),
      PlatformVersion: like.platformVersion,
      HealthCheckGracePeriodSeconds: like.graceSeconds,
      DeploymentConfiguration: set({
        MaximumPercent: maximumPercent,
        MinimumHealthyPercent: minimumHealthyPercent,
        DeploymentCircuitBreaker: { Enable: like.hasCircuitBreaker, Rollback: false },
      }),
      NetworkConfiguration: network && {
        AwsvpcConfiguration: {
          AssignPublicIp: network.publicIp ? 'ENABLED' : 'DISABLED',
          SecurityGroups: network.securityGroups,
          Subnets: network.subnets,
        },
      },
      EnableExecuteCommand: like.executeCommand ? true : undefined,
      EnableECSManagedTags: like.managedTags ? true : undefined,
      PropagateTags: like.propagateTags,
      PlacementConstraints: listed(
        like.placementConstraints.map(({ type, expression }) => set({ Type: type, Expression: expression })),
      ),
      PlacementStrategies: listed(like.placementStrategies.map(({ type, field }) => set({ Type: type, Field: field }))),
      LoadBalancers: like.bindings.map(({ targetGroup, container, port }) => ({
        ContainerName: container,
        ContainerPort: port,
        TargetGroupArn: { Ref: groupId(groups.findIndex(({ arn }) => arn === targetGroup)) },
      })),
      Tags: tagsOf(like),
    }),
  };
}

/** A weight as rollouts left it: an update of the rule takes no user to the version of before. */
function fromParameter(name: string): string {
  return `{{resolve:ssm:${name}}}`;
}

function tagsOf(like: ServiceToCopy): readonly TemplateValue[] | undefined {
  return listed(copiedTags(like).map(([Key, Value]) => ({ Key, Value })));
}

function listed(values: readonly TemplateValue[]): readonly TemplateValue[] | undefined {
  return values.length === 0 ? undefined : values;
}

function set(values: Readonly<Record<string, TemplateValue | undefined>>): Readonly<Record<string, TemplateValue>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
}

/** What a load balancer describes is JSON. @throws Error where it is not */
function templateValue(value: unknown): TemplateValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(templateValue);
  if (typeof value !== 'object' || value === null)
    throw new Error('A condition of a rule has a value that is no JSON.');
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]: [string, unknown]) =>
      one === undefined || one === null ? [] : [[key, templateValue(one)] as const],
    ),
  );
}

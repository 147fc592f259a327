import * as z from 'zod';
import type { Actions } from '../api/action.ts';
import { page } from '../api/page.ts';
import { AwsError, validationError } from '../aws-error.ts';
import { loadBalancersOf } from '../balancer/target-registry.ts';
import { flag, keyValueList, listOf, seconds, tagList, wholeBetween } from './form-schema.ts';
import { attributeList, pageSize, resourceName, setAttributes } from './load-balancers.ts';
import { tagsFrom } from './tags.ts';
import type { HealthCheck, TargetGroup } from './target-group.ts';
import { elbAction, findTargetGroup, selected, type ElbWorld } from './world.ts';

const checkSettings = z.object({
  HealthCheckProtocol: z.literal('HTTP', 'The fleet checks health over HTTP only').optional(),
  HealthCheckPort: z
    .string()
    .regex(/^(traffic-port|\d{1,5})$/, "Member must be a port or 'traffic-port'")
    .optional(),
  HealthCheckPath: z
    .string()
    .regex(/^\/.{0,1023}$/, 'Member must be a path that starts with /')
    .optional(),
  HealthCheckEnabled: flag.optional(),
  // AWS takes 5-300 and 2-120 whole seconds; anything shorter is accepted for quick runs on one machine.
  HealthCheckIntervalSeconds: seconds
    .pipe(z.number().positive().max(300, 'Member must have value less than or equal to 300'))
    .optional(),
  HealthCheckTimeoutSeconds: seconds
    .pipe(z.number().positive().max(120, 'Member must have value less than or equal to 120'))
    .optional(),
  HealthyThresholdCount: wholeBetween(2, 10).optional(),
  UnhealthyThresholdCount: wholeBetween(2, 10).optional(),
  Matcher: z
    .object({ HttpCode: z.string().regex(/^[2-4]\d\d([,-][2-4]\d\d)*$/, 'Member must be codes from 200 to 499') })
    .optional(),
});

const creation = checkSettings.extend({
  Name: resourceName,
  Protocol: z.literal('HTTP', 'The fleet speaks HTTP to its targets only'),
  Port: wholeBetween(1, 65_535),
  VpcId: z.string().optional(),
  TargetType: z.enum(['ip', 'instance']).optional(),
  ProtocolVersion: z.literal('HTTP1', 'The fleet speaks HTTP1 only').optional(),
  Tags: tagList.optional(),
});

const attributeRules: Readonly<Record<string, RegExp>> = {
  'deregistration_delay.timeout_seconds': /^(\d{1,3}|[0-2]\d{3}|3[0-5]\d\d|3600)(\.\d+)?$/,
  'stickiness.enabled': /^(true|false)$/,
  'stickiness.type': /^(lb_cookie|app_cookie)$/,
  'stickiness.lb_cookie.duration_seconds': /^[1-9]\d{0,5}$/,
  'stickiness.app_cookie.duration_seconds': /^[1-9]\d{0,5}$/,
  'stickiness.app_cookie.cookie_name': /^.*$/,
  'slow_start.duration_seconds': /^\d{1,3}$/,
  'load_balancing.algorithm.type': /^(round_robin|least_outstanding_requests)$/,
};

/** Create, describe, modify and delete target groups, and their attributes. */
export function targetGroupActions(world: ElbWorld): Actions {
  const { model } = world;
  return {
    CreateTargetGroup: elbAction(creation, (input) => ({ TargetGroups: [describe(world, create(world, input))] })),
    DescribeTargetGroups: elbAction(
      z.object({
        LoadBalancerArn: z.string().optional(),
        TargetGroupArns: listOf(z.string()).optional(),
        Names: listOf(z.string()).optional(),
        Marker: z.string().optional(),
        PageSize: pageSize,
      }),
      ({ LoadBalancerArn, TargetGroupArns, Names, Marker, PageSize }) => {
        const named =
          Names === undefined
            ? selected(model.targetGroups, TargetGroupArns, (arn) => findTargetGroup(model, arn))
            : Names.map((name) => byName(world, name));
        const found = named.filter(
          ({ arn }) =>
            LoadBalancerArn === undefined || loadBalancersOf(model, arn).some((user) => user.arn === LoadBalancerArn),
        );
        const { items, next } = page(found, Marker, PageSize ?? 400, validationError);
        return { TargetGroups: items.map((group) => describe(world, group)), NextMarker: next };
      },
    ),
    ModifyTargetGroup: elbAction(
      checkSettings.extend({ TargetGroupArn: z.string() }),
      ({ TargetGroupArn, ...settings }) => {
        const group = findTargetGroup(model, TargetGroupArn);
        group.healthCheck = withSettings(group.healthCheck, settings);
        return { TargetGroups: [describe(world, group)] };
      },
    ),
    DeleteTargetGroup: elbAction(z.object({ TargetGroupArn: z.string() }), ({ TargetGroupArn }) => {
      if (loadBalancersOf(model, TargetGroupArn).length > 0)
        throw new AwsError(
          'ResourceInUse',
          `Target group '${TargetGroupArn}' is currently in use by a listener or a rule`,
        );
      model.targetGroups.delete(TargetGroupArn);
      return {};
    }),
    ...attributeActions(world),
  };
}

function attributeActions({ model }: ElbWorld): Actions {
  return {
    ModifyTargetGroupAttributes: elbAction(
      z.object({ TargetGroupArn: z.string(), Attributes: keyValueList }),
      ({ TargetGroupArn, Attributes }) => {
        const group = findTargetGroup(model, TargetGroupArn);
        setAttributes(group.attributes, Attributes, attributeRules, 'Target group');
        return { Attributes: attributeList(group.attributes) };
      },
    ),
    DescribeTargetGroupAttributes: elbAction(z.object({ TargetGroupArn: z.string() }), ({ TargetGroupArn }) => ({
      Attributes: attributeList(findTargetGroup(model, TargetGroupArn).attributes),
    })),
  };
}

function create({ model, identity }: ElbWorld, input: z.output<typeof creation>): TargetGroup {
  if ([...model.targetGroups.values()].some(({ name }) => name === input.Name)) {
    throw new AwsError(
      'DuplicateTargetGroupName',
      `A target group with the same name '${input.Name}' exists, but with different settings`,
    );
  }
  const defaults: HealthCheck = {
    path: '/',
    port: 'traffic-port',
    intervalSeconds: 30,
    timeoutSeconds: 5,
    healthyThreshold: 5,
    unhealthyThreshold: 2,
    matcher: '200',
  };
  const dimension = `targetgroup/${input.Name}/${identity.hex('target-group', input.Name, 16)}`;
  const created: TargetGroup = {
    arn: identity.elbArn(dimension),
    tags: tagsFrom(input.Tags),
    name: input.Name,
    dimension,
    port: input.Port,
    protocol: input.Protocol,
    vpcId: input.VpcId ?? 'vpc-0f1ee70000000001',
    targetType: input.TargetType ?? 'instance',
    healthCheck: withSettings(defaults, input),
    attributes: new Map([
      ['deregistration_delay.timeout_seconds', '300'],
      ['stickiness.enabled', 'false'],
      ['stickiness.type', 'lb_cookie'],
      ['stickiness.lb_cookie.duration_seconds', '86400'],
      ['stickiness.app_cookie.duration_seconds', '86400'],
      ['stickiness.app_cookie.cookie_name', ''],
      ['slow_start.duration_seconds', '0'],
      ['load_balancing.algorithm.type', 'round_robin'],
    ]),
    targets: new Map(),
    turn: 0,
  };
  model.targetGroups.set(created.arn, created);
  return created;
}

function withSettings(before: HealthCheck, input: z.output<typeof checkSettings>): HealthCheck {
  const after = {
    path: input.HealthCheckPath ?? before.path,
    port: input.HealthCheckPort ?? before.port,
    intervalSeconds: input.HealthCheckIntervalSeconds ?? before.intervalSeconds,
    // AWS's own default of 5 s would be refused beside a shorter interval that only a local run has.
    timeoutSeconds:
      input.HealthCheckTimeoutSeconds ??
      Math.min(before.timeoutSeconds, input.HealthCheckIntervalSeconds ?? Number.POSITIVE_INFINITY),
    healthyThreshold: input.HealthyThresholdCount ?? before.healthyThreshold,
    unhealthyThreshold: input.UnhealthyThresholdCount ?? before.unhealthyThreshold,
    matcher: input.Matcher?.HttpCode ?? before.matcher,
  };
  if (after.timeoutSeconds > after.intervalSeconds)
    throw validationError('Health check interval must be greater than the timeout');
  return after;
}

function byName({ model }: ElbWorld, name: string): TargetGroup {
  const found = [...model.targetGroups.values()].find((group) => group.name === name);
  if (found === undefined) throw new AwsError('TargetGroupNotFound', `One or more target groups not found: '${name}'`);
  return found;
}

function describe({ model }: ElbWorld, group: TargetGroup): object {
  const { healthCheck } = group;
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: group.protocol,
    ProtocolVersion: 'HTTP1',
    Port: group.port,
    VpcId: group.vpcId,
    HealthCheckProtocol: 'HTTP',
    HealthCheckPort: healthCheck.port,
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: healthCheck.intervalSeconds,
    HealthCheckTimeoutSeconds: healthCheck.timeoutSeconds,
    HealthyThresholdCount: healthCheck.healthyThreshold,
    UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
    HealthCheckPath: healthCheck.path,
    Matcher: { HttpCode: healthCheck.matcher },
    LoadBalancerArns: loadBalancersOf(model, group.arn).map(({ arn }) => arn),
    TargetType: group.targetType,
    IpAddressType: 'ipv4',
  };
}
